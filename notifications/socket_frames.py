"""What goes over the socket: frames both ways, codes it is closed with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from urllib.parse import parse_qs

# Longer ones the web server itself ends with 1009, see SOCKET_SETTINGS of the launcher.
MAX_FRAME = 1024
# A page that took longer to come, in seconds, reads itself again anyhow.
MAX_AGE = 60
# No number of a message is longer.
_MAX_DIGITS = 18


class Code(IntEnum):
    """Why the site closed a socket; 1012 (the site restarts) and 1009 (huge frame) come from the web server."""

    TRY_LATER = 1013
    # No JSON, or none of the frames there are.
    UNKNOWN = 4400
    # Nobody logged in, or not any more.
    SESSION = 4401
    FOREIGN = 4403
    FUTURE = 4409
    TOO_BIG = 4413
    TOO_MANY = 4429


class Refused(Exception):
    """The client asked for what it does not get."""

    def __init__(self, code: Code, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True)
class Asked:
    """One frame of the client: a number it has, or only whether we are there."""

    since: int | None = None
    # Of the page, in seconds.
    age: int = 0


def read_frame(text: str | None) -> Asked:
    """Raises Refused. Known are {"since": number} and {"t": "ping"}."""
    if text is None:
        raise Refused(Code.UNKNOWN, "no text")
    if len(text) > MAX_FRAME:
        raise Refused(Code.TOO_BIG, f"{len(text)} characters")
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise Refused(Code.UNKNOWN, "no JSON") from exc
    if not isinstance(frame, dict):
        raise Refused(Code.UNKNOWN, "no object")
    if "group" in frame:
        raise Refused(Code.FOREIGN, "asks for a group")
    if frame == {"t": "ping"}:
        return Asked()
    since = frame.get("since")
    if len(frame) == 1 and type(since) is int and 0 <= since < 10**_MAX_DIGITS:
        return Asked(since)
    raise Refused(Code.UNKNOWN, "unknown frame")


def read_query(query: bytes) -> Asked:
    """`?since=` and `&age=` of the address; raises Refused."""
    values = parse_qs(query.decode("latin-1"), keep_blank_values=True)
    if "group" in values:
        raise Refused(Code.FOREIGN, "asks for a group")
    since, age = _read_number(values, "since"), _read_number(values, "age")
    return Asked(since, min(age, MAX_AGE))


def _read_number(values: Mapping[str, list[str]], name: str) -> int:
    text = values.get(name, ["0"])[-1]
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise Refused(Code.UNKNOWN, f"{name} is no number")
    return int(text)


PONG = '{"t":"pong"}'


def inbox_frame(no: int, n_unread: int, since: int | None = None) -> str:
    """The last number of the person's messages and how many are unread; `since` answers what the client has."""
    echo = "" if since is None else f',"since":{since}'
    return f'{{"t":"inbox","no":{no},"unread":{n_unread}{echo}}}'


def live_frame(hazards: Mapping[str, int], boards: Mapping[str, int], *, is_many: bool) -> str:
    """What changed in what the person may see: the newest event's number by hazard, boards by name.

    `is_many`: more than can be named; whatever is shown is to be read anew.
    """
    return _live_frame(tuple(hazards.items()), tuple(boards), is_many)


@lru_cache(maxsize=256)
def _live_frame(hazards: tuple[tuple[str, int], ...], boards: tuple[str, ...], is_many: bool) -> str:
    """The same for many sockets, so made once."""
    frame = {"t": "live", "hazards": hazards, "boards": boards, "many": is_many}
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
