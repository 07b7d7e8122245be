"""工作日历: a year of days, hours, terms and the roster, read by everybody for his own unit."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.calendar_files import write_calendar_file
from core.calendar_rows import Mark
from core.calendars import ALL_DAY, ONE_DAY, get_calendar
from core.clock import now, today
from core.errors import NotAllowed
from core.models import CalendarDay, CalendarYear
from core.params import read_id
from core.workbooks import XLSX
from deadlines.calendar_duty import keeps_roster, list_duty
from deadlines.calendar_services import FIRST_YEAR, LAST_YEAR, may_keep_calendar, say_sessions
from deadlines.calendars import calendar_of, list_seasons, next_term_start, terms_of
from hazards.calendar_page import covers_the_year, list_festivals, list_months, list_stretches
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import UnitKind
from organizations.models import Unit

# So many days of the roster are told on the page, from today on.
DAYS_OF_DUTY = 14


@login_required
@require_safe
def show_calendar(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    units = list_own_units(request, at)
    unit = chosen_unit(request, units)
    year, path = _chosen_year(request, today(at)), unit.path if unit else []
    is_keeper = may_keep_calendar(user, at)
    shown_units = [one for one in units if not is_keeper or one.kind == UnitKind.EDU]
    context = {
        "at": at,
        "year": year,
        "this_month": today(at).month if today(at).year == year else None,
        "years": [one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
        "is_provisional": get_calendar().is_provisional(date(year, 1, 1)),
        "source": CalendarYear.objects.filter(year=year).first(),
        "months": list_months(year, path, today(at)),
        "festivals": list_festivals(year),
        "units": shown_units,
        "unit": unit,
        "seasons": [(row, say_sessions(row.sessions)) for row in list_seasons(path)],
        "all_day": "" if covers_the_year(calendar_of(path)) else say_sessions(ALL_DAY),
        "stretches": list_stretches(path, year),
        "lacks_term": bool(terms_of(path)) and next_term_start(path, today(at)) is None,
        "duty": list_duty(unit, today(at), today(at) + DAYS_OF_DUTY * ONE_DAY) if unit and not is_keeper else [],
        "is_keeper": is_keeper,
        "keeps_roster": unit is not None and keeps_roster(held_posts_of(request, at), unit),
    }
    return render(request, "hazards/calendar.html", context)


@login_required
@require_safe
def download_days(request: HttpRequest) -> HttpResponse:
    """The days of a year as the file that an import takes."""
    at = now()
    if not may_keep_calendar(actor_of(request), at):
        raise NotAllowed
    year = _chosen_year(request, today(at))
    rows = CalendarDay.objects.filter(on__year=year).order_by("on")
    marks: list[tuple[date, Mark]] = [(row.on, (row.is_working, row.name)) for row in rows]
    answer = HttpResponse(write_calendar_file(marks), content_type=XLSX)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{year}年放假安排.xlsx')}"
    return answer


def list_own_units(request: HttpRequest, at: datetime) -> list[Unit]:
    """Of a person the units of his posts, of the system administrator the bureaus."""
    if may_keep_calendar(actor_of(request), at):
        return list(Unit.objects.filter(kind=UnitKind.EDU, is_active=True).order_by("path"))
    wanted = {post.unit_id for post in held_posts_of(request, at)}
    return list(Unit.objects.filter(pk__in=wanted).order_by("path")) if wanted else []


def chosen_unit(request: HttpRequest, units: list[Unit]) -> Unit | None:
    """The one asked for if it is among them, else the first."""
    wanted = read_id(request.POST.get("unit") or request.GET.get("unit", ""))
    return next((unit for unit in units if unit.pk == wanted), units[0] if units else None)


def _chosen_year(request: HttpRequest, day: date) -> int:
    wanted = read_id(request.GET.get("year", ""))
    return wanted if wanted and FIRST_YEAR <= wanted <= LAST_YEAR else day.year
