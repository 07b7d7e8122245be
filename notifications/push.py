"""Hints to open pages after a commit: never waited for, never an error of the act. Rows are the record.

An own thread with its own loop hands them to the channel layer; what is lost is made good from the database by
whoever holds the sockets.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

# Waiting hints beyond this are dropped, the oldest are the first to be sent.
MAX_WAITING = 10_000
# How long one hint may take when the server of the channel layer hangs.
SEND_SECONDS = 2.0
LOG_EVERY_SECONDS = 60.0
# Web processes hear in this group of what changed in hazards and boards.
LIVE = "live"


@dataclass(frozen=True)
class Count:
    """The last number of a person's messages and how many are unread."""

    last_no: int
    n_unread: int


Hints = Sequence[tuple[str, dict[str, Any]]]


def inbox_group(user_id: int) -> str:
    return f"inbox.{user_id}"


def push_inbox(counts: Mapping[int, Count]) -> None:
    """Tell the open pages of these people how far their messages go."""
    _pusher().put(
        [
            (inbox_group(user_id), {"type": "inbox.count", "user": user_id, "no": one.last_no, "unread": one.n_unread})
            for user_id, one in counts.items()
        ]
    )


def push_live(topic: str, name: str, seq: int, keys: Collection[int]) -> None:
    """Tell pages that `name` of `topic` is at `seq` now; only holders of one of the audience keys get to know."""
    _pusher().put([(LIVE, {"type": "live", "topic": topic, "name": name, "seq": seq, "keys": list(keys)})])


def push_keys(user_ids: Collection[int]) -> None:
    """Their posts changed: what their sockets may hear is read anew."""
    _pusher().put([(inbox_group(user_id), {"type": "inbox.keys", "user": user_id}) for user_id in user_ids])


def push_session(user_id: int) -> None:
    """Some sessions of the account are over: sockets of those are closed."""
    _pusher().put([(inbox_group(user_id), {"type": "inbox.session", "user": user_id})])


class Pusher:
    """One thread of a process that sends hints in their order."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.n_lost = 0
        self._n_waiting = 0
        self._logged_at = 0.0
        self._loop = asyncio.new_event_loop()
        self._waiting: asyncio.Queue[Hints] = asyncio.Queue()
        threading.Thread(target=self._run, name="push", daemon=True).start()
        atexit.register(self.flush)

    def put(self, hints: Hints) -> None:
        if not hints:
            return
        if self._n_waiting >= MAX_WAITING:
            self._lose(len(hints), "too many waiting")
            return
        self._n_waiting += 1
        self._loop.call_soon_threadsafe(self._waiting.put_nowait, hints)

    def flush(self, seconds: float = 1.0) -> None:
        """Give what waits a moment to go out; a command ends soon after its last commit."""
        end = time.monotonic() + seconds
        while self._n_waiting > 0 and time.monotonic() < end:
            time.sleep(0.005)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._send_all())

    async def _send_all(self) -> None:
        while True:
            hints = await self._waiting.get()
            try:
                layer = get_channel_layer()
                async with asyncio.timeout(SEND_SECONDS):
                    await asyncio.gather(*(layer.group_send(group, hint) for group, hint in hints))
            except Exception as error:
                # Whatever the layer raises, the act is committed and its rows are there.
                self._lose(len(hints), repr(error))
            finally:
                self._n_waiting -= 1

    def _lose(self, n: int, why: str) -> None:
        self.n_lost += n
        now = time.monotonic()
        if not self._logged_at or now - self._logged_at > LOG_EVERY_SECONDS:
            self._logged_at = now
            logger.warning("hints to open pages were not sent (%s so far): %s", self.n_lost, why)


_lock = threading.Lock()
_current: Pusher | None = None


def _pusher() -> Pusher:
    """Of this process; a forked child has no thread of its parent."""
    global _current
    if _current is None or _current.pid != os.getpid():
        with _lock:
            if _current is None or _current.pid != os.getpid():
                _current = Pusher()
    return _current
