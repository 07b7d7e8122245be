"""Where upper layers join in; they fill these lists in their AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.calendars import WorkCalendar
from organizations.models import User
from organizations.posts import HeldPost


@dataclass(frozen=True)
class LiveHint:
    """`name` of `topic` is at `seq`; for holders of one of the audience keys."""

    topic: str
    name: str
    seq: int
    keys: tuple[int, ...]


# Given the last id it gave, what changed since: (the last id now, hints, the oldest first); hints may come again.
live_since: list[Callable[[int], tuple[int, Sequence[LiveHint]]]] = []

# The working hours of a person's unit, for what is not to go out outside them.
working_hours_of: list[Callable[[int], WorkCalendar]] = []

# Run about once a minute by the relay, each for itself; what a moment brings is brought once, however often it runs.
each_minute: list[Callable[[datetime], object]] = []

# Where subjects lie: the units of each from the root down. Those that no group may hear of are left out.
unit_paths_of: list[Callable[[Collection[int]], Mapping[int, Sequence[int]]]] = []

# Of subjects of messages those that a person may read at a moment, by the posts that he holds.
readable_subjects: list[Callable[[User, datetime, Sequence[HeldPost], Collection[int]], Collection[int]]] = []
