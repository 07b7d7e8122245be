"""Files: in by POST at once, out only after a fresh look at who asks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseNotModified, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.clock import local, now
from core.errors import DomainError, Invalid, NotFound
from hazards.models import Countersign, Evidence, Upload
from hazards.photos import MAX_BYTES
from hazards.selectors import in_scope
from hazards.states import CountersignState
from hazards.thumbnails import small_path
from hazards.uploads import path_of, store_upload
from hazards.views.common import actor_of
from organizations.models import User


@require_POST
def upload_file(request: HttpRequest) -> JsonResponse:
    """Keep one file for a report or an act to come: {"id", "name", "taken"}, or the error payload."""
    if not request.user.is_authenticated:
        return JsonResponse(
            {"code": "not_signed_in", "message": _("登录已过期，请重新登录。"), "fields": {}}, status=401
        )
    try:
        upload = _store(request)
    except DomainError as error:
        return JsonResponse(error.as_payload(), status=error.status)
    taken = local(upload.taken_at).strftime("%Y-%m-%d %H:%M") if upload.taken_at else None
    return JsonResponse({"id": str(upload.pk), "name": upload.name, "taken": taken}, status=201)


def _store(request: HttpRequest) -> Upload:
    sent = request.FILES.get("file")
    if sent is None:
        raise Invalid.of(file=_("没有收到文件，请重新选择。"))
    if (sent.size or 0) > MAX_BYTES:
        raise Invalid.of(file=_("文件超过 20 MB，请压缩后再传。"))
    return store_upload(actor=actor_of(request), raw=sent.read(), name=sent.name or "", at=now())


@login_required
@require_safe
def show_upload(request: HttpRequest, upload_id: UUID) -> HttpResponseBase:
    """A file that no act has taken yet: to its owner, and to who reads the hazard for which it waits for a second person.

    After that only the evidence page shows it.
    """
    user, at = actor_of(request), now()
    upload = Upload.objects.filter(pk=upload_id, evidence__isnull=True).first()
    if upload is None or not (upload.uploader_id == user.pk or _is_proposed_to(user, upload_id, at)):
        raise NotFound
    return _send(request, upload)


def _is_proposed_to(user: User, upload_id: UUID, at: datetime) -> bool:
    waiting = Countersign.objects.filter(state=CountersignState.OPEN, uploads__contains=[upload_id])
    return in_scope(user, at).filter(pk__in=waiting.values("hazard_id")).exists()


@login_required
@require_safe
def show_evidence(request: HttpRequest, evidence_id: int) -> HttpResponseBase:
    """A file of a hazard that the reader may see at this moment."""
    evidence = Evidence.objects.select_related("upload").filter(pk=evidence_id).first()
    if evidence is None or not in_scope(actor_of(request), now()).filter(pk=evidence.hazard_id).exists():
        raise NotFound
    return _send(request, evidence.upload)


def _send(request: HttpRequest, upload: Upload) -> HttpResponseBase:
    """Photos in the page, papers as attachment; kept by the browser, but asked for anew each time."""
    is_small = upload.is_photo and request.GET.get("size") == "small"
    tag = f'"{upload.sha256[:32]}{"s" if is_small else ""}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=headers)
    path: Path = small_path(upload) if is_small else path_of(upload)
    if not path.exists():
        raise NotFound(_("文件不在存储中，请联系系统管理员。"))
    return FileResponse(
        path.open("rb"),
        as_attachment=not upload.is_photo,
        filename=upload.name,
        content_type="image/jpeg" if is_small else upload.content_type,
        headers=headers,
    )
