"""The calendar that holds for a unit: national days, its bureau's hours, its school's terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.calendars import WorkCalendar, get_calendar


def calendar_of(path: Sequence[int]) -> WorkCalendar:
    """`path` is the unit's, from the root down; the nearest unit's own hours hold."""
    return get_calendar()


def vacation_at(path: Sequence[int], day: date) -> bool:
    return False


def next_term_start(path: Sequence[int], day: date) -> date | None:
    """The first day of the next term after `day`; None where no term is known."""
    return None
