"""Verbs to come in this issue; the file goes with the last of them."""

from __future__ import annotations

from typing import Any

from core.errors import Invalid
from hazards.services.act import Act, verb

NAMES = (
    "request_extension",
    "withdraw_extension",
    "rule_extension",
    "set_limit",
    "suspend",
    "prove_guard",
    "request_resume",
    "rule_resume",
    "end_use",
    "remind",
    "warn",
    "propose_measure",
    "draft_measure",
    "decide_measure",
    "record_interview",
    "reply_measure",
    "withdraw_measure",
    "propose_listing",
    "draft_listing",
    "list_overdue",
    "decide_listing",
    "record_listing",
    "visit_supervision",
    "delist",
    "escalate_overdue",
    "take_over",
    "adopt_policy",
    "recompute",
)


def _wait(act: Act, data: Any) -> None:
    raise Invalid("尚未开通")


for _name in NAMES:
    verb(_name)(_wait)
