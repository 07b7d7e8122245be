"""The rules of logging in that are in force, and whom they concern."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from organizations.models import AuthenticatorApp, SecurityPolicy, User
from organizations.posts import list_held_posts


def current_policy() -> SecurityPolicy:
    """Read at logins and where passwords are set, so it is not kept in memory."""
    return SecurityPolicy.objects.select_related("password_profile").latest("pk")


@dataclass(frozen=True)
class Standing:
    """Where an account stands with the second factor at one moment."""

    is_enrolled: bool
    # Whether the policy asks it of this account; everybody else may opt in.
    is_asked: bool
    # The first moment at which the site no longer opens without it; None while nobody asks.
    due_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        return not self.is_enrolled and self.due_at is not None and self.due_at <= at


def is_enrolled(user: User) -> bool:
    return AuthenticatorApp.objects.filter(user=user).exists()


def read_standing(user: User, at: datetime) -> Standing:
    """The days of grace begin at the first login at which the factor is asked; before it they are whole."""
    policy = current_policy()
    if not is_asked(user, policy, at):
        return Standing(is_enrolled(user), is_asked=False, due_at=None)
    begun_at = user.second_factor_asked_at or at
    return Standing(is_enrolled(user), is_asked=True, due_at=begun_at + timedelta(days=policy.grace_days))


def is_asked(user: User, policy: SecurityPolicy, at: datetime) -> bool:
    """The demo asks nobody: its password is known to everybody anyway."""
    if settings.DEMO:
        return False
    if user.admin_role:
        return policy.second_factor_for_administrators
    kinds = {post.kind for post in list_held_posts(user, at)}
    return not kinds.isdisjoint(policy.second_factor_posts)


def password_expires_at(user: User, policy: SecurityPolicy) -> datetime | None:
    """The first moment at which a new password is due; None where it need never be changed."""
    days = policy.password_profile.rotation_days
    if not days or settings.DEMO:
        return None
    set_at = user.password_set_at or user.created_at
    return max(set_at, policy.profile_since or set_at) + timedelta(days=days)


def is_near_expiry(user: User, policy: SecurityPolicy, at: datetime) -> bool:
    expires_at = password_expires_at(user, policy)
    return expires_at is not None and expires_at - timedelta(days=policy.password_profile.warning_days) <= at
