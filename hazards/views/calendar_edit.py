"""Changing 工作日历: days, hours and terms by the system administrator, the roster by the unit's own people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.clock import now, today
from core.errors import Invalid, NotAllowed
from core.params import read_id
from core.periods import Period, period_of
from core.workbooks import MOST_BYTES, WHY
from deadlines.calendar_duty import MOST_DAYS, clear_duty, keeps_roster, list_duty, set_duty
from deadlines.calendar_services import (
    WITH_TERMS,
    change_seasons,
    change_term,
    edit_calendar_day,
    import_calendar,
    may_keep_calendar,
    restore_calendar,
)
from deadlines.calendars import Term
from deadlines.models import SchoolTerm, WorkSeason
from hazards.calendar_forms import (
    CalendarDayForm,
    CalendarFileForm,
    CalendarRestoreForm,
    DutyForm,
    HoursForm,
    TermForm,
)
from hazards.recomputing import Rehearsal, rehearse
from hazards.views.calendar import chosen_unit, list_own_units
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.forms import PageForm
from organizations.models import Unit
from organizations.posts import present_holdings

REFUSED = 422
# Units of one bureau offered for terms of their own.
MOST_UNITS = 1_000
# So many hazards are looked at before a day is changed: a second's work.
MOST_REHEARSED = 5_000


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_days(request: HttpRequest) -> HttpResponse:
    """One day, a whole year by file, or a year back to what was published; `do` says which.

    What a day would move is shown first; the same is sent again (`seen`) to have it done.
    """
    at, user = now(), actor_of(request)
    _require_keeper(request, at)
    do, sent = request.POST.get("do", ""), request.POST if request.method == "POST" else None
    next_year = today(at).year + 1
    day = CalendarDayForm(sent if do == "day" else None, initial={"kind": CalendarDayForm.REST})
    file = CalendarFileForm(*((sent, request.FILES) if do == "file" else ()), initial={"year": next_year})
    restore = CalendarRestoreForm(sent if do == "restore" else None)
    acts: dict[str, tuple[PageForm, Callable[[dict[str, object]], object]]] = {
        "day": (
            day,
            lambda told: _change_day(request, day, at),
        ),
        "file": (
            file,
            lambda told: import_calendar(
                actor=user, year=file.cleaned_data["year"], raw=_read(file), filename=_name(file), at=at
            ),
        ),
        "restore": (
            restore,
            lambda told: restore_calendar(actor=user, year=restore.cleaned_data["year"], at=at),
        ),
    }
    status, rehearsal = 200, None
    if do in acts:
        form, act = acts[do]
        changes = form.attempt(act)
        if isinstance(changes, Rehearsal):
            rehearsal = changes
        elif changes is not None:
            return _done_days(request, form, len(changes) if isinstance(changes, dict) else 0)
        else:
            status = REFUSED
    context = {
        "at": at, "day": day, "file": file, "restore": restore, "next_year": next_year, "rehearsal": rehearsal,
    }  # fmt: skip
    return render(request, "hazards/calendar_days.html", context, status=status)


def _change_day(request: HttpRequest, form: CalendarDayForm, at: datetime) -> dict[date, object] | Rehearsal:
    """The change where it was seen what it moves, else what it would move. Raises Invalid, NotAllowed."""
    change = partial(
        edit_calendar_day, actor=actor_of(request), on=form.cleaned_data["on"], mark=form.mark(), at=at
    )  # fmt: skip
    if request.POST.get("seen", "") == form.wanted:
        return dict(change())
    rehearsal = rehearse(change, at, most=MOST_REHEARSED)
    return rehearsal if rehearsal.n_changed else {}


def _done_days(request: HttpRequest, form: PageForm, n_changed: int) -> HttpResponse:
    year = form.cleaned_data["on"].year if "on" in form.cleaned_data else form.cleaned_data["year"]
    said = _("已改 %(n)d 天，立即生效，已记入审计。") % {"n": n_changed} if n_changed else _("没有改动。")
    messages.success(request, said)
    return redirect(f"{reverse('calendar')}?year={year}")


def _read(form: CalendarFileForm) -> bytes:
    file = form.cleaned_data["file"]
    if file.size > MOST_BYTES:
        raise Invalid.of(file=str(WHY["too_large"]))
    return bytes(file.read())


def _name(form: CalendarFileForm) -> str:
    return str(form.cleaned_data["file"].name)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_hours(request: HttpRequest) -> HttpResponse:
    """作息时间 of one bureau."""
    at, user = now(), actor_of(request)
    _require_keeper(request, at)
    bureaus = list_own_units(request, at)
    unit = chosen_unit(request, bureaus)
    if unit is None:
        return _no_bureau(request)
    rows = list(WorkSeason.objects.filter(unit=unit).order_by("from_month", "from_day"))
    form = HoursForm(request.POST if request.method == "POST" else None, rows=rows)
    if request.method == "POST":
        changed = form.attempt(
            lambda told: change_seasons(actor=user, unit=unit, seasons=form.choices(), at=at)
        )  # fmt: skip
        if changed is not None:
            return _done(request, "calendar", unit, changed)
    context = {"at": at, "form": form, "unit": unit, "bureaus": bureaus}
    return render(request, "hazards/calendar_hours.html", context, status=REFUSED if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_terms(request: HttpRequest) -> HttpResponse:
    """Terms of a bureau, or of a school of its own."""
    at, user = now(), actor_of(request)
    _require_keeper(request, at)
    bureaus = list_own_units(request, at)
    if not bureaus:
        return _no_bureau(request)
    unit = _unit_with_terms(request, bureaus)
    if request.POST.get("do") == "remove":
        return _take_term_back(request, unit, at)
    year = period_of(Period.SCHOOL_YEAR, today(at))[0].year
    form = TermForm(request.POST if request.method == "POST" else None, year=year, initial={"school_year": year})
    if request.method == "POST":
        changed = form.attempt(
            lambda told: change_term(
                actor=user, unit=unit, school_year=form.cleaned_data["school_year"],
                semester=form.cleaned_data["semester"],
                days=(form.cleaned_data["starts_on"], form.cleaned_data["ends_on"]), at=at,
            )
        )  # fmt: skip
        if changed is not None:
            return _done(request, "calendar_terms", unit, changed)
    rows = SchoolTerm.objects.filter(unit=unit).order_by("-starts_on")
    bureau = next(one for one in bureaus if one.pk in unit.path)
    context = {
        "at": at,
        "form": form,
        "unit": unit,
        "bureau": bureau,
        "bureaus": bureaus,
        "below": Unit.objects.filter(path__contains=[bureau.pk], kind__in=WITH_TERMS, is_active=True)[:MOST_UNITS],
        "rows": [(row, Term(row.school_year, row.semester, row.starts_on, row.ends_on).label) for row in rows],
    }
    return render(request, "hazards/calendar_terms.html", context, status=REFUSED if form.errors else 200)


def _unit_with_terms(request: HttpRequest, bureaus: list[Unit]) -> Unit:
    """The unit asked for where it lies below a bureau, else the first bureau."""
    wanted = read_id(request.POST.get("unit") or request.GET.get("unit", ""))
    unit = Unit.objects.filter(pk=wanted, kind__in=WITH_TERMS, is_active=True).first() if wanted else None
    known = {bureau.pk for bureau in bureaus}
    return unit if unit and known.intersection(unit.path) else bureaus[0]


def _take_term_back(request: HttpRequest, unit: Unit, at: datetime) -> HttpResponse:
    """Names that can't be read take nothing back."""
    year, semester = read_id(request.POST.get("school_year", "")), read_id(request.POST.get("semester", ""))
    try:
        changed = change_term(
            actor=actor_of(request), unit=unit, school_year=year or 0, semester=semester or 0, days=None, at=at
        )
    except Invalid:
        changed = False
    return _done(request, "calendar_terms", unit, changed)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_duty(request: HttpRequest) -> HttpResponse:
    """值班表 of a unit in which the reader holds a post that keeps it."""
    at, user, held = now(), actor_of(request), held_posts_of(request, now())
    units = [unit for unit in list_own_units(request, at) if keeps_roster(held, unit)]
    unit = chosen_unit(request, units)
    if unit is None:
        raise NotAllowed(_("值班表由本单位的安全员、负责人（教育局由安全办）填写。"))
    first = today(at)
    if request.POST.get("do") == "clear":
        return _clear_day(request, unit, at)
    initial = {"first": first, "last": first + timedelta(days=6), "phone": unit.phone}
    form = DutyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        n_changed = form.attempt(lambda told: set_duty(actor=user, unit=unit, at=at, **form.cleaned_data))
        if n_changed is not None:
            messages.success(request, _("值班表已保存，共改 %(n)d 天。") % {"n": n_changed})
            return redirect(f"{reverse('calendar_duty')}?unit={unit.pk}")
    names = present_holdings(first).filter(post__unit=unit).order_by("user__name").values_list("user__name", flat=True)
    context = {
        "at": at,
        "form": form,
        "unit": unit,
        "units": units,
        "names": list(dict.fromkeys(names)),
        "rows": list_duty(unit, first, first + timedelta(days=2 * MOST_DAYS)),
    }
    return render(request, "hazards/calendar_duty.html", context, status=REFUSED if form.errors else 200)


def _clear_day(request: HttpRequest, unit: Unit, at: datetime) -> HttpResponse:
    form = DutyForm({"first": request.POST.get("on", "")})
    form.is_valid()
    on = form.cleaned_data.get("first")
    if on is None or on < today(at):
        messages.error(request, _("过去的值班不能改。"))
    else:
        clear_duty(actor=actor_of(request), unit=unit, on=on, at=at)
        messages.success(request, _("已清空这一天的值班。"))
    return redirect(f"{reverse('calendar_duty')}?unit={unit.pk}")


def _require_keeper(request: HttpRequest, at: datetime) -> None:
    if not may_keep_calendar(actor_of(request), at):
        raise NotAllowed(_("工作日历由系统管理员修改。"))


def _no_bureau(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("还没有教育局，请先在机构人员中建立。"))
    return redirect("calendar")


def _done(request: HttpRequest, page: str, unit: Unit, changed: bool) -> HttpResponse:
    messages.success(request, _("已保存，立即生效，已记入审计。") if changed else _("没有改动。"))
    return redirect(f"{reverse(page)}?unit={unit.pk}")
