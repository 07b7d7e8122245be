"""A thousand clients in a process of their own: they note when which frame came, and do as little else as possible."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import perf_counter
from typing import Any

import uvloop

HOST = "127.0.0.1"
PATIENCE_SECONDS = 600


@dataclass(frozen=True)
class Dial:
    """Where one client goes."""

    path: str
    cookie: str = ""


class Client(asyncio.Protocol):
    """The least that speaks the protocol: frames of a server are not masked, and ours are short."""

    def __init__(self, dial: Dial, port: int) -> None:
        self.dial, self.port = dial, port
        self.first: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.came: asyncio.Future[float] | None = None
        self.needle = b""
        self._rest = b""
        self._is_open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self.dial.path} HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nOrigin: http://{HOST}:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Cookie: {self.dial.cookie}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        data = self._rest + data
        if not self._is_open:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            assert b" 101 " in head, head
            self._is_open = True
        while len(data) >= 2:
            size, start = data[1], 2
            if size == 126:
                if len(data) < 4:
                    break
                size, start = int.from_bytes(data[2:4], "big"), 4
            if len(data) < start + size:
                break
            self._read(data[0] & 15, data[start : start + size])
            data = data[start + size :]
        self._rest = data

    def _read(self, kind: int, text: bytes) -> None:
        if kind == 9:
            self.transport.write(bytes([0x8A, 0x80 | len(text), 0, 0, 0, 0]) + text)
        elif kind == 1:
            if not self.first.done():
                self.first.set_result(perf_counter())
            if self.came and not self.came.done() and self.needle in text:
                self.came.set_result(perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.first.done():
            self.first.set_exception(ConnectionError("closed before a frame came"))
            self.first.exception()


class Clients:
    """Named fleets of clients, told by the other end of a pipe what to look out for."""

    def __init__(self) -> None:
        self.fleets: dict[str, list[Client]] = {}

    async def open(self, fleet: str, port: int, dials: Sequence[Dial]) -> tuple[float, float]:
        """All at once; when that began and when the last of them had its first frame."""
        begun = perf_counter()
        loop = asyncio.get_running_loop()
        clients = self.fleets[fleet] = [Client(dial, port) for dial in dials]
        await asyncio.gather(*(loop.create_connection(lambda one=one: one, HOST, port) for one in clients))  # type: ignore[misc]
        return begun, max(await asyncio.gather(*(one.first for one in clients)))

    def arm(self, fleet: str, members: Sequence[int], needle: bytes) -> None:
        for member in members:
            one = self.fleets[fleet][member]
            one.needle, one.came = needle, asyncio.get_running_loop().create_future()

    async def times(self, fleet: str, members: Sequence[int]) -> list[float]:
        """When the frame they look out for came to each."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await asyncio.gather(*(one.came for m in members if (one := self.fleets[fleet][m]).came))

    def close(self, fleet: str) -> None:
        for one in self.fleets.pop(fleet):
            one.transport.close()


async def _serve(pipe: Connection) -> None:
    clients = Clients()
    while True:
        name, *values = await asyncio.to_thread(pipe.recv)
        if name == "stop":
            return
        try:
            answer = getattr(clients, name)(*values)
            pipe.send(await answer if asyncio.iscoroutine(answer) else answer)
        except Exception as error:
            pipe.send(RuntimeError(repr(error)))


def _main(pipe: Connection) -> None:
    uvloop.run(_serve(pipe))


class ClientProcess:
    """The near end: calls go to `Clients` in a process of its own."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_main, args=(far,), daemon=True)
        self._process.start()

    def call(self, name: str, *values: object) -> Any:
        self._pipe.send((name, *values))
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def stop(self) -> None:
        self._pipe.send(("stop",))
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()
