"""Where upper layers join in; they fill these lists in their AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.calendars import WorkCalendar


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
