"""告知记录 of one hazard, on the screen and as a workbook."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now
from core.errors import NotAllowed
from core.params import read_id
from core.workbooks import XLSX
from hazards.case import Case
from hazards.selectors import access_hazard
from hazards.telling_pages import Reach, list_all_told_of, list_told_of, reach_of
from hazards.views.common import actor_of
from notifications.told import write_file
from organizations.kinds import PostKind


@login_required
@require_safe
def show_told(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    case, reach = _access(request, number, at)
    which = request.GET.get("which", "")
    page = list_told_of(case, reach, which, read_id(request.GET.get("before", "")))
    context = {
        "at": at,
        "hazard": case.hazard,
        "number": case.hazard.number,
        "page": page,
        "which": which,
        "is_whole": reach.is_whole,
        "opens_people": any(post.kind in (PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR) for post in case.held),
    }
    return render(request, "hazards/told.html", context)


@login_required
@require_safe
def download_told(request: HttpRequest, number: str) -> HttpResponse:
    case, reach = _access(request, number, now())
    answer = HttpResponse(write_file(list_all_told_of(case, reach, request.GET.get("which", ""))), content_type=XLSX)
    name = quote(f"{case.hazard.number}{_('告知记录')}.xlsx")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _access(request: HttpRequest, number: str, at: datetime) -> tuple[Case, Reach]:
    """Raises NotFound out of scope, NotAllowed for who is neither office, leader nor head."""
    case = access_hazard(actor_of(request), number, at)
    reach = reach_of(case)
    if not reach.is_any:
        raise NotAllowed(_("告知记录由教育局安全办、局领导、县级协调员和各单位负责人查看；保密事项由专办员查看。"))
    return case, reach
