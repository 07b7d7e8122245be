"""Audience keys: small integers that say who may read a row.

A key is four times an id plus a kind. A hazard carries the keys of those who may read it, a user
holds the keys of his posts; he reads the row when the two overlap.
"""

from enum import IntEnum


class KeyKind(IntEnum):
    UNIT = 0
    DUTY = 1
    PERSON = 2


def unit_key(unit_id: int) -> int:
    """Held by the posts of a unit (and of its superiors, for their own key is on the row too)."""
    return unit_id * 4 + KeyKind.UNIT


def duty_key(unit_id: int) -> int:
    """Held by the confidant (敏感事项专办员) of a unit only."""
    return unit_id * 4 + KeyKind.DUTY


def person_key(user_id: int) -> int:
    return user_id * 4 + KeyKind.PERSON
