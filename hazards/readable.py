"""Which hazards that messages tell of their reader may still open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from hazards.selectors import in_scope
from organizations.models import User
from organizations.posts import HeldPost


def list_readable(user: User, at: datetime, held: Sequence[HeldPost], ids: Collection[int]) -> set[int]:
    """One statement."""
    return set(in_scope(user, at, held=held).filter(pk__in=list(ids)).values_list("pk", flat=True))
