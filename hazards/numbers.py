"""The two numbers by which a hazard is named."""

from __future__ import annotations

import re

from core.errors import NotFound

_NUMBER = re.compile(r"S[0-9]{15}|[0-9]{6}-[0-9]{4}-[0-9]{5,}")


def by_number(number: str) -> dict[str, str]:
    """The filter for a receipt or file number; both stay valid. Raises NotFound for what can be neither."""
    if len(number) > 24 or not _NUMBER.fullmatch(number):
        raise NotFound
    return {"receipt_number": number} if number.startswith("S") else {"file_number": number}
