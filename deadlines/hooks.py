"""Where the layer joins in that knows what is limited; it fills this in its AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass
class Fired:
    """What came of some deadlines."""

    n_acted: int = 0
    n_missed: int = 0
    n_moot: int = 0
    # Not due any more, ended, or moved on.
    n_idle: int = 0
    # Let go: somebody holds their subjects.
    busy: list[int] = field(default_factory=list)
    # What they are about to do goes through a service, one transaction each.
    singly: list[int] = field(default_factory=list)
    # How late the latest firing was.
    lag_seconds: float = 0.0

    def add(self, other: Fired) -> None:
        self.n_acted += other.n_acted
        self.n_missed += other.n_missed
        self.n_moot += other.n_moot
        self.n_idle += other.n_idle
        self.busy += other.busy
        self.singly += other.singly
        self.lag_seconds = max(self.lag_seconds, other.lag_seconds)


class Firer(Protocol):
    """Does what rungs say. Everything about a deadline is read anew under the lock of its subject."""

    def fire_rows(self, deadline_ids: Sequence[int], at: datetime) -> Fired:
        """All of them in one transaction, as far as they only write rows; waits for nobody."""
        ...

    def look_around(self, deadline_ids: Sequence[int], at: datetime) -> object:
        """What is the same for all of these, to be handed to `fire_one` for each."""
        ...

    def fire_one(self, deadline_id: int, at: datetime, around: Any = None) -> Fired:
        """In a transaction of its own, whatever it does. Raises Busy after the wait for a lock."""
        ...


firers: list[Firer] = []


def firer() -> Firer:
    if not firers:
        raise RuntimeError("deadlines.hooks.firers is empty: no app fires deadlines")
    return firers[0]
