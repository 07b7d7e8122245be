"""Changing what limits are counted in. The system administrator keeps days, hours and terms; a unit its own roster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import calendar_rows
from core.audit import record_audit
from core.calendar_files import read_calendar_file
from core.calendar_rows import Changes, Mark
from core.calendars import ALL_DAY, Season, Session
from core.errors import Invalid, NotAllowed
from core.models import AuditKind
from deadlines.calendars import Term, forget, terms_of, unit_calendar_changed
from deadlines.models.calendar import SchoolTerm, Semester, WorkSeason
from organizations.kinds import CAMPUSES, AdminRole, UnitKind
from organizations.models import Unit, User
from organizations.policies import Authority

FIRST_YEAR, LAST_YEAR = 2004, 2100
MOST_SEASONS, MOST_SESSIONS = 4, 4
LONGEST_NAME = 20
SHORTEST_TERM, LONGEST_TERM = timedelta(days=60), timedelta(days=200)
# Units whose terms may differ from the bureau's.
WITH_TERMS = CAMPUSES | {UnitKind.EDU, UnitKind.CEN}


def may_keep_calendar(actor: User | None, at: datetime) -> bool:
    return Authority(actor, at).has_role(AdminRole.SYSTEM)


def _require_keeper(actor: User | None, at: datetime) -> None:
    if not may_keep_calendar(actor, at):
        raise NotAllowed(_("工作日历由系统管理员修改。"))


# --- national days ------------------------------------------------------------------------------------------------


def import_calendar(*, actor: User | None, year: int, raw: bytes, filename: str, at: datetime) -> Changes:
    """Replace a year's holidays and make-up workdays by a file's. Raises Invalid at `file`, a reason for each row."""
    _require_keeper(actor, at)
    _require_year(year)
    marks = read_calendar_file(raw, year=year)
    return calendar_rows.import_year(
        year=year, marks=marks, source=_("导入文件 %(name)s") % {"name": filename[-60:]}, actor=actor, at=at
    )


def restore_calendar(*, actor: User | None, year: int, at: datetime) -> Changes:
    """Undo imports and edits of a year: the published days hold again."""
    _require_keeper(actor, at)
    _require_year(year)
    return calendar_rows.restore_year(year=year, actor=actor, at=at)


def edit_calendar_day(*, actor: User | None, on: date, mark: Mark | None, at: datetime) -> Changes:
    """None makes the day what its weekday is."""
    _require_keeper(actor, at)
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise Invalid.of(on=_year_says())
    return calendar_rows.change_day(on=on, mark=mark, actor=actor, at=at)


def _require_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Invalid.of(year=_year_says())


def _year_says() -> str:
    return _("年份请填 %(first)s 到 %(last)s 之间。") % {"first": FIRST_YEAR, "last": LAST_YEAR}


# --- hours by season ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SeasonChoice:
    name: str
    season: Season


def change_seasons(*, actor: User | None, unit: Unit, seasons: Sequence[SeasonChoice], at: datetime) -> bool:
    """Let these hours hold for a bureau and all below it; none are 08:30 to 17:30 all year. Says whether it changed any."""
    _require_keeper(actor, at)
    if unit.kind != UnitKind.EDU:
        raise Invalid.of(unit=_("作息时间按教育局设置。"))
    _check_seasons(seasons)
    try:
        with transaction.atomic():
            Unit.objects.select_for_update().get(pk=unit.pk)
            former = list(WorkSeason.objects.filter(unit=unit).order_by("from_month", "from_day"))
            wanted = [_season_row(unit, choice) for choice in seasons]
            was, now = (_say_seasons(rows) for rows in (former, wanted))
            if was == now:
                return False
            WorkSeason.objects.filter(unit=unit).delete()
            WorkSeason.objects.bulk_create(wanted)
            _keep(actor, "calendar.hours_changed", unit, unit.name, was, now, at)
            _announce(unit, at)
    finally:
        forget()
    return True


def _season_row(unit: Unit, choice: SeasonChoice) -> WorkSeason:
    (from_month, from_day), (to_month, to_day) = choice.season.from_month_day, choice.season.to_month_day
    sessions = [list(session) for session in choice.season.sessions]
    return WorkSeason(
        unit=unit, name=choice.name.strip(), from_month=from_month, from_day=from_day, to_month=to_month,
        to_day=to_day, sessions=sessions,
    )  # fmt: skip


def _check_seasons(seasons: Sequence[SeasonChoice]) -> None:
    names = [choice.name.strip() for choice in seasons]
    errors: list[str] = []
    if len(seasons) > MOST_SEASONS:
        errors.append(_("最多 %(n)s 套作息。") % {"n": MOST_SEASONS})
    if not all(0 < len(name) <= LONGEST_NAME for name in names):
        errors.append(_("每套作息须有名称，最多 %(n)s 字。") % {"n": LONGEST_NAME})
    if len(set(names)) < len(names):
        errors.append(_("作息的名称不能相同。"))
    errors += [error for choice in seasons for error in _session_errors(choice)]
    if not errors:
        # A leap year has every day that a season can name.
        days = [date.fromordinal(date(2028, 1, 1).toordinal() + n) for n in range(366)]
        twice = next((day for day in days if sum(choice.season.covers(day) for choice in seasons) > 1), None)
        if twice:
            errors.append(
                _("%(month)s月%(day)s日属于两套作息，起止日期不能重叠。") % {"month": twice.month, "day": twice.day}
            )
    if errors:
        raise Invalid.of(seasons=errors)


def _session_errors(choice: SeasonChoice) -> list[str]:
    told = {"name": choice.name.strip() or _("未命名")}
    for month, day in (choice.season.from_month_day, choice.season.to_month_day):
        try:
            date(2028, month, day)
        except ValueError:
            return [_("“%(name)s”的起止日期不对。") % told]
    sessions = choice.season.sessions
    if not 1 <= len(sessions) <= MOST_SESSIONS:
        return [_("“%(name)s”须有 1 到 4 段上班时间。") % told]
    edges = [edge for session in sessions for edge in session]
    if any(first >= second for first, second in zip(edges, edges[1:], strict=False)):
        return [_("“%(name)s”的上班时间须由早到晚、不重叠，如 08:30-12:00 14:30-18:00。") % told]
    return []


def say_sessions(sessions: Sequence[Session] | Sequence[Sequence[time]]) -> str:
    """「08:30–12:00、14:30–18:00」"""
    return "、".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in sessions)


def _say_seasons(rows: Sequence[WorkSeason]) -> str:
    if not rows:
        return _("全年 %(hours)s") % {"hours": say_sessions(ALL_DAY)}
    ordered = sorted(rows, key=lambda row: (row.from_month, row.from_day))
    return "；".join(
        f"{row.name} {row.from_month}月{row.from_day}日—{row.to_month}月{row.to_day}日 {say_sessions(row.sessions)}"
        for row in ordered
    )


# --- terms --------------------------------------------------------------------------------------------------------


def change_term(
    *, actor: User | None, unit: Unit, school_year: int, semester: int, days: tuple[date, date] | None, at: datetime
) -> bool:
    """Set the first and last day of a term; None takes them back, so that a school's is its bureau's again.

    Says whether it changed anything.
    """
    _require_keeper(actor, at)
    if unit.kind not in WITH_TERMS:
        raise Invalid.of(unit=_("学期按教育局设置，中心校、学校可以另设。"))
    if semester not in Semester.values or not FIRST_YEAR <= school_year < LAST_YEAR:
        raise Invalid.of(school_year=_("请选择学年和学期。"))
    if days:
        _check_term(unit, school_year, semester, *days)
    try:
        with transaction.atomic():
            Unit.objects.select_for_update().get(pk=unit.pk)
            rows = SchoolTerm.objects.filter(unit=unit, school_year=school_year, semester=semester)
            former = rows.values_list("starts_on", "ends_on").first()
            if former == days:
                return False
            rows.delete()
            if days:
                rows.create(
                    unit=unit, school_year=school_year, semester=semester, starts_on=days[0], ends_on=days[1]
                )  # fmt: skip
            label = Term(school_year, semester, date.min, date.max).label
            subject = f"{unit.name}{label}"
            _keep(actor, "calendar.term_changed", unit, subject, _say_days(former), _say_days(days), at)
            _announce(unit, at)
    finally:
        forget()
    return True


def _check_term(unit: Unit, school_year: int, semester: int, starts_on: date, ends_on: date) -> None:
    if not SHORTEST_TERM <= ends_on - starts_on <= LONGEST_TERM:
        raise Invalid.of(ends_on=_("一个学期应为 60 到 200 天，请核对起止日期。"))
    if not date(school_year, 8, 1) <= starts_on < ends_on <= date(school_year + 1, 8, 31):
        raise Invalid.of(starts_on=_("起止日期须在所选学年内（8月1日至次年8月31日）。"))
    for term in terms_of(unit.path):
        if (term.school_year, term.semester) == (school_year, semester):
            continue
        if term.starts_on <= ends_on and starts_on <= term.ends_on:
            raise Invalid.of(starts_on=_("与%(term)s重叠。") % {"term": term.label})
        if (term.school_year, term.semester) > (school_year, semester) and term.starts_on < starts_on:
            raise Invalid.of(starts_on=_("晚于%(term)s，请核对学期。") % {"term": term.label})
        if (term.school_year, term.semester) < (school_year, semester) and term.starts_on > starts_on:
            raise Invalid.of(starts_on=_("早于%(term)s，请核对学期。") % {"term": term.label})


def _say_days(days: tuple[date, date] | None) -> str:
    return f"{days[0]}—{days[1]}" if days else _("未设置")


def _keep(actor: User | None, action: str, unit: Unit, subject: str, was: str, now: str, at: datetime) -> None:
    record_audit(
        kind=AuditKind.SETTINGS, at=at, actor=actor, action=action, subject=subject,
        detail={"unit": unit.pk, "was": was, "now": now},
    )  # fmt: skip


def _announce(unit: Unit, at: datetime) -> None:
    forget()
    # Another thread may read the old rows until this is committed; what hooks do afterwards must not count in them.
    transaction.on_commit(forget)
    for hook in unit_calendar_changed:
        hook(unit.pk, at)
