"""A digest as it was written: figures, each with the address of its rows, and the time whose messages waited for it."""

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
    # What was left for a digest after `since` and until `until` is in this one.
    since: datetime
    until: datetime


def payload_of(digest: Digest, n_waited: int) -> dict[str, object]:
    """What a daily digest keeps; figures in their order."""
    told = [[one.label, one.n, one.link] for one in digest.figures]
    since, until = digest.since.isoformat(), digest.until.isoformat()
    return {"figures": told, "since": since, "until": until, "waited": n_waited}


def read_digest(message: OutboxMessage) -> Digest | None:
    """None for any other message."""
    told = message.payload
    if message.kind != DAILY or "since" not in told:
        return None
    figures = [Figure(label, n, link) for label, n, link in told.get("figures", [])]
    return Digest(figures, datetime.fromisoformat(told["since"]), datetime.fromisoformat(told["until"]))
