"""Numbers and words out of addresses and forms, where anybody may write anything."""

from __future__ import annotations

from collections.abc import Mapping

# An id never has more digits; longer ones Python or the database would refuse.
_DIGITS = 18


def read_id(text: str) -> int | None:
    """A positive number in ASCII digits; None for all else."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        return None
    return int(text) or None


def read_words(params: Mapping[str, str], name: str, *, longest: int) -> str:
    """A search text that the database can be asked for: no NUL, no half signs, cut to its longest."""
    return params.get(name, "").replace("\x00", "").encode("utf-8", "ignore").decode().strip()[:longest]
