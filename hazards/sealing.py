"""A sealed file (封存): all that is known of a hazard in one archive, named by its hash."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from core.errors import NotFound
from hazards.models import Evidence, FirstOpening, Hazard, HazardEvent, ReadingGrant
from hazards.small import SMALLS
from hazards.uploads import path_of

_CHUNK = 1 << 20
# Indexes of ours, no part of the record.
_NOT_TOLD = frozenset({"search", "visible_to", "guest_keys"})


@dataclass(frozen=True)
class Archive:
    """Where it lies is told by its hash alone."""

    sha256: str
    n_files: int
    # Bytes.
    size: int


def archive_path(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "sealed" / f"{sha256}.zip"


def write_archive(hazard: Hazard, *, at: datetime) -> Archive:
    """A zip of the file, its small rows, its whole log with hashes, and every piece of evidence with its own."""
    folder = Path(settings.MEDIA_ROOT) / "sealed"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}"
    evidence = list(Evidence.objects.filter(hazard=hazard).select_related("upload").order_by("pk"))
    try:
        with zipfile.ZipFile(draft, "w") as archive:
            for name, told in _papers(hazard, evidence, at):
                text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True)
                archive.writestr(_entry(name), text, zipfile.ZIP_DEFLATED)
            for one in evidence:
                path = path_of(one.upload)
                if path.exists():
                    _copy(archive, path, _name_of(one))
        sha256 = _hash_of(draft)
        os.replace(draft, archive_path(sha256))
    finally:
        draft.unlink(missing_ok=True)
    return Archive(sha256, len(evidence), archive_path(sha256).stat().st_size)


def find_archive(hazard: Hazard) -> tuple[Path, str]:
    """(path, hash) of the archive of a sealed file. Raises NotFound where it is not sealed or the archive is gone."""
    event = HazardEvent.objects.filter(hazard=hazard, action="seal").order_by("-seq").first()
    sha256 = str(event.data["archive"]) if event else ""
    path = archive_path(sha256)
    if not sha256 or not path.exists():
        raise NotFound
    return path, sha256


def _papers(hazard: Hazard, evidence: list[Evidence], at: datetime) -> Iterator[tuple[str, object]]:
    yield "hazard.json", {**_row(hazard), "sealed_at": at}
    for small in SMALLS:
        rows = small.model._default_manager.filter(hazard=hazard).order_by("pk")
        yield f"{small.name}.json", [_row(row) for row in rows]
    yield "events.json", [_row(event) for event in HazardEvent.objects.filter(hazard=hazard).order_by("seq")]
    yield "openings.json", [_row(row) for row in FirstOpening.objects.filter(hazard=hazard).order_by("pk")]
    yield "readers.json", [_row(row) for row in ReadingGrant.objects.filter(hazard=hazard).order_by("pk")]
    yield "files.json", [_listed(one) for one in evidence]


def _row(row: Model) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if field.name not in _NOT_TOLD]
    return {field.attname: field.value_from_object(row) for field in fields}


def _listed(one: Evidence) -> dict[str, object]:
    upload = one.upload
    return {
        "file": _name_of(one), "name": upload.name, "sha256": upload.sha256, "original_sha256": upload.original_sha256,
        "size": upload.size, "taken_at": upload.taken_at, "uploaded_at": upload.uploaded_at, "stage": one.stage,
        "round": one.round, "seq": one.seq, "withdrawn_seq": one.withdrawn_seq, "is_present": path_of(upload).exists(),
    }  # fmt: skip


def _name_of(one: Evidence) -> str:
    return f"files/{one.pk}{Path(one.upload.stored_as).suffix}"


def _entry(name: str) -> zipfile.ZipInfo:
    """With a fixed time: the archive says nothing of when it was packed but what its papers say."""
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _copy(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    entry = _entry(name)
    entry.compress_type = zipfile.ZIP_STORED
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
        while chunk := source.read(_CHUNK):
            target.write(chunk)


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
