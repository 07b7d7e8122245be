"""Access tokens of providers: fetched once for all threads of a process, until shortly before they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

# A token is not used in its last minutes: the two clocks may differ.
MARGIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Token:
    value: str
    until: datetime


class TokenCache:
    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[tuple[str, ...], Token] = {}

    def get(self, account: tuple[str, ...], at: datetime, fetch: Callable[[], tuple[str, float]]) -> str:
        """`fetch` gives the token and its life in seconds; one thread asks, the others wait for it."""
        with self._lock:
            held = self._held.get(account)
            if held is None or held.until <= at:
                value, seconds = fetch()
                held = self._held[account] = Token(value, at + timedelta(seconds=seconds) - MARGIN)
            return held.value

    def drop(self, account: tuple[str, ...], value: str) -> None:
        """The provider knows it no more; one that another thread fetched since stays."""
        with self._lock:
            held = self._held.get(account)
            if held is not None and held.value == value:
                del self._held[account]

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
