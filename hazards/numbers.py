"""The two numbers by which a hazard is named."""

from __future__ import annotations

import re

from core.errors import NotFound

_NUMBER = re.compile(r"S[0-9]{15}|[0-9]{6}-[0-9]{4}-[0-9]{5,}")


def is_number(text: str) -> bool:
    return len(text) <= 24 and _NUMBER.fullmatch(text) is not None


def by_number(number: str) -> dict[str, str]:
    """The filter for a receipt or file number; both stay valid. Raises NotFound for what can be neither."""
    if not is_number(number):
        raise NotFound
    return {"receipt_number": number} if number.startswith("S") else {"file_number": number}
