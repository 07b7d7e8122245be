"""What a hazard's number looks like in an address."""

from __future__ import annotations

import re


class NumberConverter:
    """A receipt number (S and 15 digits) or a file number (county-year-serial)."""

    regex = "S?[0-9-]{1,23}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def is_number(text: str) -> bool:
    return re.fullmatch(NumberConverter.regex, text, re.ASCII) is not None
