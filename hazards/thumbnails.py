"""Small pictures of stored photos, drawn once and kept beside them."""

from __future__ import annotations

import secrets
from pathlib import Path

from PIL import Image

from hazards.models import Upload
from hazards.uploads import path_of, small_path_of

LONGEST_SIDE = 480
QUALITY = 78


def small_path(upload: Upload) -> Path:
    """The small picture of a stored photo; drawn when first asked for."""
    target = small_path_of(upload.sha256)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(f".{secrets.token_hex(4)}")
        with Image.open(path_of(upload)) as picture:
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            picture.convert("RGB").save(draft, "JPEG", quality=QUALITY)
        draft.replace(target)
    return target
