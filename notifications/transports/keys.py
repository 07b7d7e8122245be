"""What in the address of a group robot or a system lets anybody speak there; a receiver likes to repeat it."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import commonprefix
from urllib.parse import unquote, urlsplit

HIDDEN = "***"
# A shorter word is found in any text, and guessed by anybody.
LEAST = 4
# Words of a path are names up to this length, longer ones may be keys.
LONGEST_NAME = 15
# An answer is cut before it is kept, so that only the beginning of a key may stand at its end.
BEGINNING = 8


def keys_of(url: str, secret: str = "") -> tuple[str, ...]:
    """Each value of its query, what is long in its path, and the secret; as written and decoded, the longest first."""
    try:
        parts = urlsplit(url)
        path, query = parts.path, parts.query
    except ValueError:
        path, query = "", url
    values = {pair.partition("=")[2] or pair for pair in query.split("&")}
    found = {secret, *values, *(word for word in path.split("/") if len(word) > LONGEST_NAME)}
    found |= {unquote(word.replace("+", " ")) for word in found}
    return tuple(sorted((word for word in found if len(word) >= LEAST), key=lambda word: (-len(word), word)))


def hide(text: str, keys: Sequence[str]) -> str:
    """The text with none of the keys in it, and no long beginning of one."""
    for key in keys:
        text = text.replace(key, HIDDEN)
        while len(key) > BEGINNING and (at := text.find(key[:BEGINNING])) >= 0:
            n = len(commonprefix([text[at:], key]))
            text = f"{text[:at]}{HIDDEN}{text[at + n :]}"
    return text
