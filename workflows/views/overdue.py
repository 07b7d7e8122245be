"""我的逾期: by who owes it, the longest late first; a figure opens its rows."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.clock import now, today
from core.params import read_id
from hazards.unit_listings import list_late
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from workflows.overdue import Overdue
from workflows.where import manages


@login_required
@require_safe
def list_overdue(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    overdue = Overdue(user, at, held)
    owner_id, cursor = read_id(request.GET.get("owner", "")), request.GET.get("cursor", "")
    page = overdue.of_owner(owner_id, cursor) if owner_id else overdue.page(cursor)
    more = {"owner": str(owner_id or ""), "cursor": page.later}
    tells = manages(held) and any(not owner.is_own for owner in page.owners)
    context = {
        "at": at,
        "page": page,
        "text_url": reverse("overdue_text") + (f"?unit={owner_id}" if owner_id else "") if tells else "",
        "is_one": owner_id is not None,
        "is_first": not cursor,
        "late_units": [] if owner_id or cursor else list_late(held, today(at)),
        "later_url": "?" + urlencode({name: value for name, value in more.items() if value}) if page.later else "",
    }
    return render(request, "workflows/overdue.html", context)
