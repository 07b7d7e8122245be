from __future__ import annotations

from hazards.data.reporting import SupplementData
from hazards.services.act import Act, verb
from hazards.states import EvidenceStage


@verb("supplement")
def supplement_hazard(act: Act, data: SupplementData) -> None:
    """Give what was asked for and put the report back on the desk of the handling unit."""
    act.attach(data.photos, EvidenceStage.BEFORE)
    act.move()
