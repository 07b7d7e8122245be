"""Who lost or won a post, and whose sessions are over: open pages of theirs are looked at at once, not at the next round."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import Q

from core.clock import today
from notifications.push import push_keys, push_session
from organizations import hooks
from organizations.hooks import HoldingChange
from organizations.models import Holding, User

# Whoever stopped holding the post longer ago was told then.
STOPPED_LATELY = timedelta(days=7)


def join_hooks() -> None:
    if hint_holders not in hooks.holding_changed:
        hooks.holding_changed.append(hint_holders)
    if hint_revoked not in hooks.credentials_revoked:
        hooks.credentials_revoked.append(hint_revoked)
    user_logged_out.connect(_hint_logout, dispatch_uid="notifications.logout")


def hint_holders(change: HoldingChange) -> None:
    since = today(change.at) - STOPPED_LATELY
    lately = Q(until_on__isnull=True) | Q(until_on__gte=since)
    user_ids = set(Holding.objects.filter(lately, post_id=change.post_id).values_list("user_id", flat=True))
    transaction.on_commit(lambda: push_keys(user_ids))


def hint_revoked(user_id: int) -> None:
    transaction.on_commit(lambda: push_session(user_id))


def _hint_logout(user: User | None, **kwargs: object) -> None:
    """Comes before the session is deleted; the hub takes a second look."""
    if user is not None:
        user_id = user.pk
        transaction.on_commit(lambda: push_session(user_id))
