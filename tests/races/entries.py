"""Who may take part in a race, and with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.district import District

Data = dict[str, Any]


@dataclass(frozen=True)
class Entry:
    """Somebody who may take part, and with what; nobody's name stands for the clock."""

    action: str
    who: str
    data: Callable[[District], Data]
    # What comes by time comes so much later.
    later: timedelta = timedelta()


def entry(action: str, who: str, **data: object) -> Entry:
    return Entry(action, who, lambda d: data)


def by_time(action: str, *, days: int = 0, **data: object) -> Entry:
    return Entry(action, "", lambda d: data, timedelta(days=days))
