"""What a hazard of the years' plan (列入治理计划) owes on the way. Source: architecture 3.4, requirements.md H02."""

from __future__ import annotations

from hazards.services.act import Act
from hazards.services.milestones import reach


def renew_proof(act: Act) -> None:
    """A photo shows that it is under control; the next is due a month on."""
    if act.hazard.scheduled:
        act.hazard.scheduled = {**act.hazard.scheduled, "proof_on": act.occurred_on.isoformat()}
        act.moves_due = True


def reach_scheduled(act: Act, key: str) -> str:
    """Mark the milestone at that place as reached; gives its words."""
    milestones = reach(act.hazard.scheduled["milestones"], key, act.occurred_on)
    act.hazard.scheduled = {**act.hazard.scheduled, "milestones": milestones}
    act.moves_due = True
    return milestones[int(key)]["what"]
