"""Corrections that their guards would refuse whatever is filled in: these are not offered."""

from __future__ import annotations

from hazards.case import Case
from hazards.services.appeal import appeal_until
from hazards.services.merging import unmerge_until
from hazards.services.reopen import reopen_until
from hazards.states import Level


def is_moot_correction(case: Case, action: str) -> bool:
    hazard = case.hazard
    match action:
        case "amend" | "seal":
            return hazard.sealed_at is not None
        case "record_double_report":
            return bool(hazard.level != Level.MAJOR)
        case "appeal":
            until = appeal_until(case)
            return until is None or case.at >= until
        case "unmerge":
            until = unmerge_until(hazard)
            return until is not None and case.at >= until
        case "reopen":
            return case.at >= reopen_until(hazard)
        case _:
            return False
