"""What the sockets read from the database, on a thread and a connection of their own, so that pages never wait for them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connections

from notifications.hooks import LiveHint, live_since
from notifications.models import Inbox, SocketProcess
from notifications.push import Count

P = ParamSpec("P")
T = TypeVar("T")

# A process that was killed cannot take its row away itself.
FORGOTTEN_AFTER = timedelta(days=1)


class RowReader:
    """Runs reads one after the other; a lost connection is made anew once."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None

    async def run(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="sockets")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: _run(read, *args, **kwargs))

    async def stop(self, seconds: float = 5.0) -> None:
        """Give the connection back; a server that hangs is not waited for."""
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        closing = asyncio.get_running_loop().run_in_executor(thread, connections.close_all)
        thread.shutdown(wait=False)
        await asyncio.wait([closing], timeout=seconds)


def _run(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    try:
        return read(*args, **kwargs)
    except (InterfaceError, OperationalError):
        connections.close_all()
        return read(*args, **kwargs)


def read_counts(user_ids: Collection[int]) -> dict[int, Count]:
    """{user id: how far the messages go}; who never got one is left out."""
    rows = Inbox.objects.filter(pk__in=list(user_ids)).values_list("pk", "last_no", "n_unread")
    return {user_id: Count(last_no, n_unread) for user_id, last_no, n_unread in rows}


def read_live(marks: Mapping[int, int]) -> tuple[dict[int, int], list[LiveHint]]:
    """What changed since the marks, by the place of each source in its list: (the marks now, hints, the oldest first)."""
    now: dict[int, int] = {}
    hints: list[LiveHint] = []
    for place, source in enumerate(live_since):
        now[place], found = source(marks.get(place, 0))
        hints.extend(found)
    return now, hints


def beat(n_sockets: int, at: datetime) -> None:
    """Say that this process lives and how many sockets it holds, for the health page."""
    row = SocketProcess(name=process_name(), beat_at=at, n_sockets=n_sockets)
    SocketProcess.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["name"], update_fields=["beat_at", "n_sockets"]
    )


def take_leave(at: datetime) -> None:
    """This process holds no sockets any more, nor do those that have not said so for long."""
    SocketProcess.objects.filter(name=process_name()).delete()
    SocketProcess.objects.filter(beat_at__lt=at - FORGOTTEN_AFTER).delete()


def process_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"
