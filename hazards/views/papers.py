"""文书: a paper of a hazard as it is read and printed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from hazards.papers import access_paper, view_paper
from hazards.views.common import actor_of


@login_required
@require_safe
def show_paper(request: HttpRequest, number: str, paper_id: str) -> HttpResponse:
    """Out of scope, of another hazard, or another's draft: 404."""
    at = now()
    case, document = access_paper(actor_of(request), number, paper_id, at)
    context = {"at": at, "hazard": case.hazard, "number": case.hazard.number, "paper": view_paper(document)}
    return render(request, "hazards/papers/paper.html", context)
