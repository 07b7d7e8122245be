"""流程图: how one hazard went, drawn and told, and flows to take away as BPMN."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now
from core.errors import NotFound
from hazards.selectors import access_hazard
from hazards.views.common import actor_of
from workflows.bpmn import FLOWS, MIME_TYPE, flow_as_bpmn
from workflows.diagram import draw
from workflows.flows import HazardFlow
from workflows.graph import hazard_graph
from workflows.run import read_run
from workflows.views.common import for_managers


@login_required
@require_safe
def show_flow(request: HttpRequest, number: str) -> HttpResponse:
    """The part of the file that htmx asks for; opened by itself it is a page."""
    at = now()
    case = access_hazard(actor_of(request), number, at)
    run, graph = read_run(case), hazard_graph()
    context = {
        "at": at,
        "hazard": case.hazard,
        "number": case.hazard.number,
        "picture": draw(run),
        "turns": run.turns,
        "sides": run.sides,
        "current": run.current,
        "n_cycles": run.cycle,
        "ahead": [graph.label(node) for node in run.ahead],
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "workflows/flow.html" if is_part else "workflows/flow_page.html", context)


@login_required
@require_safe
def send_hazard_bpmn(request: HttpRequest, number: str) -> HttpResponse:
    case = access_hazard(actor_of(request), number, now())
    return _download(flow_as_bpmn(HazardFlow, read_run(case)), f"{case.hazard.number}.bpmn")


@login_required
@require_safe
@for_managers
def send_flow_bpmn(request: HttpRequest, name: str) -> HttpResponse:
    if name not in FLOWS:
        raise NotFound(_("没有这个流程。"))
    return _download(flow_as_bpmn(FLOWS[name]), f"{name}.bpmn")


def _download(text: str, filename: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, content_type=MIME_TYPE, headers=headers)
