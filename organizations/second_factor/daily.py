"""What time brings: days of grace that ended, browsers and failures that no longer count."""

from __future__ import annotations

from datetime import datetime

from organizations.models import User
from organizations.second_factor.devices import forget_old_devices
from organizations.second_factor.tries import forget_old_failures
from organizations.security_policy import read_standing
from organizations.services.announce import revoke_credentials


def forget_what_is_over(at: datetime) -> None:
    forget_old_devices(at)
    forget_old_failures(at)


def end_tokens_without_factor(at: datetime) -> None:
    """A session ends in hours and then meets the rule; a token would go on without a second factor."""
    without = User.objects.filter(is_active=True, authenticator=None, second_factor_asked_at__isnull=False)
    for user in without:
        if read_standing(user, at).is_overdue(at):
            revoke_credentials(user.pk)
