"""复查任务: on the screen and on A4."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.clock import now
from core.params import read_words
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from workflows.views.common import list_townships, tops_of
from workflows.visits import LIMIT, list_visits, waiting


@login_required
@require_safe
def list_visit_tasks(request: HttpRequest) -> HttpResponse:
    """Those of one's own units; with `all` every one that one may read."""
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    is_all = request.GET.get("all", "") == "1"
    township = read_words(request.GET, "township", longest=40)
    owners = None if is_all else {*tops_of(held), *(post.unit_id for post in held)}
    groups = list_visits(waiting(user, at, held=held, owners=owners, township=township))
    n = sum(group.n for group in groups)
    townships = list_townships(held)
    context = {
        "at": at,
        "groups": groups,
        "n": n,
        "is_cut": n >= LIMIT,
        "is_all": is_all,
        "township": township,
        "townships": townships if len(townships) > 1 or township else [],
        "other_url": "?" + urlencode({name: value for name, value in _other(is_all, township).items() if value}),
    }
    return render(request, "workflows/visits.html", context)


def _other(is_all: bool, township: str) -> dict[str, str]:
    return {"all": "" if is_all else "1", "township": township}
