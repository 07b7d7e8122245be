"""The loop of a clock process: sweeps at every tick until it is told to stop, through outages of the database."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Event

from django.db import DatabaseError, InterfaceError, connection

from deadlines import health
from deadlines.sweep import Tally, sweep_once

log = logging.getLogger("bihuan.clock")

# Seconds between attempts to reach a database that is gone; the last one again and again.
RECONNECT = (1.0, 2.0, 5.0, 10.0, 30.0)


class Loop:
    """One clock process. `read_clock` is the only clock it knows; `stop` is set to end it between two firings.

    With `parent` it also ends when that process is gone, so that nothing outlives who started it.
    """

    def __init__(
        self, *, read_clock: Callable[[], datetime], stop: Event, tick: float, name: str = "", parent: int | None = None
    ) -> None:
        self._now, self._stop, self._tick, self._parent = read_clock, stop, tick, parent
        self.name = name or health.process_name()
        self._beaten_at: datetime | None = None
        self._n_lost = 0

    def run(self) -> None:
        while not self.should_stop():
            try:
                self._sweep()
                pause = self._tick
            except (DatabaseError, InterfaceError) as exc:
                pause = self._lose(exc)
            if not self.should_stop():
                self._stop.wait(pause)
        with suppress(DatabaseError, InterfaceError):
            health.stop(self.name, self._now())

    def should_stop(self) -> bool:
        return self._stop.is_set() or (self._parent is not None and os.getppid() != self._parent)

    def _sweep(self) -> None:
        """All that is due, each unit at its own moment."""
        if self._beaten_at is None:
            health.start(self.name, self._now())
        while True:
            tally = sweep_once(self._now(), should_stop=self.should_stop, beat=self._live)
            self._beat(tally)
            if not tally.n_claimed or self.should_stop():
                return

    def _live(self) -> None:
        """Between firings: at most once a second."""
        at = self._now()
        if self._beaten_at is None or at - self._beaten_at >= timedelta(seconds=1):
            health.beat(self.name, at)
            self._beaten_at = at

    def _beat(self, tally: Tally) -> None:
        self._beaten_at = self._now()
        health.beat(self.name, self._beaten_at, tally)
        # It is there again, though the wave is not over.
        self._n_lost = 0

    def _lose(self, exc: Exception) -> float:
        """The database is gone: forget the connection and wait, longer each time."""
        pause = RECONNECT[min(self._n_lost, len(RECONNECT) - 1)]
        self._n_lost += 1
        self._beaten_at = None
        log.warning("clock %s lost the database (%s); again in %s s", self.name, type(exc).__name__, pause)
        with suppress(DatabaseError, InterfaceError):
            connection.close()
        return pause
