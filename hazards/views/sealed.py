"""The archive of a sealed file, for who may seal and for whom it was opened to read."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now
from core.errors import NotAllowed
from hazards.sealing import find_archive
from hazards.selectors import access_hazard, may_take_archive
from hazards.views.common import actor_of


@login_required
@require_safe
def download_archive(request: HttpRequest, number: str) -> FileResponse:
    """The zip as it was sealed; its hash stands in the log. Kept by no browser."""
    case = access_hazard(actor_of(request), number, now())
    path, _sha256 = find_archive(case.hazard)
    if not may_take_archive(case):
        raise NotAllowed(_("封存档案由安全办主任、局领导和获准的查阅人下载。"))
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{case.hazard.number}-{_('封存')}.zip",
        content_type="application/zip",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )
