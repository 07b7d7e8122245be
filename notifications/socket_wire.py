"""What one open page is still to be sent: the newest of each kind, however slowly it reads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from notifications.push import Count
from notifications.socket_frames import PONG, inbox_frame, live_frame

# The first hint goes out at once; what follows within this is sent together.
GATHER_SECONDS = 0.3
# More hazards than these are not named: the page reads again whatever it shows.
MAX_NAMED = 50
HAZARD = "hazard"


class Wire:
    """Frames are made when they can be sent, so that a page that reads slowly holds nobody up and no queue grows."""

    def __init__(self, send: Callable[[str], Awaitable[None]]) -> None:
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._sending: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_closed = False
        self._told: Count | None = None
        self._count: Count | None = None
        self._since: int | None = None
        self._owes_pong = False
        self._hazards: dict[str, int] = {}
        self._boards: dict[str, int] = {}
        self._is_many = False
        self._live_at = -GATHER_SECONDS

    def tell_count(self, count: Count) -> None:
        self._count = count
        if count != self._told:
            self._wake()

    def answer(self, count: Count, since: int | None) -> None:
        """The client said what it has; it is told how far things are, also where that is nothing new."""
        self._count, self._told, self._since = count, None, since
        self._wake()

    def pong(self) -> None:
        self._owes_pong = True
        self._wake()

    def tell_live(self, topic: str, name: str, seq: int) -> None:
        if topic != HAZARD:
            self._boards[name] = max(seq, self._boards.get(name, 0))
        elif name in self._hazards or len(self._hazards) < MAX_NAMED:
            self._hazards[name] = max(seq, self._hazards.get(name, 0))
        else:
            self._is_many = True
        self._wake_for_live()

    def tell_many(self) -> None:
        """More changed than can be named."""
        self._is_many = True
        self._wake_for_live()

    def close(self) -> None:
        """Nothing goes out any more."""
        self._is_closed = True
        if self._timer:
            self._timer.cancel()
        if self._sending:
            self._sending.cancel()

    def _wake_for_live(self) -> None:
        wait = self._live_at + GATHER_SECONDS - self._loop.time()
        if wait <= 0:
            self._wake()
        elif self._timer is None:
            self._timer = self._loop.call_later(wait, self._gathered)

    def _gathered(self) -> None:
        self._timer = None
        self._wake()

    def _wake(self) -> None:
        if self._sending is None and not self._is_closed:
            self._sending = self._loop.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while (frame := self._next()) is not None:
                await self._send(frame)
        except (OSError, RuntimeError):
            # The client went; whoever reads from it hears of that.
            self._is_closed = True
        finally:
            self._sending = None

    def _next(self) -> str | None:
        if self._count is not None and self._count != self._told:
            since, self._since, self._told = self._since, None, self._count
            return inbox_frame(self._count.last_no, self._count.n_unread, since)
        if self._owes_pong:
            self._owes_pong = False
            return PONG
        return self._next_live()

    def _next_live(self) -> str | None:
        if not (self._hazards or self._boards or self._is_many):
            return None
        now = self._loop.time()
        if self._live_at + GATHER_SECONDS > now + 0.001:
            self._wake_for_live()
            return None
        if self._timer:
            self._timer.cancel()
            self._timer = None
        self._live_at = now
        hazards, boards, is_many = self._hazards, self._boards, self._is_many
        self._hazards, self._boards, self._is_many = {}, {}, False
        return live_frame(hazards, boards, is_many=is_many)
