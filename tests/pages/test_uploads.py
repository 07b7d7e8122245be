import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hazards.models import Upload
from tests.support.district import photo_bytes


def send(client, name, content):
    return client.post("/uploads/", {"file": SimpleUploadedFile(name, content)})


def test_a_photo_gives_an_id(d, signed_in):
    answer = send(signed_in(d.teacher), "现场.jpg", photo_bytes())
    assert answer.status_code == 201
    assert answer.json() == {"id": str(Upload.objects.get().pk), "name": "现场.jpg", "taken": None}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("网页.jpg", b"<html><script>alert(1)</script></html>"),
        ("图.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("断了.jpg", photo_bytes()[:200]),
        ("空.jpg", b""),
    ],
)
def test_what_is_no_photo_is_refused_at_the_field(d, signed_in, name, content):
    answer = send(signed_in(d.teacher), name, content)
    assert answer.status_code == 422
    assert answer.json()["fields"]["file"] or answer.json()["message"]
    assert not Upload.objects.exists()


def test_nothing_sent_is_told(d, signed_in):
    assert signed_in(d.teacher).post("/uploads/").status_code == 422
