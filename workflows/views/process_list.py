"""流程: where everything stands that its reader looks after; a constant number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now
from hazards.states import Level, State
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import PostKind
from workflows.bpmn import FLOWS
from workflows.views.common import Choice, for_managers, list_townships, list_units_near
from workflows.where import Filters, Stuck, count_stuck, narrow, open_hazards, page_of, side_label


@dataclass(frozen=True)
class Link:
    """A figure that opens the rows behind it; the chosen one lets go of its filter."""

    stuck: Stuck
    url: str
    is_chosen: bool


@login_required
@require_safe
@for_managers
def list_processes(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    filters = Filters.read(request.GET)
    hazards = open_hazards(user, at, held=held)
    cursor, backward = request.GET.get("cursor", ""), request.GET.get("dir") == "sooner"
    page = page_of(narrow(hazards, filters, at), at, cursor=cursor, backward=backward)
    counts = count_stuck(hazards, filters, at)
    units, townships = list_units_near(held, filters.unit), list_townships(held)
    context = {
        "at": at,
        "page": page,
        "counts": counts,
        "filters": filters,
        "steps": _links(counts.steps, filters, "step"),
        "owners": _links(counts.owners, filters, "owner"),
        "sides": _links(counts.sides, filters, "side"),
        "posts": [(one.key, f"{one.label} {one.n}") for one in counts.posts],
        "step_choices": [(one.key, one.label) for one in counts.steps],
        "flows": [(name, flow.process_title) for name, flow in FLOWS.items()],
        "levels": Level.choices,
        "units": units if len(units) > 1 else [],
        "townships": townships if len(townships) > 1 else [],
        "active": _active(filters, dict(units), {one.key: one.label for one in counts.owners}),
        "later_url": _url(filters.as_params(cursor=page.later)) if page.later else "",
        "sooner_url": _url(filters.as_params(cursor=page.sooner, dir="sooner")) if page.sooner else "",
    }
    return render(request, "workflows/process_list.html", context)


def _links(found: list[Stuck], filters: Filters, name: str) -> list[Link]:
    chosen = filters.as_params().get(name, "")
    return [
        Link(one, _url(filters.as_params(**{name: "" if one.key == chosen else one.key})), one.key == chosen)
        for one in found
    ]


def _active(filters: Filters, units: dict[str, str], owners: dict[str, str]) -> list[Choice]:
    """(the filter in words, the address that drops it)"""
    params = filters.as_params()
    labels = {
        "step": str(dict(State.choices).get(filters.step, "")),
        "owner": _("由%(unit)s办理") % {"unit": owners.get(str(filters.owner), _("所选单位"))},
        "post": str(dict(PostKind.choices).get(filters.post, "")),
        "unit": units.get(str(filters.unit), _("所选单位")),
        "township": filters.township,
        "level": str(dict(Level.choices).get(filters.level, "")),
        "overdue": _("已逾期"),
        "side": side_label(filters.side) if filters.side else "",
    }
    return [(labels[name], _url({k: v for k, v in params.items() if k != name})) for name in params]


def _url(params: dict[str, str]) -> str:
    return "?" + urlencode(params)
