"""Some hundred open pages in a process of their own: each keeps its socket, comes back when it breaks, and fetches what it missed."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

import psycopg2
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

# As static/js/live.js waits, but never so long that a short outage takes a minute.
FIRST_WAIT, LONGEST_WAIT = 0.5, 2.0
OPEN_SECONDS = 10.0
PAUSE_SECONDS = 0.1
_MISSED = "SELECT no FROM notifications_outboxmessage WHERE recipient_id = %s AND no > %s ORDER BY no"


@dataclass
class Page:
    """Of one person: the numbers of the messages it has, in the order in which it got them, and what it was told last."""

    user_id: int
    cookie: str
    numbers: list[int] = field(default_factory=list)
    no: int = 0
    unread: int = 0
    # Told something by the socket that it has now.
    is_open: bool = False

    @property
    def last(self) -> int:
        return self.numbers[-1] if self.numbers else 0


@dataclass(frozen=True)
class Seen:
    """What a page came to, as the test reads it."""

    user_id: int
    numbers: list[int]
    no: int
    unread: int
    is_open: bool


class Pages:
    def __init__(self, port: int, database_url: str, cookies: dict[int, str]) -> None:
        self.port, self.database_url = port, database_url
        self.pages = [Page(user_id, cookie) for user_id, cookie in cookies.items()]
        self.codes: Counter[int] = Counter()
        self.n_opened = 0

    async def run(self, pipe: Connection) -> None:
        tasks = [asyncio.create_task(self._stay_open(page)) for page in self.pages]
        tasks.append(asyncio.create_task(self._fetch()))
        while await asyncio.to_thread(pipe.recv) != "stop":
            seen = [Seen(page.user_id, page.numbers, page.no, page.unread, page.is_open) for page in self.pages]
            pipe.send((seen, dict(self.codes), self.n_opened))
        for task in tasks:
            task.cancel()

    async def _stay_open(self, page: Page) -> None:
        wait = FIRST_WAIT
        while True:
            try:
                async with connect(
                    f"ws://127.0.0.1:{self.port}/ws/inbox/?since={page.last}",
                    origin=f"http://127.0.0.1:{self.port}",
                    additional_headers={"Cookie": page.cookie},
                    open_timeout=OPEN_SECONDS,
                    compression=None,
                ) as socket:
                    self.n_opened += 1
                    async for text in socket:
                        wait = FIRST_WAIT
                        frame = json.loads(text)
                        if frame["t"] == "inbox":
                            page.no, page.unread, page.is_open = frame["no"], frame["unread"], True
                    self.codes[socket.close_code or 0] += 1
            except ConnectionClosed as closed:
                self.codes[closed.rcvd.code if closed.rcvd else 1006] += 1
            except (OSError, InvalidHandshake, TimeoutError, EOFError):
                self.codes[0] += 1
            page.is_open = False
            await asyncio.sleep(wait * random.uniform(0.5, 1))
            wait = min(LONGEST_WAIT, 2 * wait)

    async def _fetch(self) -> None:
        """Whoever was told of more than he has reads on from there."""
        while True:
            behind = [(page, page.last) for page in self.pages if page.no > page.last]
            if behind:
                try:
                    found = await asyncio.to_thread(self._read, [(page.user_id, last) for page, last in behind])
                except psycopg2.Error:
                    found = [[] for _ in behind]
                for (page, _last), numbers in zip(behind, found, strict=True):
                    page.numbers.extend(numbers)
            await asyncio.sleep(PAUSE_SECONDS)

    def _read(self, asked: Sequence[tuple[int, int]]) -> list[list[int]]:
        connection = psycopg2.connect(self.database_url)
        try:
            with connection.cursor() as cursor:
                found = []
                for one in asked:
                    cursor.execute(_MISSED, one)
                    found.append([no for (no,) in cursor.fetchall()])
                return found
        finally:
            connection.close()


def _main(pipe: Connection, *values: Any) -> None:
    asyncio.run(Pages(*values).run(pipe))


class PagesProcess:
    """The near end."""

    def __init__(self, port: int, database_url: str, cookies: dict[int, str]) -> None:
        context = get_context("spawn")
        self._pipe, far = context.Pipe()
        self._process = context.Process(target=_main, args=(far, port, database_url, cookies), daemon=True)
        self._process.start()

    def look(self) -> tuple[list[Seen], dict[int, int], int]:
        """(pages, sockets closed by code, sockets opened); code 0 is one that could not be opened."""
        self._pipe.send("look")
        return self._pipe.recv()  # type: ignore[no-any-return]

    def wait_for(self, numbers: dict[int, int], seconds: float) -> float:
        """Seconds until every page is open, was told at least the number that is given for its person, and has got it."""
        begun = time.monotonic()
        while True:
            late = [
                (page.user_id, page.is_open, page.no, len(page.numbers))
                for page in self.look()[0]
                if not page.is_open or len(page.numbers) < numbers.get(page.user_id, 0)
            ]
            if not late:
                return time.monotonic() - begun
            assert time.monotonic() - begun < seconds, late[:5]
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process.is_alive():
            self._pipe.send("stop")
            self._process.join(10)
            self._process.kill()
