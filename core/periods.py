"""The stretches of days that duties come round in. Source: ledgers-documents-calendar.md (f) 6."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from enum import StrEnum

from core.calendars import ONE_DAY


class Period(StrEnum):
    WEEK = "week"
    HALF_MONTH = "half_month"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    SCHOOL_YEAR = "school_year"


_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}
# A school year begins on 1 September.
SCHOOL_YEAR_MONTH = 9


def period_of(kind: Period, day: date) -> tuple[date, date]:
    """The first and the last day of the period in which `day` falls."""
    if kind == Period.WEEK:
        monday = day - day.weekday() * ONE_DAY
        return monday, monday + 6 * ONE_DAY
    if kind == Period.HALF_MONTH:
        return (day.replace(day=1), day.replace(day=15)) if day.day <= 15 else (day.replace(day=16), _month_end(day))
    if kind == Period.SCHOOL_YEAR:
        year = day.year if day.month >= SCHOOL_YEAR_MONTH else day.year - 1
        return date(year, SCHOOL_YEAR_MONTH, 1), date(year + 1, SCHOOL_YEAR_MONTH, 1) - ONE_DAY
    n_months = _MONTHS[kind]
    first = day.replace(month=day.month - (day.month - 1) % n_months, day=1)
    return first, _month_end(first.replace(month=first.month + n_months - 1))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
