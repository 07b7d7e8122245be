from threading import Barrier, Thread

import pytest

from core import cached_rows as module
from core.cached_rows import cached_rows, clear_all


@pytest.fixture
def ticks(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(module, "monotonic", lambda: moment[0])
    return moment


def test_rows_are_read_once_per_arguments_and_period(ticks):
    reads = []

    @cached_rows(seconds=60)
    def rows(kind: str) -> list[str]:
        reads.append(kind)
        return [kind]

    assert rows("a") is rows("a")
    assert rows("b") == ["b"]
    ticks[0] += 59.9
    rows("a")
    assert reads == ["a", "b"]
    ticks[0] += 0.1
    rows("a")
    assert reads == ["a", "b", "a"]


def test_cache_clear_and_clear_all_forget():
    reads = []

    @cached_rows()
    def rows() -> int:
        reads.append(1)
        return len(reads)

    assert (rows(), rows()) == (1, 1)
    rows.cache_clear()
    assert rows() == 2
    clear_all()
    assert rows() == 3


def test_an_error_is_not_kept():
    @cached_rows()
    def rows() -> int:
        if not seen:
            seen.append(1)
            raise LookupError
        return 7

    seen: list[int] = []
    with pytest.raises(LookupError):
        rows()
    assert rows() == 7


def test_many_threads_read_once():
    reads = []
    barrier = Barrier(8)

    @cached_rows()
    def rows() -> int:
        reads.append(1)
        return 1

    def ask() -> None:
        barrier.wait()
        rows()

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reads) == 1
