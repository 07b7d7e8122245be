"""Where upper layers join in; they fill these lists in their AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from organizations.models import Post, Unit, User


@dataclass(frozen=True)
class HoldingChange:
    """A post may have gained or lost a present holder, or its unit became (in)active."""

    post_id: int
    unit_id: int
    # From the root down to the unit itself.
    unit_path: tuple[int, ...]
    at: datetime


# Called in the transaction that changed something; one that raises core.errors.Invalid undoes the change.
# May be called again for a post of which nothing changed.
holding_changed: list[Callable[[HoldingChange], None]] = []

# Entered around every transaction in which people or units change, left before it commits.
around_changes: list[Callable[[], AbstractContextManager[object]]] = []

# Called with the id of an account whose sessions and tokens must not open a door any more.
credentials_revoked: list[Callable[[int], None]] = []

# Run by `manage.py run_daily`, each outside a transaction; the name of the function is what a failure is told by.
daily_jobs: list[Callable[[datetime], object]] = []


@dataclass(frozen=True)
class WorkItem:
    """One piece of open work that somebody or some unit owes, as a list on paper tells it."""

    number: str
    # Empty where the reader may not know: see is_restricted.
    what: str
    # In words.
    state: str
    due_at: datetime | None
    # The post that owes it.
    post_label: str
    url: str
    is_restricted: bool = False
    # The post that owes it, where it is one post's.
    post_id: int | None = None


@dataclass(frozen=True)
class HandOver:
    """A person no longer holds a post; `new` takes over what he had in his own name, or nobody in particular does."""

    old: User
    new: User | None
    post: Post
    at: datetime
    actor: User | None


@dataclass(frozen=True)
class UnitMerge:
    """A closed unit's people now belong to `into`, its posts are held by nobody; the unit is inactive already."""

    unit: Unit
    into: Unit
    at: datetime
    actor: User | None


@dataclass(frozen=True)
class UnitRename:
    unit: Unit
    former: str
    at: datetime
    actor: User | None


@dataclass(frozen=True)
class UnitMove:
    """The unit hangs below another one; paths are the new ones already."""

    unit: Unit
    former_path: tuple[int, ...]
    # The unit and all below it.
    unit_ids: tuple[int, ...]
    at: datetime
    actor: User | None


# What a person owes now, by whatever post; the earliest due first.
open_work: list[Callable[[User, datetime], Sequence[WorkItem]]] = []

# What must not stay behind when a unit closes: open work in it, or owed by it.
open_work_of_unit: list[Callable[[Unit, datetime], Sequence[WorkItem]]] = []

# These run in the transaction of the change, before holding_changed tells of the posts; Invalid undoes all.
# A hand-over may be told again, of a day that came by date.
work_handed_over: list[Callable[[HandOver], None]] = []
unit_merged: list[Callable[[UnitMerge], None]] = []
unit_renamed: list[Callable[[UnitRename], None]] = []
unit_moved: list[Callable[[UnitMove], None]] = []
