import struct
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import ExifTags, Image, ImageDraw, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

from core.clock import SHANGHAI
from core.errors import Invalid
from hazards.photos import LONGEST_SIDE, MAX_BYTES, clean_document, clean_photo


def picture(width: int = 64, height: int = 48) -> Image.Image:
    """Red in the upper left corner, blue elsewhere, so that a turn shows."""
    image = Image.new("RGB", (width, height), "blue")
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="red")
    return image


def encoded(image: Image.Image | None = None, kind: str = "JPEG", **options: object) -> bytes:
    stored = BytesIO()
    (image or picture()).save(stored, kind, **options)
    return stored.getvalue()


def exif(
    *, taken: str = "", offset: str = "", gps: dict[int, object] | None = None, orientation: int = 0
) -> Image.Exif:
    tags = Image.Exif()
    if orientation:
        tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.Make] = "SECRETPHONE"
    inner = tags.get_ifd(ExifTags.IFD.Exif)
    if taken:
        inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    if gps:
        tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return tags


GPS: dict[int, object] = {
    ExifTags.GPS.GPSLatitudeRef: "N",
    ExifTags.GPS.GPSLatitude: (28.0, 27.0, 18.0),
    ExifTags.GPS.GPSLongitudeRef: "E",
    ExifTags.GPS.GPSLongitude: (117.0, 58.0, 12.0),
}


def colour(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    found = image.getpixel(place)
    assert isinstance(found, tuple)
    return found


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds almost nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def refusal(raw: bytes, name: str = "IMG_0001.jpg") -> str:
    with pytest.raises(Invalid) as caught:
        clean_photo(raw, name=name)
    assert list(caught.value.fields) == ["file"]
    return caught.value.message


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "a.jpg"), ("JPEG", "a.JPEG"), ("PNG", "a.png"), ("WEBP", "a.webp")]
)
def test_a_photo_is_stored_as_jpeg(kind, name):
    raw = encoded(kind=kind)
    photo = clean_photo(raw, name=name)
    assert photo.content.startswith(b"\xff\xd8\xff")
    assert (photo.content_type, photo.extension, photo.width, photo.height) == ("image/jpeg", "jpg", 64, 48)
    assert photo.sha256 == sha256(photo.content).hexdigest()
    assert photo.original_sha256 == sha256(raw).hexdigest()


def test_a_png_that_was_renamed_to_jpg_is_still_a_photo():
    assert clean_photo(encoded(kind="PNG"), name="微信图片.jpg").width == 64


def test_a_photo_without_exif_has_no_time_and_no_position():
    photo = clean_photo(encoded(), name="a.jpg")
    assert (photo.taken_at, photo.position) == (None, None)


def test_the_time_of_taking_is_shanghais_unless_the_camera_says_otherwise():
    plain = clean_photo(encoded(exif=exif(taken="2026:11:20 08:15:30")), name="a.jpg")
    assert plain.taken_at == datetime(2026, 11, 20, 8, 15, 30, tzinfo=SHANGHAI)
    zoned = clean_photo(encoded(exif=exif(taken="2026:11:20 08:15:30", offset="+00:00")), name="a.jpg")
    assert zoned.taken_at == datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", "2026:13:45 99:00:00"])
def test_nonsense_in_the_time_is_no_reason_to_refuse(taken):
    assert clean_photo(encoded(exif=exif(taken=taken)), name="a.jpg").taken_at is None


def test_a_wrong_offset_leaves_shanghai():
    photo = clean_photo(encoded(exif=exif(taken="2026:11:20 08:15:30", offset="east")), name="a.jpg")
    assert photo.taken_at == datetime(2026, 11, 20, 8, 15, 30, tzinfo=SHANGHAI)


def test_the_position_is_told_and_nothing_of_exif_is_in_the_stored_bytes():
    raw = encoded(exif=exif(taken="2026:11:20 08:15:30", gps=GPS), comment=b"SECRETPHONE")
    photo = clean_photo(raw, name="a.jpg")
    assert photo.position == (28.455, 117.97)
    assert b"SECRETPHONE" in raw
    assert b"SECRETPHONE" not in photo.content
    assert b"Exif" not in photo.content
    assert b"2026:11:20" not in photo.content
    with Image.open(BytesIO(photo.content)) as stored:
        assert not stored.getexif()
        assert not {"exif", "comment", "xmp", "icc_profile"} & set(stored.info)


def test_text_in_a_png_does_not_reach_the_stored_bytes():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRETPHONE")
    photo = clean_photo(encoded(kind="PNG", pnginfo=text, exif=exif(gps=GPS)), name="a.png")
    assert b"SECRETPHONE" not in photo.content
    assert photo.position == (28.455, 117.97)


@pytest.mark.parametrize(
    "gps",
    [
        {**GPS, ExifTags.GPS.GPSLatitude: (IFDRational(0, 0), 0.0, 0.0)},
        {**GPS, ExifTags.GPS.GPSLatitude: (280.0, 0.0, 0.0)},
        {**GPS, ExifTags.GPS.GPSLatitude: (0.0, 0.0, 0.0), ExifTags.GPS.GPSLongitude: (0.0, 0.0, 0.0)},
        {ExifTags.GPS.GPSLatitudeRef: "N"},
    ],
)
def test_a_position_that_cannot_be_is_none(gps):
    assert clean_photo(encoded(exif=exif(gps=gps)), name="a.jpg").position is None


def test_south_and_west_are_negative():
    gps = {**GPS, ExifTags.GPS.GPSLatitudeRef: "S", ExifTags.GPS.GPSLongitudeRef: "W"}
    assert clean_photo(encoded(exif=exif(gps=gps)), name="a.jpg").position == (-28.455, -117.97)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [
        (1, "upper left"),
        (2, "upper right"),
        (3, "lower right"),
        (4, "lower left"),
        (5, "upper left"),
        (6, "upper right"),
        (7, "lower right"),
        (8, "lower left"),
        (99, "upper left"),
    ],
)
def test_a_photo_stands_upright(orientation, corner):
    photo = clean_photo(encoded(exif=exif(orientation=orientation), quality=95), name="a.jpg")
    assert (photo.width, photo.height) == ((48, 64) if orientation in {5, 6, 7, 8} else (64, 48))
    stored = Image.open(BytesIO(photo.content))
    right, bottom = photo.width - 3, photo.height - 3
    corners = {
        "upper left": (2, 2),
        "upper right": (right, 2),
        "lower left": (2, bottom),
        "lower right": (right, bottom),
    }
    red = [name for name, place in corners.items() if colour(stored, place)[0] > 128]
    assert red == [corner]


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    photo = clean_photo(encoded(picture(6000, 3000), exif=exif(orientation=6)), name="a.jpg")
    assert (photo.width, photo.height) == (LONGEST_SIDE // 2, LONGEST_SIDE)


def test_transparency_becomes_white():
    photo = clean_photo(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"), name="a.png")
    assert min(colour(Image.open(BytesIO(photo.content)), (10, 10))) > 250


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16", "CMYK"])
def test_every_colour_mode_becomes_a_jpeg(mode):
    source = Image.new(mode, (20, 20))
    raw = encoded(source, "JPEG" if mode == "CMYK" else "PNG")
    assert clean_photo(raw, name="a.png").width == 20


@pytest.mark.parametrize(
    "raw",
    [
        b"not a photo at all, only words",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'></svg>",
        b"<!doctype html><html><script>alert(1)</script></html>",
        b"\xff\xd8\xff\xe0<html><script>alert(1)</script></html>",
        b"%PDF-1.7\n%%EOF",
        b"MZ" + b"\0" * 200,
        b"\0",
    ],
)
def test_what_is_no_photo_is_refused_under_a_photos_name(raw):
    assert "不是照片" in refusal(raw)


def test_a_gif_is_refused_by_name_and_by_content():
    frames = [Image.new("P", (50, 50), n) for n in range(5)]
    raw = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert "jpg、png、webp" in refusal(raw, "a.gif")
    assert "不是照片" in refusal(raw, "a.jpg")


@pytest.mark.parametrize("name", ["a.svg", "a.html", "a.jpg.exe", "photo", "", "a.php"])
def test_other_extensions_are_refused(name):
    assert "jpg、png、webp" in refusal(encoded(), name)


def test_heic_is_told_what_to_do_under_either_name():
    raw = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100
    assert "兼容性最佳" in refusal(raw, "IMG_0001.HEIC")
    assert "兼容性最佳" in refusal(raw, "IMG_0001.jpg")


@pytest.mark.parametrize("size", [(8000, 5001), (50_000, 50_000), (2**31 - 1, 1)])
def test_a_pixel_bomb_is_refused_before_it_is_decoded(size, monkeypatch):
    monkeypatch.setattr(Image.Image, "convert", lambda *args, **kwargs: pytest.fail("decoded"))
    assert "4000 万像素" in refusal(png_header(*size), "a.png")


def test_forty_megapixels_are_let_through_to_the_decoder():
    assert "不完整" in refusal(png_header(8000, 5000), "a.png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_cut_upload_is_refused(kind, part):
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    raw = encoded(noise, kind)
    message = refusal(raw[: int(len(raw) * part)])
    assert "不完整" in message or "已损坏" in message


def test_an_empty_or_too_large_file_is_refused():
    assert "空的" in refusal(b"")
    assert "20 MB" in refusal(encoded() + b"\0" * MAX_BYTES)
    clean_photo(encoded() + b"\0" * (MAX_BYTES - len(encoded())), name="a.jpg")


def test_what_is_hidden_behind_a_photo_is_not_stored():
    photo = clean_photo(encoded() + b"<script>alert(1)</script>", name="a.jpg")
    assert b"<script>" not in photo.content


def test_a_pdf_is_kept_as_it_came():
    raw = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    paper = clean_document(raw, "批复.PDF")
    assert (paper.content, paper.content_type, paper.extension) == (raw, "application/pdf", "pdf")
    assert paper.sha256 == paper.original_sha256 == sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "a.pdf", "空的"),
        (b"%PDF-1.7\n", "a.pdf", "不完整"),
        (b"<html>%PDF-1.7\n%%EOF", "a.pdf", "不是 PDF"),
        (b"%PDF-1.7\n%%EOF", "a.html", "不是 PDF"),
        (b"%PDF-1.7\n%%EOF" + b"\0" * MAX_BYTES, "a.pdf", "20 MB"),
    ],
)
def test_other_papers_are_refused(raw, name, words):
    with pytest.raises(Invalid, match=words):
        clean_document(raw, name)
