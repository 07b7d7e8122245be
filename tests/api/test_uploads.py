"""Files: photos and papers are taken, everything else is refused by name."""

from __future__ import annotations

import io
import struct
import zlib
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from hazards.models import Upload
from hazards.photos import MAX_BYTES
from hazards.uploads import path_of
from tests.api.caller import Caller
from tests.support.district import photo_bytes

UPLOADS = "/api/v1/uploads/"


def send(caller: Caller, raw: bytes, name: str = "现场.jpg", field: str = "file", **more):
    client = caller.client(caller.district.teacher)
    return client.post(UPLOADS, {field: SimpleUploadedFile(name, raw), **more}, format="multipart")


def refused(answer, status: int = 422):
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"code", "message", "fields"}
    assert not Upload.objects.exists()
    return body


def photo_with_time() -> bytes:
    exif = Image.Exif()
    exif[0x0132] = "2026:11:20 10:11:12"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:11:12"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "gray").save(out, "JPEG", exif=exif)
    return out.getvalue()


def pixel_bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_a_photo_is_stored_and_told(caller: Caller) -> None:
    answer = send(caller, photo_with_time())
    assert answer.status_code == 201
    told = answer.json()
    upload = Upload.objects.get()
    assert set(told) == {"id", "name", "sha256", "taken_at", "has_time"}
    assert (told["id"], told["name"], told["has_time"]) == (str(upload.pk), "现场.jpg", True)
    assert told["sha256"] == sha256(path_of(upload).read_bytes()).hexdigest()


def test_a_photo_without_a_time_is_marked_and_taken(caller: Caller) -> None:
    told = send(caller, photo_bytes()).json()
    assert (told["taken_at"], told["has_time"]) == (None, False)


def test_an_upload_goes_into_a_report_once(caller: Caller) -> None:
    told = send(caller, photo_bytes()).json()
    assert caller.report(photos=[told["id"]]).status_code == 201
    again = caller.report(photos=[told["id"]])
    assert set(again.json()["fields"]) == {"photos"}


def test_nobody_uses_anothers_upload(caller: Caller) -> None:
    told = send(caller, photo_bytes()).json()
    assert set(caller.report(caller.district.safety, photos=[told["id"]]).json()["fields"]) == {"photos"}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"", "a.jpg"),
        (b"no photo at all", "a.jpg"),
        (b"<html><script>alert(1)</script></html>", "a.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.png"),
        (photo_bytes()[:400], "a.jpg"),
        (photo_bytes(), "a.exe"),
        (photo_bytes(), "a"),
        (pixel_bomb(), "bomb.png"),
        (b"GIF89a" + b"\0" * 40, "a.gif"),
        (b"%PDF-1.7 cut", "a.pdf"),
        (photo_bytes(), "a.pdf"),
    ],
)
def test_what_is_no_photo_is_refused(raw: bytes, name: str, caller: Caller) -> None:
    assert set(refused(send(caller, raw, name))["fields"]) == {"file"}


def test_a_file_that_is_too_large(caller: Caller) -> None:
    refused(send(caller, b"\xff\xd8\xff" + b"\0" * MAX_BYTES), 422)


def test_a_request_that_is_too_large_is_not_read(caller: Caller) -> None:
    refused(send(caller, b"\0" * (MAX_BYTES + 200_000)), 413)


def test_a_name_from_elsewhere_is_cut_to_its_last_part(caller: Caller) -> None:
    assert send(caller, photo_bytes(), "../../etc/现场.jpg").json()["name"] == "现场.jpg"
    assert send(caller, photo_bytes(), "长" * 300 + ".jpg").status_code == 201


def test_exactly_one_file_under_its_name(caller: Caller) -> None:
    assert set(refused(send(caller, photo_bytes(), field="photo"))["fields"]) == {"photo"}
    assert set(refused(send(caller, photo_bytes(), extra="1"))["fields"]) == {"extra"}
    client = caller.client(caller.district.teacher)
    assert set(refused(client.post(UPLOADS, {}, format="multipart"))["fields"]) == {"file"}
    two = [SimpleUploadedFile("a.jpg", photo_bytes()), SimpleUploadedFile("b.jpg", photo_bytes())]
    assert set(refused(client.post(UPLOADS, {"file": two}, format="multipart"))["fields"]) == {"file"}
    refused(client.post(UPLOADS, {"file": "text"}, format="multipart"))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" + photo_bytes()[:300],
        b"no form",
    ],
)  # fmt: skip
def test_a_cut_upload(raw: bytes, caller: Caller) -> None:
    answer = caller.send(caller.district.teacher, "/uploads/", raw, "multipart/form-data; boundary=cut")
    assert set(refused(answer)["fields"]) == {"file"}


def test_a_form_without_its_boundary_is_refused_by_session_and_by_token(caller: Caller) -> None:
    by_token: Any = caller.client(caller.district.teacher)
    by_session: Any = APIClient(enforce_csrf_checks=True)
    by_session.force_login(caller.district.teacher)
    for client in (by_token, by_session):
        answer = client.generic("POST", UPLOADS, b"x", content_type="multipart/form-data")
        assert answer.status_code in (403, 422)
        assert set(answer.json()) == {"code", "message", "fields"}


def test_other_content_types_are_refused(caller: Caller) -> None:
    answer = caller.post(caller.district.teacher, "/uploads/", {"file": "x"})
    refused(answer, 415)


def test_uploads_need_a_login(caller: Caller) -> None:
    refused(APIClient().post(UPLOADS, {"file": SimpleUploadedFile("a.jpg", photo_bytes())}, format="multipart"), 401)


def test_uploads_are_throttled_by_person(caller: Caller, monkeypatch) -> None:
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"uploads": "1/min"})
    assert send(caller, photo_bytes()).status_code == 201
    answer = send(caller, photo_bytes())
    assert answer.status_code == 429
    assert answer.json()["code"] == "throttled"


def test_thirty_photos_go_into_one_report(caller: Caller) -> None:
    ids = [send(caller, photo_bytes(size=(8, 8))).json()["id"] for _ in range(31)]
    assert set(caller.report(photos=ids).json()["fields"]) == {"photos"}
    assert caller.report(photos=ids[:30]).status_code == 201
