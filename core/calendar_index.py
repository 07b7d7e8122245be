"""Working days by number, so that a limit of any length is looked up and not walked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import accumulate

WEEK, WORKED_OF_WEEK = 7, 5


class WorkingDays:
    """Days are proleptic ordinals, of which 1 is a Monday; a working day's rank may be negative.

    Ranks count from the Monday before the first special day. A table holds the weeks of the special days; outside it every
    week is worked from Monday to Friday.
    """

    def __init__(self, special_days: Mapping[date, bool]) -> None:
        special = {day.toordinal(): is_worked for day, is_worked in special_days.items()}
        first, last = min(special, default=1), max(special, default=1)
        self._begin = first - (first - 1) % WEEK
        self._end = last + WEEK - (last - 1) % WEEK
        days = range(self._begin, self._end)
        worked = [special.get(day, (day - 1) % WEEK < WORKED_OF_WEEK) for day in days]
        # Working days of the table before each of its days.
        self._before = [0, *accumulate(map(int, worked))]
        self._days = [day for day, is_worked in zip(days, worked, strict=True) if is_worked]

    def rank(self, day: int) -> int:
        """The rank of the first working day from `day` on."""
        if day < self._begin:
            return _in_weeks(day - self._begin)
        if day >= self._end:
            return len(self._days) + _in_weeks(day - self._end)
        return self._before[day - self._begin]

    def day(self, rank: int) -> int:
        """The working day of that rank."""
        n_days = len(self._days)
        if 0 <= rank < n_days:
            return self._days[rank]
        begin, rank = (self._begin, rank) if rank < 0 else (self._end, rank - n_days)
        weeks, rest = divmod(rank, WORKED_OF_WEEK)
        return begin + weeks * WEEK + rest


def _in_weeks(n_days: int) -> int:
    """Working days in so many days from a Monday on, or before it."""
    weeks, rest = divmod(n_days, WEEK)
    return weeks * WORKED_OF_WEEK + min(rest, WORKED_OF_WEEK)
