"""Small reference tables kept per process for a while, so that a page or an action need not read them."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from threading import RLock
from time import monotonic
from typing import Generic, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class _Clearable(Protocol):
    def cache_clear(self) -> None: ...


_CACHES: list[_Clearable] = []


class CachedRows(Generic[P, T]):
    """Calls the reader once per arguments and period, by one thread while the others wait.

    An error is not kept. A reader must return something nobody changes in place.
    """

    def __init__(self, read: Callable[P, T], *, seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = RLock()
        self._kept: dict[Hashable, tuple[float, T]] = {}
        self._supposed: ContextVar[T | None] = ContextVar(f"supposed {read.__name__}", default=None)
        update_wrapper(self, read)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        supposed = self._supposed.get()
        if supposed is not None:
            return supposed
        key = (args, tuple(sorted(kwargs.items())))
        kept = self._kept.get(key)
        if kept is not None and monotonic() < kept[0]:
            return kept[1]
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and monotonic() < kept[0]:
                return kept[1]
            rows = self._read(*args, **kwargs)
            self._kept[key] = (monotonic() + self._seconds, rows)
            return rows

    def cache_clear(self) -> None:
        with self._lock:
            self._kept = {}

    def read_anew(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the rows say in this transaction; kept for nobody."""
        return self._read(*args, **kwargs)

    @contextmanager
    def supposing(self, rows: T) -> Iterator[None]:
        """For this thread alone the reader answers so, whatever it is asked."""
        token = self._supposed.set(rows)
        try:
            yield
        finally:
            self._supposed.reset(token)


def cached_rows(seconds: float = 60) -> Callable[[Callable[P, T]], CachedRows[P, T]]:
    def decorate(read: Callable[P, T]) -> CachedRows[P, T]:
        cached = CachedRows(read, seconds=seconds)
        _CACHES.append(cached)
        return cached

    return decorate


def clear_all() -> None:
    """Forget everything kept in this process; tests call it between databases."""
    for cached in _CACHES:
        cached.cache_clear()
