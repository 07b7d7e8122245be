"""The calendar that holds for a unit: national days, its bureau's hours, its school's terms, its roster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.cached_rows import cached_rows
from core.calendars import ONE_DAY, Season, WorkCalendar, get_calendar
from deadlines.models.calendar import DutyDay, SchoolTerm, Semester, WorkSeason

# By the semester before it; later days are no vacation any more, as then the next term was never entered.
LONGEST_VACATION = {Semester.AUTUMN: timedelta(days=60), Semester.SPRING: timedelta(days=75)}
# Source: ledgers-documents-calendar.md (f) 5.
OPENING_CHECK = timedelta(days=10)
TWO_WEEKS = timedelta(days=14)

# Called in the transaction that changes hours or terms: the unit for which (and for all below it), and the moment.
unit_calendar_changed: list[Callable[[int, datetime], None]] = []


@dataclass(frozen=True)
class Term:
    """All days are included, local."""

    school_year: int
    semester: int
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """「2026—2027学年第一学期」"""
        told = {"first": self.school_year, "last": self.school_year + 1, "semester": Semester(self.semester).label}
        return _("%(first)s—%(last)s学年%(semester)s") % told

    @property
    def opening_check(self) -> tuple[date, date]:
        """开学前检查"""
        return self.starts_on - OPENING_CHECK, self.starts_on - ONE_DAY

    @property
    def beginning(self) -> tuple[date, date]:
        """学期初"""
        return self.starts_on, min(self.starts_on + TWO_WEEKS - ONE_DAY, self.ends_on)

    @property
    def ending(self) -> tuple[date, date]:
        """学期末"""
        return max(self.ends_on - TWO_WEEKS + ONE_DAY, self.starts_on), self.ends_on


@cached_rows(seconds=60)
def _seasons_by_unit() -> dict[int, tuple[Season, ...]]:
    found: dict[int, list[Season]] = {}
    for row in WorkSeason.objects.order_by("unit_id", "from_month", "from_day"):
        sessions = tuple((opens, closes) for opens, closes in row.sessions)
        season = Season((row.from_month, row.from_day), (row.to_month, row.to_day), sessions)
        found.setdefault(row.unit_id, []).append(season)
    return {unit_id: tuple(seasons) for unit_id, seasons in found.items()}


@cached_rows(seconds=60)
def _terms_by_unit() -> dict[int, tuple[Term, ...]]:
    found: dict[int, list[Term]] = {}
    for row in SchoolTerm.objects.order_by("unit_id", "starts_on"):
        term = Term(row.school_year, row.semester, row.starts_on, row.ends_on)
        found.setdefault(row.unit_id, []).append(term)
    return {unit_id: tuple(terms) for unit_id, terms in found.items()}


def forget() -> None:
    """Read hours and terms anew when next asked."""
    _seasons_by_unit.cache_clear()
    _terms_by_unit.cache_clear()


def calendar_of(path: Sequence[int]) -> WorkCalendar:
    """`path` is the unit's, from the root down; the nearest unit's own hours hold."""
    by_unit = _seasons_by_unit()
    for unit_id in reversed(path):
        if unit_id in by_unit:
            return get_calendar().with_seasons(by_unit[unit_id])
    return get_calendar()


def list_seasons(path: Sequence[int]) -> list[WorkSeason]:
    """The rows behind the hours of `calendar_of`, in the order of the year; none where the day is worked as everywhere."""
    rows = list(WorkSeason.objects.filter(unit_id__in=path).order_by("from_month", "from_day"))
    nearest = next((unit_id for unit_id in reversed(path) if any(row.unit_id == unit_id for row in rows)), None)
    return [row for row in rows if row.unit_id == nearest]


def terms_of(path: Sequence[int]) -> tuple[Term, ...]:
    """Oldest first; of each term the nearest unit's days hold."""
    by_unit = _terms_by_unit()
    with_rows = [by_unit[unit_id] for unit_id in path if unit_id in by_unit]
    if len(with_rows) < 2:
        return with_rows[0] if with_rows else ()
    nearest = {(term.school_year, term.semester): term for terms in with_rows for term in terms}
    return tuple(sorted(nearest.values(), key=lambda term: term.starts_on))


def vacation_at(path: Sequence[int], day: date) -> bool:
    """Whether the day lies between a term and the next (寒暑假); False where no term is known."""
    begun = [term for term in terms_of(path) if term.starts_on <= day]
    if not begun:
        return False
    last = begun[-1]
    return last.ends_on < day <= last.ends_on + LONGEST_VACATION[Semester(last.semester)]


def next_term_start(path: Sequence[int], day: date) -> date | None:
    """The first day of the next term after `day`; None where no term is known."""
    return next((term.starts_on for term in terms_of(path) if term.starts_on > day), None)


def on_duty(unit_id: int, day: date) -> DutyDay | None:
    return DutyDay.objects.select_related("leader").filter(unit_id=unit_id, on=day).first()
