"""The stop page for restricted matters, and the short form behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now, today
from core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from hazards.actions import ACTIONS
from hazards.forms import Typed, build_form, read_form
from hazards.inputs import Ask, Field, fields_of
from hazards.models import Domain
from hazards.options import reportable_units
from hazards.views.common import actor_of
from hazards.views.report import file_report, find_bureau, list_domains, list_places, with_defaults
from organizations.context import held_posts_of
from organizations.kinds import PostKind
from organizations.models import Holding, Unit
from organizations.posts import present_holdings

# Who goes on writes little: where, and which gap in management; no names, no photos, no account of what happened.
_FIELDS = ("unit", "place", "description")


@login_required
@require_safe
def show_stop(request: HttpRequest) -> HttpResponse:
    """Protect the person, whom to call, write no details; and the way on for who still wants to report."""
    ask = _ask(request, now())
    domain = _restricted_domain(request.GET.get("domain", ""))
    unit = _chosen_unit(ask, request.GET.get("unit", ""))
    return _page(request, "hazards/stop.html", ask, domain, unit)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_confidential(request: HttpRequest) -> HttpResponse:
    ask = _ask(request, now())
    if request.method != "POST":
        domain = _restricted_domain(request.GET.get("domain", ""))
        return _page(request, "hazards/confidential.html", ask, domain, _chosen_unit(ask, request.GET.get("unit", "")))
    domain = _restricted_domain(request.POST.get("domain", ""))
    typed = read_form(request, _fields(), at=ask.at)
    typed = with_defaults(replace(typed, data={**typed.data, "domain": domain.code}), list(ask.held), is_fix=False)
    try:
        outcome = file_report(request, ACTIONS["report"], typed, ask.at)
    except (Invalid, WrongState) as error:
        return _page(request, "hazards/confidential.html", ask, domain, None, typed, error)
    return redirect("report_receipt", outcome.receipt_number)


def _page(
    request: HttpRequest, template: str, ask: Ask, domain: Domain, unit: Unit | None, typed: Typed | None = None,
    error: DomainError | None = None,
) -> HttpResponse:  # fmt: skip
    initial = {"unit": unit.pk if unit else ""}
    form = build_form(ACTIONS["report"], ask, _fields(), initial=initial, typed=typed, error=error)
    context = {
        "at": ask.at,
        "today": today(ask.at),
        "domain": domain,
        "unit": unit,
        "form": form,
        "places": list_places(),
        "bureau": find_bureau(ask, form),
        "confidants": _confidants(ask, unit),
    }
    return render(request, template, context, status=error.status if error else 200)


def _fields() -> list[Field]:
    return [one for one in fields_of(ACTIONS["report"].data, new=True) if one.name in _FIELDS]


def _ask(request: HttpRequest, at: datetime) -> Ask:
    user = actor_of(request)
    held = held_posts_of(request, at)
    if not held:
        raise NotAllowed(_("上报须有单位岗位，您目前没有任职；管理员账号不办理业务。"))
    return Ask(actor=user, hazard=None, at=at, held=tuple(held))


def _restricted_domain(code: str) -> Domain:
    for domain in list_domains():
        if domain.code == code and domain.is_restricted:
            return domain
    raise NotFound(_("没有这个领域。"))


def _chosen_unit(ask: Ask, raw: str) -> Unit | None:
    """The campus named in the address if one may report there; else one's own."""
    units = reportable_units(ask)
    if raw.isascii() and raw.isdigit() and len(raw) < 19:
        return units.filter(pk=int(raw)).first()
    return units.filter(pk__in=[post.unit_id for post in ask.held]).first()


def _confidants(ask: Ask, unit: Unit | None) -> list[Holding]:
    """Who keeps restricted matters of one's own campus; the staff of other units call the bureau."""
    if unit is None or unit.pk not in {post.unit_id for post in ask.held}:
        return []
    holdings = present_holdings(today(ask.at)).filter(post__unit=unit, post__kind=PostKind.CONFIDANT)
    return list(holdings.select_related("user", "post"))
