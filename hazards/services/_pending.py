"""Verbs to come in this issue; the file goes with the last of them."""

from __future__ import annotations

from typing import Any

from core.errors import Invalid
from hazards.services.act import Act, verb

NAMES = (
    "take_over",
    "adopt_policy",
    "recompute",
)


def _wait(act: Act, data: Any) -> None:
    raise Invalid("尚未开通")


for _name in NAMES:
    verb(_name)(_wait)
