"""What the page 工作日历 shows of a year: twelve months of days, each with what it is and why."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, zip_longest

from django.utils.translation import gettext as _

from core.calendars import ONE_DAY, SATURDAY, WorkCalendar
from core.models import CalendarDay
from deadlines.calendars import Term, terms_of, vacation_at

_MONTHS = Calendar()


@dataclass(frozen=True)
class DayCell:
    """`mark` is 休 or 班 where the day differs from its weekday; `words` say all of it to who does not see colours."""

    on: date
    mark: str
    words: str
    is_free: bool
    is_vacation: bool
    is_today: bool


@dataclass(frozen=True)
class MonthGrid:
    month: int
    # Weeks from Monday; None is a day of another month.
    weeks: list[list[DayCell | None]]


@dataclass
class Festival:
    """「国庆节 10月1日—7日放假，9月20日、10月10日上班」"""

    name: str
    off: list[date] = field(default_factory=list)
    worked: list[date] = field(default_factory=list)

    @property
    def off_spans(self) -> str:
        return "、".join(_say_span(first, last) for first, last in _spans(self.off))

    @property
    def worked_days(self) -> str:
        return "、".join(_say_day(on) for on in self.worked)


def list_months(year: int, path: Sequence[int], today: date) -> list[MonthGrid]:
    special = {row.on: row for row in CalendarDay.objects.filter(on__year=year)}
    return [
        MonthGrid(month, [[_cell(on, special, path, today) if on.month == month else None for on in week] for week in weeks])
        for month, weeks in ((month, _MONTHS.monthdatescalendar(year, month)) for month in range(1, 13))
    ]  # fmt: skip


def _cell(on: date, special: dict[date, CalendarDay], path: Sequence[int], today: date) -> DayCell:
    row = special.get(on)
    is_weekend = on.weekday() >= SATURDAY
    is_vacation = vacation_at(path, on)
    said = []
    if row:
        said.append(
            _("上班，%(name)s") % {"name": row.name} if row.is_working else _("放假，%(name)s") % {"name": row.name}
        )
    elif is_weekend:
        said.append(_("休息"))
    if is_vacation:
        said.append(_("寒暑假"))
    return DayCell(
        on=on,
        mark="" if row is None else _("班") if row.is_working else _("休"),
        words="，".join(said),
        is_free=not row.is_working if row else is_weekend,
        is_vacation=is_vacation,
        is_today=on == today,
    )


def covers_the_year(calendar: WorkCalendar) -> bool:
    """Whether every day of the year has hours of its season, 29 February included."""
    days = (date.fromordinal(date(2028, 1, 1).toordinal() + n) for n in range(366))
    return all(any(season.covers(day) for season in calendar.seasons) for day in days)


def list_festivals(year: int) -> list[Festival]:
    """By name in the order of the year: when one is off, and on which days off that is worked for."""
    found: dict[str, Festival] = {}
    for row in CalendarDay.objects.filter(on__year=year).order_by("on"):
        festival = found.setdefault(row.name, Festival(row.name))
        (festival.worked if row.is_working else festival.off).append(row.on)
    return sorted(found.values(), key=lambda one: min(one.off or one.worked))


@dataclass(frozen=True)
class Stretch:
    """A term, or the vacation after it."""

    label: str
    first: date
    last: date

    @property
    def span(self) -> str:
        """「2026年9月1日—2027年1月22日」"""
        last = _say_day(self.last)
        if self.last.year != self.first.year:
            last = f"{self.last.year}年{last}"
        return f"{self.first.year}年{_say_day(self.first)}—{last}"


def list_stretches(path: Sequence[int], year: int) -> list[Stretch]:
    """Terms and vacations that touch the year, the oldest first. A vacation without a next term is not told."""
    terms = terms_of(path)
    found: list[Stretch] = []
    for term, following in zip_longest(terms, terms[1:]):
        found.append(Stretch(term.label, term.starts_on, term.ends_on))
        if following and vacation_at(path, term.ends_on + ONE_DAY):
            found.append(Stretch(_vacation_of(term), term.ends_on + ONE_DAY, following.starts_on - ONE_DAY))
    return [one for one in found if one.first.year <= year <= one.last.year]


def _vacation_of(term: Term) -> str:
    return _("寒假") if term.semester == 1 else _("暑假")


def _spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """First and last day of each run of days."""
    runs = groupby(enumerate(sorted(days)), key=lambda pair: pair[1] - pair[0] * ONE_DAY)
    found = [[on for _n, on in run] for _start, run in runs]
    return [(run[0], run[-1]) for run in found]


def _say_span(first: date, last: date) -> str:
    if first == last:
        return _say_day(first)
    return f"{_say_day(first)}—{last.day}日" if first.month == last.month else f"{_say_day(first)}—{_say_day(last)}"


def _say_day(on: date) -> str:
    return _("%(month)s月%(day)s日") % {"month": on.month, "day": on.day}
