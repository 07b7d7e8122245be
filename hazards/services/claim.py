from __future__ import annotations

from hazards.data.assigning import ClaimData
from hazards.services.act import Act, verb
from hazards.services.handing import lead_from_county


@verb("claim")
def claim_hazard(act: Act, data: ClaimData) -> None:
    """The proposed unit takes the lead before the county has to order it (认领)."""
    unit_id = act.hazard.proposed_lead_id
    assert unit_id is not None
    lead_from_county(act, act.case.unit(unit_id), requirements=data.requirements, limit_on=data.limit_on)
    act.move()
