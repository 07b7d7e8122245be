from __future__ import annotations

from hazards.data.verifying import LookBackData
from hazards.services.act import Act, verb
from hazards.states import EvidenceStage


@verb("look_back")
def look_back_at_hazard(act: Act, data: LookBackData) -> None:
    """Note what a later look found; one that has come back is reopened by an act of its own."""
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    act.move()
