"""Whose page may open a socket: by the rules that Django has for forms."""

from __future__ import annotations

import pytest

from notifications.socket_origin import is_own_origin, is_secure


@pytest.fixture(autouse=True)
def _hosts(settings):
    settings.ALLOWED_HOSTS = ["bihuan.example", ".school.example", "[::1]"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://old.example:8443", "https://*.trusted.example"]
    settings.SECURE_PROXY_SSL_HEADER = None


def own(origin, host="bihuan.example", *, secure=False):
    return is_own_origin({b"host": host, b"origin": origin}, secure)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://bihuan.example", "bihuan.example"), ("http://bihuan.example:8000", "bihuan.example:8000"),
        ("http://a.school.example", "a.school.example"), ("http://[::1]:8000", "[::1]:8000"),
        ("https://old.example:8443", "bihuan.example"), ("https://a.trusted.example", "bihuan.example"),
    ],
)  # fmt: skip
def test_pages_of_this_site(origin, host):
    assert own(origin, host)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        # Another scheme, port or host.
        ("https://bihuan.example", "bihuan.example"), ("http://bihuan.example:8001", "bihuan.example:8000"),
        ("http://bihuan.example.evil.example", "bihuan.example"), ("http://evil.example", "bihuan.example"),
        ("http://b.school.example", "a.school.example"), ("http://a.trusted.example", "bihuan.example"),
        ("https://trusted.example.evil.example", "bihuan.example"), ("https://old.example", "bihuan.example"),
        # A host that is none of ours, though both agree.
        ("http://evil.example", "evil.example"), ("http://", ""), ("", "bihuan.example"), ("null", "bihuan.example"),
        ("http://[", "["),
    ],
)  # fmt: skip
def test_pages_of_others(origin, host):
    assert not own(origin, host)


def test_no_origin_at_all():
    assert not is_own_origin({b"host": "bihuan.example"}, False)


def test_behind_a_proxy_that_speaks_https(settings):
    headers = {b"host": "bihuan.example", b"origin": "https://bihuan.example", b"x-forwarded-proto": "https"}
    assert not is_own_origin(headers, is_secure({"scheme": "ws"}, headers))
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert is_own_origin(headers, is_secure({"scheme": "ws"}, headers))
    # Another site's name for the same header is not it.
    other = {b"host": "bihuan.example", b"origin": "https://bihuan.example", b"x_forwarded_proto": "https"}
    assert not is_own_origin(other, is_secure({"scheme": "ws"}, other))
    assert is_own_origin(headers, is_secure({"scheme": "wss"}, {}))
