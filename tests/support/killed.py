"""Processes that sweep and may be killed at any moment: forked, each with its own connection, on a clock that goes on."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawArray, RawValue

from django.db import connection, connections

# Nothing of it is timed; what hangs fails by it.
PATIENCE_SECONDS = 120
FORK = get_context("fork")
# Tells how many more firings it has seen to.
Count = Callable[[int], None]
# One unit of work at a moment; False where nothing was due.
Unit = Callable[[datetime, Count], bool]


def fork(work: Callable[[], None]) -> BaseProcess:
    """Nobody shares a connection with a child, so that a killed one takes nobody else's with it."""
    connections.close_all()
    child = FORK.Process(target=work, daemon=True)
    child.start()
    return child


@dataclass
class Clock:
    """Goes on from `begin` as real time does, in all processes alike."""

    begin: datetime
    started: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.begin + timedelta(seconds=time.monotonic() - self.started)


class GoingClock:
    """For programs (BIHUAN_CLOCK): goes on as real time does, from the moment that the variable was made for."""

    VARIABLE = "BIHUAN_CLOCK_BEGIN"

    @staticmethod
    def begin_at(at: datetime) -> str:
        """What the variable must say: how far it is from real time."""
        return str(at.timestamp() - time.time())

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + float(os.environ[self.VARIABLE]), UTC)


class Sweepers:
    """Some processes at units of work, each replaced as soon as it is killed. Their tallies need no lock: one writer each."""

    def __init__(self, n: int, unit: Unit, clock: Clock) -> None:
        self._unit, self._clock = unit, clock
        self._done, self._at_work = RawArray("q", n), RawArray("b", n)
        self._is_over = RawValue("b", 0)
        self.n_struck = 0
        self._children = [self._start(slot) for slot in range(n)]

    def _start(self, slot: int) -> BaseProcess:
        return fork(lambda: self._work(slot))

    def _work(self, slot: int) -> None:
        def count(n: int) -> None:
            self._done[slot] += n

        connection.ensure_connection()
        while True:
            self._at_work[slot] = 1
            found = self._unit(self._clock.now(), count)
            self._at_work[slot] = 0
            if not found:
                if self._is_over.value:
                    break
                time.sleep(0.02)
        connection.close()

    @property
    def n_done(self) -> int:
        return sum(self._done)

    def kill(self, slot: int) -> None:
        """As the kernel does it; a new one takes its place."""
        child = self._children[slot]
        assert child.pid and child.is_alive(), f"a sweeping process ended by itself: {child.exitcode}"
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        self.n_struck += self._at_work[slot]
        self._at_work[slot] = 0
        self._children[slot] = self._start(slot)

    def finish(self) -> None:
        """Each ends as soon as it finds nothing due."""
        self._is_over.value = 1
        for child in self._children:
            child.join(PATIENCE_SECONDS)
            assert child.exitcode == 0, child.exitcode

    def end(self) -> None:
        for child in self._children:
            if child.is_alive():
                child.kill()
                child.join()


def sweep_with_kills(unit: Unit, *, n_due: int, n_kills: int, clock: Clock, seed: int) -> int:
    """Two processes see to `n_due` firings and are killed at random moments on the way; how many kills struck one at work.

    The kills are spread over the firings, not over time, so that a fast machine gets as many as a slow one.
    """
    dice, sweepers = random.Random(seed), Sweepers(2, unit, clock)
    try:
        for n in range(n_kills):
            _wait_until(sweepers, n_due * 0.9 * (n + dice.random()) / n_kills)
            time.sleep(dice.uniform(0, 0.06))
            sweepers.kill(dice.randrange(2))
        sweepers.finish()
    finally:
        sweepers.end()
    return sweepers.n_struck


def _wait_until(sweepers: Sweepers, n_done: float) -> None:
    last, since = -1, time.monotonic()
    while (now := sweepers.n_done) < n_done:
        if now != last:
            last, since = now, time.monotonic()
        assert time.monotonic() - since < PATIENCE_SECONDS, f"nothing fires any more after {now}"
        time.sleep(0.005)


def run_beside(works: Sequence[Callable[[], None]]) -> None:
    """All at once in processes of their own; fails where one of them does."""
    start = FORK.Barrier(len(works))

    def begin(work: Callable[[], None]) -> None:
        connection.ensure_connection()
        start.wait(PATIENCE_SECONDS)
        work()
        connection.close()

    children = [fork(lambda work=work: begin(work)) for work in works]  # type: ignore[misc]
    try:
        for child in children:
            child.join(PATIENCE_SECONDS * 4)
    finally:
        for child in children:
            if child.is_alive():
                child.kill()
                child.join()
    assert [child.exitcode for child in children] == [0] * len(children)
