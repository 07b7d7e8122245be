"""Receivers of letters, run by the tests on real sockets: HTTP(S) and SMTP servers that can misbehave."""

from __future__ import annotations

import json
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Certificate:
    """A key and a certificate that signed itself, which is also the authority to trust it by."""

    file: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


def make_certificate(folder: Path, *names: str) -> Certificate:
    """`names` as in a subjectAltName: DNS:localhost, IP:127.0.0.1."""
    key, file = folder / "key.pem", folder / f"{names[0].replace(':', '-')}.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=test", "-addext", f"subjectAltName={','.join(names)}", "-keyout", str(key), "-out", str(file),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + key.read_text())
    return Certificate(file)


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


Behaviour = Callable[["_Handler", Call], None]


def answer(status: int = 200, body: object = b"ok", **headers: str) -> Behaviour:
    """`headers` with _ for -; anything but bytes goes out as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()

    def behave(handler: _Handler, _call: Call) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    return behave


def silent(handler: _Handler, _call: Call) -> None:
    """Takes the call and says nothing until the test is over."""
    handler.server.over.wait(30)


def until_over(handler: _Handler, call: Call) -> None:
    """Takes the call, and says so once `over` is set."""
    handler.server.over.wait(30)
    answer()(handler, call)


def dripping(handler: _Handler, _call: Call) -> None:
    """Sends a byte at a time, so that no single read waits long."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.over.wait(0.02):
        handler.wfile.write(b"x")
        handler.wfile.flush()


def cut(handler: _Handler, _call: Call) -> None:
    """Promises a hundred bytes and goes after eight."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b'{"errcod')


def gone(_handler: _Handler, _call: Call) -> None:
    """Closes without a word."""


def endless(handler: _Handler, _call: Call) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    with suppress(OSError):
        while not handler.server.over.is_set():
            handler.wfile.write(b"y" * 65536)
            handler.server.n_endless += 65536


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        url = urlsplit(self.path)
        call = Call(
            self.command, url.path, dict(parse_qsl(url.query)),
            {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length),
        )  # fmt: skip
        with suppress(OSError):
            self.server.next_behaviour(call)(self, call)
        self.close_connection = True

    do_GET = do_POST

    def log_message(self, format: str, *args: object) -> None:
        pass


class Receiver(ThreadingHTTPServer):
    """Keeps what it was sent. Behaves as the next of `behaviours` says, then always as `usual`."""

    daemon_threads = True
    # Five at once would make the sixth wait a second before it asks again.
    request_queue_size = 128

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[Call] = []
        self.behaviours: list[Behaviour] = []
        self.usual: Behaviour = answer()
        # By path, before all others.
        self.by_path: dict[str, Behaviour] = {}
        self.over = threading.Event()
        self.n_endless = 0
        self._lock = threading.Lock()
        self._scheme = "https" if certificate else "http"
        if certificate:
            self.socket = certificate.context().wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    @property
    def port(self) -> int:
        return self.server_address[1]

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}"

    def next_behaviour(self, call: Call) -> Behaviour:
        with self._lock:
            self.calls.append(call)
            if call.path in self.by_path:
                return self.by_path[call.path]
            return self.behaviours.pop(0) if self.behaviours else self.usual

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def receiving(certificate: Certificate | None = None) -> Iterator[Receiver]:
    with Receiver(certificate) as server, _served(server):
        yield server
        server.over.set()


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Mail:
    sender: str
    receivers: list[str]
    raw: bytes


@dataclass
class Manners:
    """What the mail server does otherwise than it should: a reply by the word of SMTP, in place of its own."""

    replies: dict[str, str] = field(default_factory=dict)
    # Keeps the letter and closes before it says so.
    cuts_after_data: bool = False
    is_silent: bool = False
    # Greets a byte at a time and never comes to the end of it.
    is_dripping: bool = False


class _Session(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        with suppress(OSError):
            if self.server.manners.is_silent:
                self.server.over.wait(30)
                return
            if self.server.manners.is_dripping:
                self.drip()
            self.reply("220 test ESMTP")
            while line := self.rfile.readline():
                if not self.obey(line.decode(errors="replace").strip()):
                    return

    def reply(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def drip(self) -> None:
        while not self.server.over.wait(0.02):
            self.wfile.write(b"2")
            self.wfile.flush()

    def obey(self, line: str) -> bool:
        """False to end the session."""
        word = line.split(" ")[0].upper()
        self.server.words.append(line)
        if word in self.server.manners.replies:
            self.reply(self.server.manners.replies[word])
        elif word == "EHLO":
            self.reply(
                "250-test\r\n250-8BITMIME\r\n250-STARTTLS\r\n250 AUTH PLAIN"
                if self.offers_tls()
                else "250-test\r\n250 AUTH PLAIN"
            )
        elif word == "STARTTLS":
            self.reply("220 go ahead")
            self.begin_tls()
        elif word == "MAIL":
            self.sender, self.receivers = line.partition(":")[2].strip("<> ").split(">")[0], []
            self.reply("250 ok")
        elif word == "RCPT":
            self.receivers.append(line.partition(":")[2].strip("<> "))
            self.reply("250 ok")
        elif word == "DATA":
            return self.take_data()
        else:
            self.reply({"QUIT": "221 bye", "AUTH": "235 ok"}.get(word, "250 ok"))
        return word != "QUIT"

    def offers_tls(self) -> bool:
        return self.server.certificate is not None and not isinstance(self.connection, ssl.SSLSocket)

    def begin_tls(self) -> None:
        assert self.server.certificate is not None
        self.connection = self.server.certificate.context().wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def take_data(self) -> bool:
        self.reply("354 go on")
        raw = b""
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            raw += line
        self.server.mails.append(Mail(self.sender, self.receivers, raw))
        if self.server.manners.cuts_after_data:
            return False
        self.reply(self.server.manners.replies.get("END", "250 queued"))
        return True


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, certificate: Certificate | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.certificate = certificate
        self.mails: list[Mail] = []
        self.words: list[str] = []
        self.manners = Manners()
        self.over = threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        pass


@contextmanager
def receiving_mail(certificate: Certificate | None = None) -> Iterator[MailServer]:
    with MailServer(certificate) as server, _served(server):
        yield server
        server.over.set()
