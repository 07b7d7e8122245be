"""Tells upper layers, in the caller's transaction, that holders or credentials changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from core.locks import busy_on_lock_timeout
from organizations import hooks
from organizations.models import Post, Unit


def announce_posts(posts: Iterable[Post], at: datetime) -> None:
    """Each post once, by id, so that two callers take the locks of upper layers in one order."""
    for post in sorted({post.pk: post for post in posts}.values(), key=lambda post: post.pk):
        change = hooks.HoldingChange(post.pk, post.unit_id, tuple(post.unit.path), at)
        with busy_on_lock_timeout():
            for hook in hooks.holding_changed:
                hook(change)


def announce_unit(unit: Unit, former_path: Sequence[int], at: datetime) -> None:
    """A unit hangs elsewhere: what was owed above it on the old way may be owed on the new one."""
    path = tuple(dict.fromkeys([*former_path, *unit.path]))
    for post_id in unit.posts.order_by("pk").values_list("pk", flat=True)[:1]:
        with busy_on_lock_timeout():
            for hook in hooks.holding_changed:
                hook(hooks.HoldingChange(post_id, unit.pk, path, at))


def revoke_credentials(user_id: int) -> None:
    """Sessions end by themselves with a new password or a closed account; tokens are an upper layer's."""
    for hook in hooks.credentials_revoked:
        hook(user_id)


def tell_handed_over(change: hooks.HandOver) -> None:
    with busy_on_lock_timeout():
        for hook in hooks.work_handed_over:
            hook(change)
