"""What every way out has in common: the letter, the answer, and two kinds of failure.

An error is permanent only where no later attempt can help: the address, or the letter itself. What an operator can
mend without touching the letter (a password, a certificate, a quota) is passing and is tried again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

# Longest text kept of a provider's answer or of a failure.
MAX_TOLD = 1000


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One text for one receiver. `key` names occasion, way and receiver; a second copy has the same."""

    key: str
    # An e-mail address, a phone number, a provider's user id; of a shared way the URL.
    to: str
    title: str
    text: str
    # Absolute; empty where there is nothing to open.
    link: str = ""
    kind: str = ""
    urgency: int = 0
    # When it happened, and when this attempt is made.
    at: datetime
    sent_at: datetime
    # What a registered template may name.
    variables: Mapping[str, str] = field(default_factory=dict)
    # Of a shared way only.
    secret: str = ""
    is_private_allowed: bool = False


@dataclass(frozen=True)
class Answer:
    """What the provider said when it took the letter."""

    text: str


class TransportError(Exception):
    """The letter was not taken. The message is for an operator and names no secret."""

    def __init__(self, message: str) -> None:
        self.message = message[:MAX_TOLD]
        super().__init__(self.message)


class Passing(TransportError):
    """May go well later. `retry_after` is in seconds, where the receiver named it or its limit is known.

    `holds_way` tells that everything else to the same receiver, or by the same provider, has to wait as long.
    """

    def __init__(self, message: str, retry_after: float | None = None, *, holds_way: bool = False) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.holds_way = holds_way


class Permanent(TransportError):
    """Will never go well as it is."""


class Transport(ABC):
    """One way out. Its methods may be called by several threads at once and touch no database."""

    way: ClassVar[str]

    def is_set_up(self) -> bool:
        """Whether this site has what the way needs."""
        return True

    def takes(self, kind: str) -> bool:
        """Whether messages of the kind can go this way."""
        return True

    @abstractmethod
    def check_address(self, address: str) -> None:
        """Raises Permanent, saying why, unless the address looks like one."""

    @abstractmethod
    def send(self, letter: Letter) -> Answer:
        """Hand it over and wait for the answer. Raises Passing or Permanent."""


def shorten(text: str, n_bytes: int) -> str:
    """At most so many bytes of UTF-8, ending in … where something was cut."""
    encoded = text.encode()
    if len(encoded) <= n_bytes:
        return text
    mark = "…"
    return encoded[: n_bytes - len(mark.encode())].decode(errors="ignore") + mark


def one_line(text: str) -> str:
    """No line breaks and no control characters, which could begin a header or a second message."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def show(raw: bytes | str, length: int = 500) -> str:
    """What a stranger sent, safe to keep and to show."""
    text = raw.decode(errors="replace") if isinstance(raw, bytes) else raw
    return one_line(text[: length * 4])[:length]
