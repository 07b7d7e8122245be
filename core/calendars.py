"""Working days and the limits counted in them. A due moment is the first late one.

Source: domain/ledgers-documents-calendar.md (f); 民法典 201 to 204 for the day of the event and the roll-over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

import chinese_calendar.constants as published
from chinese_calendar import Holiday

from core.cached_rows import cached_rows
from core.calendar_index import WorkingDays
from core.clock import SHANGHAI, local
from core.models import CalendarDay, CalendarYear

ONE_DAY = timedelta(days=1)
SATURDAY = 5
SOURCE = "chinesecalendar"

# Opening and close of a stretch of work, local time.
Session = tuple[time, time]
ALL_DAY: tuple[Session, ...] = ((time(8, 30), time(17, 30)),)

# Called in the transaction that changes rows: days that became worked, free or no longer 暂定, and the moment.
calendar_changed: list[Callable[[frozenset[date], datetime], None]] = []


class FixedDateShift(StrEnum):
    """Where a fixed date goes that is a rest day; ADVANCE is safe for papers with a seal."""

    ADVANCE = "advance"
    POSTPONE = "postpone"
    NONE = "none"


@dataclass(frozen=True)
class Season:
    """Working hours from one day of the year to another, both included; it may pass the turn of the year.

    `sessions` are in order and do not overlap. Source: 冬夏令时 and noon breaks are set by each county.
    """

    from_month_day: tuple[int, int]
    to_month_day: tuple[int, int]
    sessions: tuple[Session, ...]

    def covers(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.from_month_day <= self.to_month_day:
            return self.from_month_day <= here <= self.to_month_day
        return here >= self.from_month_day or here <= self.to_month_day

    @cached_property
    def day_length(self) -> timedelta:
        """Working hours of one day."""
        lengths = (
            datetime.combine(date.min, closes) - datetime.combine(date.min, opens) for opens, closes in self.sessions
        )
        return sum(lengths, timedelta())


_ALL_YEAR = Season((1, 1), (12, 31), ALL_DAY)


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """Pure: `special_days` says of a day that differs from its weekday whether it is worked.

    Days that no season covers are worked from 08:30 to 17:30. All moments given must be aware; moments returned are UTC.
    """

    special_days: Mapping[date, bool]
    covered_years: frozenset[int]
    seasons: tuple[Season, ...] = ()

    @cached_property
    def _days(self) -> WorkingDays:
        return WorkingDays(self.special_days)

    @cached_property
    def _with_seasons(self) -> dict[tuple[Season, ...], WorkCalendar]:
        return {}

    def with_seasons(self, seasons: tuple[Season, ...]) -> WorkCalendar:
        """The same days with other hours; made once for each set of hours."""
        made = self._with_seasons.get(seasons)
        if made is None:
            made = replace(self, seasons=seasons)
            made.__dict__["_days"] = self._days
            self._with_seasons[seasons] = made
        return made

    def is_working_day(self, day: date) -> bool:
        return self.special_days.get(day, day.weekday() < SATURDAY)

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Whether a day or a range of days touches a year without data (暂定)."""
        return not self.covered_years.issuperset(range(first.year, (last or first).year + 1))

    def lacks_next_year(self, day: date) -> bool:
        """From 1 December on, whether next year's holidays still have to be loaded."""
        return day.month == 12 and day.year + 1 not in self.covered_years

    def sessions_of(self, day: date) -> tuple[Session, ...]:
        """The hours of its season, whether the day is worked or not."""
        return self._season_of(day).sessions

    def _season_of(self, day: date) -> Season:
        for season in self.seasons:
            if season.covers(day):
                return season
        return _ALL_YEAR

    def opens_at(self, day: date) -> datetime:
        return _moment(day, self.sessions_of(day)[0][0])

    def close_of(self, day: date) -> datetime:
        """Close of business: the end of the last session."""
        return _moment(day, self.sessions_of(day)[-1][1])

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the first worked day after it."""
        return date.fromordinal(self._days.day(self._days.rank(day.toordinal())))

    def previous_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the last worked day before it."""
        return date.fromordinal(self._days.day(self._days.rank(day.toordinal() + 1) - 1))

    def before_working_days(self, day: date, n: int) -> date:
        """The n-th working day before `day`, which is not counted; with n = 0 as `previous_working_day`."""
        _refuse_negative(n)
        if n == 0:
            return self.previous_working_day(day)
        return date.fromordinal(self._days.day(self._days.rank(day.toordinal()) - n))

    def after_working_days(self, start: datetime, n: int) -> datetime:
        """Close of business of the n-th working day after the event's.

        An event from close of business on, or on a rest day, counts as one of the next working day.
        """
        _refuse_negative(n)
        at = local(start)
        rank = self._days.rank(at.toordinal())
        if at.time() >= self.sessions_of(at)[-1][1] and self.is_working_day(at.date()):
            rank += 1
        return self.close_of(date.fromordinal(self._days.day(rank + n)))

    def after_calendar_days(self, start: datetime, n: int, roll: bool) -> datetime:
        """24:00 of the n-th day after the event's; with `roll` a last day of rest goes to the next working day."""
        _refuse_negative(n)
        last = local(start).date() + n * ONE_DAY
        return _end_of(self.next_working_day(last) if roll else last)

    def after_hours(self, start: datetime, n: float) -> datetime:
        """Clock hours, day and night."""
        _refuse_negative(n)
        return start.astimezone(UTC) + timedelta(hours=n)

    def after_working_hours(self, start: datetime, n: float) -> datetime:
        """Hours within the sessions of working days."""
        _refuse_negative(n)
        left = timedelta(hours=n)
        at = local(start).replace(tzinfo=None)
        rank = self._days.rank(at.toordinal())
        while True:
            day = date.fromordinal(self._days.day(rank))
            season = self._season_of(day)
            if left > season.day_length and at.date() < day:
                # All days are alike where there are no seasons, so that a long limit need not go through each.
                n_whole = 1 if self.seasons else (left - timedelta.resolution) // season.day_length
                rank, left = rank + n_whole, left - n_whole * season.day_length
                continue
            for opens, closes in season.sessions:
                begin, end = max(at, datetime.combine(day, opens)), datetime.combine(day, closes)
                if begin < end:
                    if left <= end - begin:
                        return (begin + left).replace(tzinfo=SHANGHAI).astimezone(UTC)
                    left -= end - begin
            rank += 1

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        return self._days.rank(last.toordinal() + 1) - self._days.rank(first.toordinal() + 1)

    def fixed_date(self, on: date, shift: FixedDateShift = FixedDateShift.ADVANCE) -> datetime:
        """24:00 of a date such as 每月5日前, which means the 5th included, moved off a rest day as told."""
        if shift == FixedDateShift.ADVANCE:
            on = self.previous_working_day(on)
        elif shift == FixedDateShift.POSTPONE:
            on = self.next_working_day(on)
        return _end_of(on)


def _refuse_negative(n: float) -> None:
    if n < 0:
        raise ValueError("a limit is counted forward")


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)


def _end_of(day: date) -> datetime:
    return _moment(day + ONE_DAY, time(0))


@cached_rows(seconds=60)
def get_calendar() -> WorkCalendar:
    return WorkCalendar(
        special_days=dict(CalendarDay.objects.values_list("on", "is_working")),
        covered_years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
    )


def published_years() -> list[int]:
    """Years the installed package knows whole; a single 31 December of the next does not make one."""
    return sorted({on.year for on in published.holidays if date(on.year, 10, 1) in published.holidays})


def published_days(years: Iterable[int]) -> dict[date, tuple[bool, str]]:
    """{day: (is worked, name)} of the package's special days."""
    names = {holiday.value: holiday.chinese for holiday in Holiday}
    wanted = set(years)
    return {
        on: (is_working, names.get(name, name))
        for is_working, rows in ((False, published.holidays), (True, published.workdays))
        for on, name in rows.items()
        if on.year in wanted
    }
