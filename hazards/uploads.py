"""Files on their way in: checked, re-encoded, hashed, stored privately under a random name."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.errors import Invalid, NotAllowed
from hazards.models import Countersign, Upload
from hazards.photos import CleanPhoto, clean_document, clean_photo
from hazards.states import CountersignState
from organizations.models import User
from organizations.posts import list_held_posts

# A file that no report took is deleted after this time.
ORPHAN_AFTER = timedelta(hours=48)
# One person's unused files at a time: enough for a long inspection, too few to fill a disk.
MAX_WAITING = 120


def store_upload(*, actor: User, raw: bytes, name: str, at: datetime) -> Upload:
    """Keep a photo or a PDF of one person until an act takes it.

    Raises NotAllowed for who holds no post, Invalid (field `file`) for anything else.
    """
    if not list_held_posts(actor, at):
        raise NotAllowed(_("上传文件须有单位岗位，您目前没有任职；管理员账号不办理业务。"))
    # One file of many hazards is one, however many rows it has.
    waiting = unused_uploads().filter(uploader=actor).values("stored_as").distinct()
    if waiting.count() >= MAX_WAITING:
        raise Invalid.of(file=_("您有太多未使用的文件，请先完成手上的上报。"))
    is_paper = name.lower().endswith(".pdf")
    cleaned = clean_document(raw, name) if is_paper else clean_photo(raw, name=name)
    stored_as = f"{at:%Y%m}/{secrets.token_hex(16)}.{cleaned.extension}"
    photo = cleaned if isinstance(cleaned, CleanPhoto) else None
    with transaction.atomic():
        upload = Upload.objects.create(
            uploader=actor,
            stored_as=stored_as,
            name=Path(name).name[-120:],
            content_type=cleaned.content_type,
            size=len(cleaned.content),
            sha256=cleaned.sha256,
            original_sha256=cleaned.original_sha256,
            width=photo.width if photo else None,
            height=photo.height if photo else None,
            taken_at=photo.taken_at if photo else None,
            latitude=_degrees(photo, 0),
            longitude=_degrees(photo, 1),
            uploaded_at=at,
        )
        path = path_of(upload)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cleaned.content)
    return upload


def unused_uploads() -> QuerySet[Upload]:
    """Files that no act took, and that none under a second person's eyes holds."""
    held = Countersign.objects.filter(state=CountersignState.OPEN, uploads__contains=[OuterRef("pk")])
    return Upload.objects.filter(~Exists(held), evidence__isnull=True)


def path_of(upload: Upload) -> Path:
    return Path(settings.MEDIA_ROOT) / upload.stored_as


def _degrees(photo: CleanPhoto | None, axis: int) -> Decimal | None:
    if photo is None or photo.position is None:
        return None
    return round(Decimal(photo.position[axis]), 6)


def small_path_of(sha256: str) -> Path:
    """Where the small picture of a photo lies, once drawn; the same photo sent twice shares it."""
    return Path(settings.MEDIA_ROOT) / "small" / f"{sha256}.jpg"


def _drop_small(hashes: set[str]) -> None:
    kept = set(Upload.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    for sha256 in hashes - kept:
        small_path_of(sha256).unlink(missing_ok=True)


def purge_orphans(at: datetime) -> int:
    """Delete files that no act took in time; returns how many. A file being attached at this moment stays."""
    n_gone = 0
    while True:
        with transaction.atomic():
            batch = list(
                unused_uploads()
                .select_for_update(of=("self",), skip_locked=True)
                .filter(uploaded_at__lt=at - ORPHAN_AFTER)[:100]
            )
            Upload.objects.filter(pk__in=[upload.pk for upload in batch]).delete()
            # One file may serve many hazards of a batch, each with a row of its own.
            stored = {upload.stored_as for upload in batch}
            kept = set(Upload.objects.filter(stored_as__in=stored).values_list("stored_as", flat=True))
            paths = [path_of(upload) for upload in batch if upload.stored_as not in kept]
        for path in paths:
            path.unlink(missing_ok=True)
        _drop_small({upload.sha256 for upload in batch})
        n_gone += len(batch)
        if len(batch) < 100:
            return n_gone
