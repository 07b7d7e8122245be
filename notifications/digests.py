"""A digest as it was written: figures, each with the address of its rows, and which messages waited for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    # What was left for a digest and has an id above `after`, at most `upto`, is in this one. Those of one reader become
    # visible in the order of their ids, because his inbox is locked while they are written; by time some would be lost.
    after: int
    upto: int


def payload_of(digest: Digest, n_waited: int) -> dict[str, object]:
    """What a daily digest keeps; figures in their order."""
    told = [[one.label, one.n, one.link] for one in digest.figures]
    return {"figures": told, "after": digest.after, "upto": digest.upto, "waited": n_waited}


def read_digest(message: OutboxMessage) -> Digest | None:
    """None for any other message."""
    told = message.payload
    if message.kind != DAILY or "upto" not in told:
        return None
    figures = [Figure(label, n, link) for label, n, link in told.get("figures", [])]
    return Digest(figures, told["after"], told["upto"])
