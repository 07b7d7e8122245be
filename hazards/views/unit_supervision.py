"""单位和片区挂牌督办: the list, a new one, and one with all that was told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now, today
from core.errors import Invalid, NotAllowed, NotFound, WrongState
from core.params import read_id
from hazards.models import UnitSupervision
from hazards.services.unit_supervisions import (
    LISTABLE,
    Notice,
    Proposal,
    access_unit_supervision,
    bureaus_of,
    check_listed_unit,
    decide_unit_listing,
    delist_unit,
    doubt_unit_check,
    may,
    propose_unit_listing,
    report_on_unit_listing,
    visit_listed_unit,
)  # fmt: skip
from hazards.states_clock import Authority, Conduct, UnitSupervisionState
from hazards.unit_listings import readable_rows, view_row
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import UnitKind
from organizations.models import Unit, User

_OVER = (UnitSupervisionState.DECLINED, UnitSupervisionState.DELISTED)
MOST_SHOWN = 200


@login_required
@require_safe
def list_unit_supervisions(request: HttpRequest) -> HttpResponse:
    """What is under way first, then what is over; for the bureau, who supervises, and the listed unit."""
    at, user = now(), actor_of(request)
    rows = list(readable_rows(held_posts_of(request, at)).order_by("-pk")[:MOST_SHOWN])
    shown = [view_row(row, today(at)) for row in rows]
    context = {
        "at": at,
        "running": [one for one in shown if one.row.state not in _OVER],
        "over": [one for one in shown if one.row.state in _OVER],
        "may_propose": bool(bureaus_of(user, at)),
    }
    return render(request, "hazards/supervision/units.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def propose_unit(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    bureaus = bureaus_of(user, at)
    if not bureaus:
        raise NotAllowed(_("拟挂牌督办由教育局安全办和局领导提出。"))
    error = None
    if request.method == "POST":
        try:
            row = _propose(request, user, bureaus, at)
        except (Invalid, WrongState) as exc:
            error = exc
        else:
            messages.success(request, _("已登记。") if row.is_external else _("已报局领导审批。"))
            return redirect("unit_supervision", row.pk)
    context = {
        "at": at,
        "units": [(str(unit.pk), unit.name) for unit in _units(bureaus)],
        "conducts": Conduct.choices,
        "authorities": [pair for pair in Authority.choices if pair[0] != Authority.SECTOR],
        "sent": request.POST,
        "error": error,
    }
    return render(request, "hazards/supervision/unit_new.html", context, status=error.status if error else 200)


def _units(bureaus: list[Unit]) -> QuerySet[Unit]:
    """The bureaus' own schools; what another body lists may be a department or township of the county too."""
    own = Q(path__overlap=[bureau.pk for bureau in bureaus], kind__in=sorted(LISTABLE))
    regions = [bureau.region_code for bureau in bureaus if bureau.region_code]
    outside = Q(region_code__in=regions, kind__in=[UnitKind.DEP, UnitKind.TWN])
    return Unit.objects.filter(own | outside, is_active=True).order_by("path")


def _propose(request: HttpRequest, user: User, bureaus: list[Unit], at: datetime) -> UnitSupervision:
    sent = request.POST
    unit = _units(bureaus).filter(pk=read_id(sent.get("unit", "")) or 0).first()
    if unit is None:
        raise Invalid.of(unit=_("请选责任单位。"))
    proposal = Proposal(
        unit=unit, conduct=sent.get("conduct", ""), reason=sent.get("reason", ""), goals=sent.get("goals", ""),
        area=sent.get("area", ""),
    )  # fmt: skip
    notice = None
    if sent.get("authority"):
        notice = Notice(
            authority=sent.get("authority", ""), lister_name=sent.get("lister_name", ""), number=sent.get("number", ""),
            term_on=_day(sent.get("term_on", ""), "term_on"),
        )  # fmt: skip
    return propose_unit_listing(actor=user, proposal=proposal, notice=notice, at=at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_unit_supervision(request: HttpRequest, supervision_id: str) -> HttpResponse:
    at, user = now(), actor_of(request)
    pk = read_id(supervision_id)
    if pk is None:
        raise NotFound
    error = None
    if request.method == "POST":
        try:
            row = _act(request, user, pk, at)
        except Invalid as exc:
            error = exc
        else:
            messages.success(request, _("已办理。现在是“%(state)s”。") % {"state": row.get_state_display()})
            return redirect("unit_supervision", pk)
    row = access_unit_supervision(user, pk, at)
    context = {
        "at": at,
        "one": view_row(row, today(at)),
        "row": row,
        "notes": row.notes.select_related("by").order_by("-pk"),
        "may": {what: may(user, row, what, at) for what in ("decide", "report", "visit", "check", "doubt", "delist")},
        "sent": request.POST,
        "error": error,
    }
    return render(request, "hazards/supervision/unit.html", context, status=422 if error else 200)


def _act(request: HttpRequest, user: User, pk: int, at: datetime) -> UnitSupervision:
    sent = request.POST
    text = sent.get("text", "")
    acts: dict[str, Callable[[], UnitSupervision]] = {
        "decide": lambda: decide_unit_listing(
            actor=user, supervision_id=pk, ruling=sent.get("ruling", ""), opinion=sent.get("opinion", ""),
            term_on=_day(sent.get("term_on", ""), "term_on"), supervisor=sent.get("supervisor", ""), at=at,
        ),
        "report": lambda: report_on_unit_listing(actor=user, supervision_id=pk, text=text, at=at),
        "visit": lambda: visit_listed_unit(actor=user, supervision_id=pk, text=text, at=at),
        "check": lambda: check_listed_unit(
            actor=user, supervision_id=pk, text=text, is_passed=sent.get("is_passed") == "1", at=at
        ),
        "doubt": lambda: doubt_unit_check(actor=user, supervision_id=pk, reason=text, at=at),
        "delist": lambda: delist_unit(
            actor=user, supervision_id=pk, opinion=sent.get("opinion", ""), number=sent.get("number", ""), at=at
        ),
    }  # fmt: skip
    name = sent.get("act", "")
    if name not in acts:
        raise Invalid(_("没有这个操作。"))
    return acts[name]()


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise Invalid.of(**{name: _("日期写作 2026-11-21 的样子。")}) from exc
