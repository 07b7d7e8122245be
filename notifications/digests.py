"""A digest as it was written: figures, each with the address of its rows, and since when messages waited for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from notifications.kinds import DAILY
from notifications.models import OutboxMessage


@dataclass(frozen=True)
class Figure:
    label: str
    n: int
    # The path of the page that shows these rows.
    link: str


@dataclass(frozen=True)
class Digest:
    figures: Sequence[Figure]
    since: datetime


def payload_of(figures: Sequence[Figure], since: datetime, n_waited: int) -> dict[str, object]:
    """What a daily digest keeps; figures in their order."""
    told = [[one.label, one.n, one.link] for one in figures]
    return {"figures": told, "since": since.isoformat(), "waited": n_waited}


def read_digest(message: OutboxMessage) -> Digest | None:
    """None for any other message."""
    if message.kind != DAILY or "since" not in message.payload:
        return None
    figures = [Figure(label, n, link) for label, n, link in message.payload.get("figures", [])]
    return Digest(figures, datetime.fromisoformat(message.payload["since"]))
