"""Open pages as the site sees them: real sockets of the `websockets` client, each with the cookie of a real session."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from organizations.models import User
from tests.support.site import LiveSite

# What hangs fails by it; nothing is timed.
PATIENCE_SECONDS = 20.0
BACKEND = "django.contrib.auth.backends.ModelBackend"
PATH = "/ws/inbox/"


class NothingCame(AssertionError):
    pass


def log_in(user: User) -> Client:
    """A browser with an open session."""
    browser = Client()
    browser.force_login(user, backend=BACKEND)
    return browser


def session_key(browser: Client) -> str:
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


class OpenPage:
    """One socket; frames are read as they came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def send(self, frame: object) -> None:
        self.socket.send(json.dumps(frame))

    def next(self) -> dict[str, Any]:
        return dict(json.loads(self.socket.recv(timeout=PATIENCE_SECONDS)))

    def frame(self, kind: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next frame of a kind; others before it are passed over."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                frame = json.loads(self.socket.recv(timeout=left))
            except TimeoutError:
                break
            if frame["t"] == kind:
                return dict(frame)
        raise NothingCame(f"no {kind} frame")

    def inbox(self, no: int | None = None, unread: int | None = None) -> dict[str, Any]:
        """The next frame of counts, or the first that says this."""
        while True:
            frame = self.frame("inbox")
            if no in (None, frame["no"]) and unread in (None, frame["unread"]):
                return frame

    def hears_nothing_of(self, kind: str) -> bool:
        """Asked once more and answered, so what was on its way before has come."""
        self.send({"t": "ping"})
        while True:
            frame = self.next()
            if frame["t"] == "pong":
                return True
            if frame["t"] == kind:
                return False

    def code(self) -> int:
        """What the site closes it with."""
        try:
            while True:
                self.socket.recv(timeout=PATIENCE_SECONDS)
        except ConnectionClosed as closed:
            assert closed.rcvd is not None
            return closed.rcvd.code


@contextmanager
def open_page(
    site: LiveSite, key: str = "", *, query: str = "", origin: str | None = "", path: str = PATH
) -> Iterator[OpenPage]:
    """`key` of a session, none without; `origin` is the site's own unless another is given."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"} if key else {}
    address = site.url.replace("http://", "ws://") + path + query
    with connect(
        address,
        origin=site.url if origin == "" else origin,
        additional_headers=headers,
        open_timeout=PATIENCE_SECONDS,
        compression=None,
    ) as socket:
        yield OpenPage(socket)


def wait_until(what: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
