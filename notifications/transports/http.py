"""One HTTP call to a receiver we do not know: checked address, verified certificate, no redirect, little time, short answer."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from threading import Timer
from urllib.parse import SplitResult, quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from notifications.transports.addresses import Target, resolve
from notifications.transports.base import Passing, Permanent, show

MAX_ANSWER = 64 * 1024
# What a receiver may ask us to wait at most, in seconds.
LONGEST_WAIT = 6 * 3600.0
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Reply:
    """`body` is at most MAX_ANSWER long; `headers` have lower names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def told(self) -> str:
        return f"HTTP {self.status} {show(self.body)}".strip()

    def json(self) -> dict[str, object]:
        """Raises Passing where the answer is none: whether the letter was taken is not known then."""
        try:
            found = json.loads(self.body)
        except ValueError as exc:
            raise Passing(_("对方的回答看不懂：%(told)s") % {"told": self.told()}) from exc
        if not isinstance(found, dict):
            raise Passing(_("对方的回答看不懂：%(told)s") % {"told": self.told()})
        return found


class _Connection(http.client.HTTPConnection):
    """Connects to the addresses it was given, whatever the name points to by now."""

    def __init__(self, url: SplitResult, targets: list[Target], timeout: float) -> None:
        self.default_port = _PORTS[url.scheme]
        super().__init__(url.hostname or "", url.port or self.default_port, timeout=timeout)
        self._targets = targets
        self._is_secure = url.scheme == "https"
        self.is_out_of_time = False

    def connect(self) -> None:
        last: OSError | None = None
        for target in self._targets:
            self._stop_when_over()
            self.sock = socket.socket(target.family, socket.SOCK_STREAM)
            self.sock.settimeout(self.timeout)
            try:
                self.sock.connect(target.sockaddr)
                break
            except OSError as exc:
                self.sock.close()
                last = exc
        else:
            raise last or OSError("no address")
        self._stop_when_over()
        if self._is_secure:
            self.sock = tls_context().wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock.do_handshake()
            self._stop_when_over()

    def _stop_when_over(self) -> None:
        """The time may have run out while there was no connection to shut down."""
        if self.is_out_of_time:
            raise TimeoutError

    def run_out(self) -> None:
        """Called from another thread when the time is over: whatever is read or written now ends."""
        self.is_out_of_time = True
        if self.sock is not None:
            with suppress(OSError):
                # Not SSLSocket's own, which would give up TLS and go on in the clear.
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


@cache
def _context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


def tls_context() -> ssl.SSLContext:
    """Trusts what the system trusts, and the authorities of an inner network in TRUSTED_CA_FILE."""
    return _context(settings.TRUSTED_CA_FILE)


def split_url(url: str, *, is_private_allowed: bool) -> SplitResult:
    """Raises Permanent unless it is a plain address; without TLS only on an inner network."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Permanent(_("地址不正确")) from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.username or parts.password or port == 0:
        raise Permanent(_("地址不正确：应以 https:// 开头，不带用户名"))
    if parts.scheme == "http" and not is_private_allowed:
        raise Permanent(_("外网地址必须以 https:// 开头"))
    return parts


def call(
    url: str,
    body: bytes | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
    is_private_allowed: bool = False,
) -> Reply:
    """Any status is a reply. Raises Passing where there was none, Permanent where the address must not be called."""
    parts = split_url(url, is_private_allowed=is_private_allowed)
    port = parts.port or _PORTS[parts.scheme]
    targets = resolve(parts.hostname or "", port, is_private_allowed=is_private_allowed)
    if parts.scheme == "http" and any(target.is_public for target in targets):
        raise Permanent(_("外网地址必须以 https:// 开头"))
    connection = _Connection(parts, targets, settings.WAYS_OUT_TIMEOUT)
    timer = Timer(settings.WAYS_OUT_TIMEOUT, connection.run_out)
    timer.daemon = True
    timer.start()
    try:
        reply = _talk(connection, parts, method, body, headers or {})
    except (OSError, http.client.HTTPException, ValueError) as exc:
        raise _explain(exc, connection.is_out_of_time) from exc
    finally:
        timer.cancel()
        connection.close()
    if connection.is_out_of_time:
        raise _too_slow()
    return reply


def _talk(
    connection: _Connection, parts: SplitResult, method: str, body: bytes | None, headers: Mapping[str, str]
) -> Reply:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
    told = {"User-Agent": "Bihuan", "Accept": "application/json", "Connection": "close", **headers}
    connection.request(method, path, body=body, headers=told)
    response = connection.getresponse()
    found = response.read(MAX_ANSWER)
    # What Content-Length promised and did not come; more than we read is not missed.
    if response.length and len(found) < MAX_ANSWER:
        raise http.client.IncompleteRead(found, response.length)
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, found)


def _too_slow() -> Passing:
    return Passing(_("对方 %(seconds)g 秒内没有答复") % {"seconds": settings.WAYS_OUT_TIMEOUT})


def _explain(exc: Exception, is_out_of_time: bool) -> Passing | Permanent:
    if is_out_of_time or isinstance(exc, TimeoutError):
        return _too_slow()
    if isinstance(exc, ssl.SSLCertVerificationError):
        return Passing(_("对方的证书不可信：%(why)s") % {"why": show(exc.verify_message)})
    if isinstance(exc, http.client.IncompleteRead):
        return Passing(_("对方的回答中途断开，不能确定是否收到"))
    if isinstance(exc, http.client.InvalidURL | UnicodeError):
        return Permanent(_("地址不正确"))
    if isinstance(exc, ConnectionRefusedError):
        return Passing(_("对方拒绝连接"))
    return Passing(_("连接中断：%(why)s") % {"why": show(type(exc).__name__)})


def retry_after(reply: Reply, at: datetime) -> float | None:
    """Seconds from now that the receiver asks to wait, from its own clock where it gave a date; at most six hours."""
    told = reply.headers.get("retry-after", "").strip()
    if told.isdigit():
        return min(float(told), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(told)
        there = parsedate_to_datetime(reply.headers["date"]) if "date" in reply.headers else at
        return min(max((until - there).total_seconds(), 0.0), LONGEST_WAIT)
    except (ValueError, TypeError):
        return None
