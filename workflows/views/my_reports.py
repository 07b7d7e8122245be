"""我的上报: what became of each, newest first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from core.params import read_id
from hazards.selectors import in_scope
from hazards.states import State
from hazards.views.common import actor_of
from hazards.views.file import list_steps
from organizations.context import held_posts_of
from workflows.my_reports import page_of


@login_required
@require_safe
def list_my_reports(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    visible = in_scope(user, at, held=held_posts_of(request, at))
    page = page_of(visible, user, at, cursor=read_id(request.GET.get("cursor", "")))
    context = {
        "at": at,
        "rows": [(fate, list_steps(State(fate.hazard.state))) for fate in page.rows],
        "older": page.older,
        "is_first": "cursor" not in request.GET,
    }
    return render(request, "workflows/my_reports.html", context)
