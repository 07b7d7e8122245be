"""People who press at the same moment: threads with connections of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Generic, TypeVar

from django.db import connection

Answer = TypeVar("Answer")
# Longer than any lock waits; a test that hangs fails by it.
PATIENCE_SECONDS = 60


class Crowd:
    """Runs calls at once, each in a thread with its own connection, and brings back what each came to."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size)

    def at_once(self, calls: Sequence[Callable[[], Answer]]) -> list[Came[Answer]]:
        assert len(calls) <= self.size
        start = Barrier(len(calls))

        def run(call: Callable[[], Answer]) -> Came[Answer]:
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            try:
                return Came(call(), None)
            except Exception as error:
                return Came(None, error)

        return [done.result(PATIENCE_SECONDS) for done in [self._pool.submit(run, call) for call in calls]]

    def close(self) -> None:
        """Every thread closes its connection; the barrier keeps one from doing so twice."""
        everybody = Barrier(self.size)

        def leave() -> None:
            everybody.wait(PATIENCE_SECONDS)
            connection.close()

        for done in [self._pool.submit(leave) for _ in range(self.size)]:
            done.result(PATIENCE_SECONDS)
        self._pool.shutdown()


class Came(Generic[Answer]):
    """An answer or an error."""

    def __init__(self, answer: Answer | None, error: Exception | None) -> None:
        self.answer = answer
        self.error = error

    def __repr__(self) -> str:
        return repr(self.answer if self.error is None else self.error)


@contextmanager
def crowd(size: int) -> Iterator[Crowd]:
    people = Crowd(size)
    try:
        yield people
    finally:
        people.close()
