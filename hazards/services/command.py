"""A request to act as it came in, and what it led to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from organizations.models import User
from organizations.posts import HeldPost

NO_DATA: Mapping[str, object] = {}
# What comes by time or with a change of units is nobody's act.
SYSTEM_NAME = "系统"
SYSTEM_POST = HeldPost(0, "", "", 0, "", SYSTEM_NAME, None, (), ())


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an act led to; the same for every repetition of its idempotency key."""

    number: str
    receipt_number: str
    action: str
    event: str
    seq: int
    state: str
    version: int

    def as_json(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Command:
    """One request to act, as it came in. Without an actor it is the clock's."""

    action: str
    actor: User | None
    at: datetime
    number: str | None = None
    version: int | None = None
    data: Mapping[str, object]
    acting_post: int | None = None
    occurred_on: date | None = None
    late_reason: str = ""
    on_behalf: Mapping[str, object] | None = None

    @property
    def person(self) -> User:
        """The actor, or a nameless account that holds nothing."""
        return self.actor or User(name=SYSTEM_NAME)

    @property
    def fingerprint(self) -> str:
        told = [
            self.action, self.number, self.version, dict(self.data), self.acting_post, self.occurred_on, self.late_reason,
            *([dict(self.on_behalf)] if self.on_behalf else []),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
