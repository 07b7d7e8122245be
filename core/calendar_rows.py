"""Changing the national days. Every change is in the audit log with old and new, and open limits hear of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit import Actor, record_audit
from core.calendars import SATURDAY, SOURCE, calendar_changed, get_calendar, published_days, published_years
from core.errors import Invalid
from core.models import AuditKind, CalendarDay, CalendarYear

# Whether it is worked, and of which holiday.
Mark = tuple[bool, str]
Marks = Mapping[date, Mark]
# {day: (old, new)}; None is a day as its weekday says.
Changes = dict[date, tuple[Mark | None, Mark | None]]


def import_year(*, year: int, marks: Marks, source: str, actor: Actor, at: datetime) -> Changes:
    """Replace the special days of a year, which from then on is covered. `source` says where they came from."""
    return _replace_year(year, marks, source, "calendar.imported", actor, at)


def restore_year(*, year: int, actor: Actor, at: datetime) -> Changes:
    """Put a year back to the published days. Raises Invalid for one that the installed package does not know."""
    if year not in published_years():
        raise Invalid.of(year=_("%(year)s 年没有随软件发布的数据，请导入文件。") % {"year": year})
    return _replace_year(year, published_days([year]), SOURCE, "calendar.restored", actor, at)


def load_calendar(*, years: Iterable[int], at: datetime) -> list[int]:
    """Replace the special days of these years by the package's; may run again. Returns the years it knew."""
    known = sorted(set(years) & set(published_years()))
    for year in known:
        restore_year(year=year, actor=None, at=at)
    return known


def change_day(*, on: date, mark: Mark | None, actor: Actor, at: datetime) -> Changes:
    """Say of one day whether it is worked; None makes it what its weekday is."""
    if mark is not None and mark[0] and on.weekday() < SATURDAY:
        raise Invalid.of(kind=_("这一天是周一至周五，本来就上班，请选“按星期”。"))
    if mark is not None and not mark[1]:
        raise Invalid.of(name=_("请写明是哪个节日或什么安排。"))
    try:
        with transaction.atomic():
            changes = _write({on: mark} if mark else {}, _locked_marks(on, on))
            if changes:
                old, new = changes[on]
                record_audit(
                    kind=AuditKind.SETTINGS, at=at, actor=actor, action="calendar.day_changed", subject=str(on),
                    detail={"was": say_mark(old), "now": say_mark(new)},
                )  # fmt: skip
                _announce(changes, frozenset(), at)
    finally:
        get_calendar.cache_clear()
    return changes


def _replace_year(year: int, marks: Marks, source: str, action: str, actor: Actor, at: datetime) -> Changes:
    if any(on.year != year for on in marks):
        raise ValueError("a year is replaced by days of its own")
    try:
        with transaction.atomic():
            former = CalendarYear.objects.select_for_update().filter(year=year).first()
            changes = _write(marks, _locked_marks(date(year, 1, 1), date(year, 12, 31)))
            CalendarYear.objects.update_or_create(year=year, defaults={"source": source[:80], "loaded_at": at})
            if changes or former is None or former.source != source[:80]:
                _record_year(year, source, former.source if former else "", changes, action, actor, at)
            newly_covered = frozenset() if former else frozenset(_days_of(year))
            if changes or newly_covered:
                _announce(changes, newly_covered, at)
    finally:
        get_calendar.cache_clear()
    return changes


def _record_year(
    year: int, source: str, former: str, changes: Changes, action: str, actor: Actor, at: datetime
) -> None:
    days = [[on.isoformat(), say_mark(old), say_mark(new)] for on, (old, new) in sorted(changes.items())]
    message = _("%(year)s 年，来源：%(source)s，共改 %(n)s 天") % {"year": year, "source": source, "n": len(days)}
    record_audit(
        kind=AuditKind.SETTINGS, at=at, actor=actor, action=action, subject=str(year),
        detail={"message": message, "former_source": former, "source": source, "days": days},
    )  # fmt: skip


def _locked_marks(first: date, last: date) -> dict[date, Mark]:
    rows = CalendarDay.objects.select_for_update().filter(on__range=(first, last)).order_by("on")
    return {row.on: (row.is_working, row.name) for row in rows}


def _write(marks: Marks, former: Marks) -> Changes:
    """Let `marks` stand in place of `former`; says what that changed."""
    changes: Changes = {
        on: (former.get(on), marks.get(on))
        for on in sorted({*former, *marks})
        if former.get(on) != marks.get(on)
    }  # fmt: skip
    CalendarDay.objects.filter(on__in=[on for on, (_old, new) in changes.items() if new is None]).delete()
    rows = [CalendarDay(on=on, is_working=new[0], name=new[1]) for on, (_old, new) in changes.items() if new]
    CalendarDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["on"], update_fields=["is_working", "name"]
    )
    return changes


def _announce(changes: Changes, newly_covered: frozenset[date], at: datetime) -> None:
    """Only days that are now worked or free where they were not, and those of a year that was 暂定."""
    get_calendar.cache_clear()
    # Another thread may read the old rows until this is committed; what hooks do afterwards must not count in them.
    transaction.on_commit(get_calendar.cache_clear)
    moved = {on for on, (old, new) in changes.items() if _is_worked(on, old) != _is_worked(on, new)}
    if days := frozenset(chain(moved, newly_covered)):
        for hook in calendar_changed:
            hook(days, at)


def _is_worked(on: date, mark: Mark | None) -> bool:
    return on.weekday() < SATURDAY if mark is None else mark[0]


def _days_of(year: int) -> list[date]:
    begin = date(year, 1, 1).toordinal()
    return [date.fromordinal(day) for day in range(begin, date(year + 1, 1, 1).toordinal())]


def say_mark(mark: Mark | None) -> str:
    if mark is None:
        return _("按星期")
    return _("%(kind)s（%(name)s）") % {"kind": _("上班") if mark[0] else _("放假"), "name": mark[1]}
