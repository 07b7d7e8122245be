"""What reaches the pages, and what a slow, cut or crooked request does."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware

from config import transport
from config.asgi import build_application
from tests.support.site import run_server

THREADS = 2


class EchoPages:
    """A WSGI application that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, Any], bytes]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.asked.append(({**environ, "thread": threading.get_ident()}, body))
        start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture
def pages() -> EchoPages:
    return EchoPages()


@pytest.fixture
def address(pages: EchoPages) -> Iterator[tuple[str, int]]:
    middleware = WSGIMiddleware(pages, workers=THREADS)
    with run_server(uvicorn.Config(build_application(middleware), log_level="critical")) as address:
        yield address
    middleware.executor.shutdown()


def send(address: tuple[str, int], request: bytes) -> socket.socket:
    connection = socket.create_connection(address, timeout=10)
    connection.sendall(request)
    return connection


def answer_to(address: tuple[str, int], request: bytes) -> bytes:
    with send(address, request) as connection:
        return connection.recv(4096)


def test_a_large_body_arrives_whole(address: tuple[str, int], pages: EchoPages) -> None:
    body = bytes(range(256)) * 12_000
    head = f"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    assert b"200 OK" in answer_to(address, head + body)
    assert pages.asked[0][1] == body


def test_a_chunked_body_arrives_whole(address: tuple[str, int], pages: EchoPages) -> None:
    head = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert b"200 OK" in answer_to(address, head + b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert pages.asked[0][1] == b"abcde"


def test_a_cut_upload_reaches_no_page(address: tuple[str, int], pages: EchoPages) -> None:
    send(address, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nhalf").close()
    assert b"200 OK" in answer_to(address, b"GET /after HTTP/1.1\r\nHost: h\r\n\r\n")
    assert [environ["PATH_INFO"] for environ, _ in pages.asked] == ["/after"]


def test_thirty_slow_uploads_hold_no_thread(address: tuple[str, int], pages: EchoPages) -> None:
    slow = [send(address, b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab") for _ in range(30)]
    started = time.monotonic()
    assert b"200 OK" in answer_to(address, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert time.monotonic() - started < 5
    for connection in slow:
        connection.sendall(b"cd")
    assert all(b"200 OK" in connection.recv(4096) for connection in slow)
    for connection in slow:
        connection.close()
    assert [body for _, body in pages.asked].count(b"abcd") == 30


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_beyond_the_limit_is_refused(
    address: tuple[str, int], pages: EchoPages, monkeypatch: pytest.MonkeyPatch, announced: bool
) -> None:
    monkeypatch.setattr(transport, "MAX_BODY", 10)
    length = b"Content-Length: 11\r\n\r\n" if announced else b"Transfer-Encoding: chunked\r\n\r\nb\r\n"
    head = b"POST / HTTP/1.1\r\nHost: h\r\n" + length
    assert b" 413 " in answer_to(address, head + b"x" * 11 + (b"" if announced else b"\r\n0\r\n\r\n"))
    assert pages.asked == []


def test_a_header_that_passes_for_the_proxys_is_dropped(address: tuple[str, int], pages: EchoPages) -> None:
    answer_to(address, b"GET / HTTP/1.1\r\nHost: h\r\nX_Forwarded_Proto: https\r\n\r\n")
    assert "HTTP_X_FORWARDED_PROTO" not in pages.asked[0][0]


def test_a_web_socket_is_refused(address: tuple[str, int], pages: EchoPages) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    key = b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    assert b" 403 " in answer_to(address, b"GET /ws/ HTTP/1.1\r\nHost: h\r\n" + upgrade + key)
    assert pages.asked == []


def test_the_same_few_threads_serve_every_request(address: tuple[str, int], pages: EchoPages) -> None:
    for _ in range(20):
        answer_to(address, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert len({environ["thread"] for environ, _ in pages.asked}) <= THREADS
