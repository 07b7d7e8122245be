"""Uploaded bytes made safe: photos are decoded and drawn anew, papers are PDF.

Pure: no table, no file. Everything refused raises Invalid on the field `file` and says what to do.
"""

import math
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath

import puremagic
from django.utils.translation import gettext as _
from PIL import ExifTags, Image

from core.clock import SHANGHAI
from core.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
# quality.md: images are decoded only below this, so that a small file can't fill the memory.
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2560
JPEG_QUALITY = 85

PHOTO_EXTENSIONS = {"jpg", "jpeg", "png", "webp"}
HEIC_EXTENSIONS = {"heic", "heif", "hif"}
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
PHOTO_CONTENT = {".jpg", ".jpeg", ".jfif", ".jpe", ".png", ".webp", ".mpo"}
DECODERS = ("JPEG", "PNG", "WEBP")
EXIF_TIME = "%Y:%m:%d %H:%M:%S"

Position = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class CleanFile:
    """`content` is what may be stored and served; `sha256` is of it, `original_sha256` of what was sent."""

    content: bytes
    content_type: str
    extension: str
    sha256: str
    original_sha256: str


@dataclass(frozen=True, kw_only=True)
class CleanPhoto(CleanFile):
    """Size in stored pixels; `position` is latitude and longitude in WGS 84 degrees, never in `content`."""

    width: int
    height: int
    taken_at: datetime | None
    position: Position | None


def clean_photo(raw: bytes, *, name: str) -> CleanPhoto:
    """A JPEG of at most 2560 pixels a side without any metadata; what EXIF said comes beside it."""
    _check_size(raw)
    _check_photo_name(name)
    _check_photo_content(raw)
    image = _open(raw)
    exif = _exif(image)
    drawn = _redraw(image, orientation=exif.orientation)
    stored = BytesIO()
    drawn.save(stored, "JPEG", quality=JPEG_QUALITY)
    content = stored.getvalue()
    return CleanPhoto(
        content=content,
        content_type="image/jpeg",
        extension="jpg",
        sha256=sha256(content).hexdigest(),
        original_sha256=sha256(raw).hexdigest(),
        width=drawn.width,
        height=drawn.height,
        taken_at=exif.taken_at,
        position=exif.position,
    )


def clean_document(raw: bytes, name: str) -> CleanFile:
    """A PDF as it came; it is only ever served as an attachment."""
    _check_size(raw)
    if _extension(name) != "pdf" or not raw.startswith(b"%PDF-"):
        raise Invalid.of(file=_("这个文件不是 PDF。请上传扫描件的 PDF，或者改用照片上传。"))
    if b"%%EOF" not in raw[-2048:]:
        raise Invalid.of(file=_("PDF 不完整，可能上传中断了。请重新上传。"))
    digest = sha256(raw).hexdigest()
    return CleanFile(
        content=raw, content_type="application/pdf", extension="pdf", sha256=digest, original_sha256=digest
    )


def _check_size(raw: bytes) -> None:
    if not raw:
        raise Invalid.of(file=_("文件是空的。请重新选择后上传。"))
    if len(raw) > MAX_BYTES:
        raise Invalid.of(file=_("文件超过 20 MB。请压缩后再上传，或者直接用手机拍照上传。"))


def _extension(name: str) -> str:
    return PurePath(name).suffix.lower().removeprefix(".")


def _check_photo_name(name: str) -> None:
    extension = _extension(name)
    if extension in HEIC_EXTENSIONS:
        raise _heic()
    if extension not in PHOTO_EXTENSIONS:
        raise Invalid.of(file=_("只能上传 jpg、png、webp 格式的照片。请重新选择照片。"))


def _check_photo_content(raw: bytes) -> None:
    """What the bytes are, whatever their name says."""
    if raw[4:8] == b"ftyp" and raw[8:12] in HEIC_BRANDS:
        raise _heic()
    try:
        found = {match.extension for match in puremagic.magic_string(raw)}
    except (puremagic.PureError, ValueError):
        found = set()
    if not found & PHOTO_CONTENT:
        raise _no_photo()


def _open(raw: bytes) -> Image.Image:
    """An image whose header was read and whose pixels were not."""
    try:
        image = Image.open(BytesIO(raw), formats=DECODERS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (OSError, ValueError, SyntaxError, struct.error, EOFError):
        raise _no_photo() from None
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    return image


def _redraw(image: Image.Image, *, orientation: int) -> Image.Image:
    """The pixels alone, upright, on white, on a fresh canvas that no metadata of the original reaches."""
    try:
        # Lets the JPEG decoder itself leave out detail beyond what is kept.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        has_alpha = image.has_transparency_data
        pixels = image.convert("RGBA" if has_alpha else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except (OSError, ValueError, SyntaxError, struct.error, EOFError):
        raise Invalid.of(file=_("照片不完整或已损坏，可能上传中断了。请重新上传。")) from None
    pixels.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    canvas = Image.new("RGB", pixels.size, "white")
    canvas.paste(pixels, mask=pixels.getchannel("A") if has_alpha else None)
    turn = TURNS.get(orientation)
    return canvas.transpose(turn) if turn is not None else canvas


# EXIF 2.32, tag 0x0112: how the stored pixels must be turned to stand upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class _Exif:
    orientation: int = 1
    taken_at: datetime | None = None
    position: Position | None = None


# A camera may write anything here; a photo is never refused for it.
_BAD_EXIF = (OSError, ValueError, TypeError, KeyError, IndexError, SyntaxError, ArithmeticError, struct.error)


def _exif(image: Image.Image) -> _Exif:
    orientation, taken_at, position = 1, None, None
    with suppress(*_BAD_EXIF):
        tags = image.getexif()
        with suppress(*_BAD_EXIF):
            orientation = int(tags.get(ExifTags.Base.Orientation, 1))
        with suppress(*_BAD_EXIF):
            taken_at = _taken_at(tags.get_ifd(ExifTags.IFD.Exif))
        with suppress(*_BAD_EXIF):
            position = _position(tags.get_ifd(ExifTags.IFD.GPSInfo))
    return _Exif(orientation, taken_at, position)


def _taken_at(tags: Mapping[int, object]) -> datetime | None:
    """DateTimeOriginal at its own offset, else in Shanghai, where our schools are."""
    written = tags.get(ExifTags.Base.DateTimeOriginal)
    if not isinstance(written, str):
        return None
    offset = tags.get(ExifTags.Base.OffsetTimeOriginal) or tags.get(ExifTags.Base.OffsetTime)
    if isinstance(offset, str):
        with suppress(ValueError):
            return datetime.strptime(f"{_text(written)} {_text(offset)}", f"{EXIF_TIME} %z")
    return datetime.strptime(_text(written), EXIF_TIME).replace(tzinfo=SHANGHAI)


def _text(written: str) -> str:
    return written.partition("\0")[0].strip()


def _position(tags: Mapping[int, object]) -> Position | None:
    latitude = _degrees(tags[ExifTags.GPS.GPSLatitude], tags[ExifTags.GPS.GPSLatitudeRef], "S")
    longitude = _degrees(tags[ExifTags.GPS.GPSLongitude], tags[ExifTags.GPS.GPSLongitudeRef], "W")
    # Cameras without a fix write zeros or 0/0.
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or (latitude, longitude) == (0, 0):
        return None
    return round(latitude, 6), round(longitude, 6)


def _degrees(parts: object, reference: object, negative: str) -> float:
    if not isinstance(parts, tuple):
        raise TypeError("GPS position is not a tuple")
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value):
        raise ValueError("GPS position is not a number")
    return -value if _text(str(reference)).upper() == negative else value


def _no_photo() -> Invalid:
    return Invalid.of(file=_("这个文件不是照片，或者已损坏。请上传 jpg、png 或 webp 格式的照片。"))


def _too_many_pixels() -> Invalid:
    return Invalid.of(file=_("照片超过 4000 万像素。请把相机分辨率调低，或者压缩后再上传。"))


def _heic() -> Invalid:
    return Invalid.of(
        file=_("暂不支持 HEIC 格式。请在手机“设置 → 相机 → 格式”里选“兼容性最佳”后重拍，或者在本页直接拍照上传。")
    )
