"""Working days and the limits counted in them. A due moment is the first late one.

Source: domain/ledgers-documents-calendar.md (f); 民法典 201 to 204 for the day of the event and the roll-over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import chinese_calendar.constants as published
from chinese_calendar import Holiday
from django.db import transaction

from core.cached_rows import cached_rows
from core.clock import SHANGHAI, local
from core.models import CalendarDay, CalendarYear

ONE_DAY = timedelta(days=1)
SATURDAY = 5
SOURCE = "chinesecalendar"


class FixedDateShift(StrEnum):
    """Where a fixed date goes that is a rest day; ADVANCE is safe for papers with a seal."""

    ADVANCE = "advance"
    POSTPONE = "postpone"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    """Pure: `special_days` says of a day that differs from its weekday whether it is worked.

    All moments given must be aware; moments returned are UTC.
    """

    special_days: Mapping[date, bool]
    covered_years: frozenset[int]
    opens: time = time(8, 30)
    close_of_business: time = time(17, 30)

    def is_working_day(self, day: date) -> bool:
        return self.special_days.get(day, day.weekday() < SATURDAY)

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Whether a day or a range of days touches a year without data (暂定)."""
        return not self.covered_years.issuperset(range(first.year, (last or first).year + 1))

    def lacks_next_year(self, day: date) -> bool:
        """From 1 December on, whether next year's holidays still have to be loaded."""
        return day.month == 12 and day.year + 1 not in self.covered_years

    def next_working_day(self, day: date) -> date:
        """`day` itself if it is worked, else the first worked day after it."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def after_working_days(self, start: datetime, n: int) -> datetime:
        """Close of business of the n-th working day after the event's.

        An event from close of business on, or on a rest day, counts as one of the next working day.
        """
        _refuse_negative(n)
        at = local(start)
        day = at.date()
        if self.is_working_day(day) and at.time() >= self.close_of_business:
            day += ONE_DAY
        day = self.next_working_day(day)
        for _ in range(n):
            day = self.next_working_day(day + ONE_DAY)
        return _moment(day, self.close_of_business)

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
        """Hours between opening and close of business of working days."""
        _refuse_negative(n)
        left = timedelta(hours=n)
        day = local(start).date()
        while True:
            day = self.next_working_day(day)
            begin = max(start, _moment(day, self.opens))
            room = _moment(day, self.close_of_business) - begin
            if room > timedelta(0) and left <= room:
                return begin.astimezone(UTC) + left
            left -= max(room, timedelta(0))
            day += ONE_DAY

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative when `last` is earlier."""
        if last < first:
            return -self.working_days_between(last, first)
        days = (first + n * ONE_DAY for n in range(1, (last - first).days + 1))
        return sum(self.is_working_day(day) for day in days)

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


def load_calendar(*, years: Iterable[int], at: datetime) -> list[int]:
    """Replace the special days of these years by the package's; may run again. Returns the years it knew."""
    known = sorted(set(years) & set(published_years()))
    days = [day for day in _published_days() if day.on.year in known]
    with transaction.atomic():
        CalendarDay.objects.filter(on__year__in=known).exclude(on__in=[day.on for day in days]).delete()
        CalendarDay.objects.bulk_create(
            days, update_conflicts=True, unique_fields=["on"], update_fields=["is_working", "name"]
        )
        CalendarYear.objects.bulk_create(
            [CalendarYear(year=year, source=SOURCE, loaded_at=at) for year in known],
            update_conflicts=True,
            unique_fields=["year"],
            update_fields=["source", "loaded_at"],
        )
    get_calendar.cache_clear()
    return known


def _published_days() -> list[CalendarDay]:
    names = {holiday.value: holiday.chinese for holiday in Holiday}
    return [
        CalendarDay(on=on, is_working=is_working, name=names.get(name, name))
        for is_working, rows in ((False, published.holidays), (True, published.workdays))
        for on, name in rows.items()
    ]
