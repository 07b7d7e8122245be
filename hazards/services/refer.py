from __future__ import annotations

from hazards.data.assigning import ReferData
from hazards.services.act import Act, needs_second, verb
from hazards.services.handing import require_outside_duty, require_own_name
from hazards.states import EvidenceStage


@needs_second("refer")
def _always(act: Act, data: ReferData) -> bool:
    return True


@verb("refer")
def refer_hazard(act: Act, data: ReferData) -> None:
    """Ask a county body to order who is competent; a leader countersigns (提请交办). Source: process.md a.4 T10."""
    require_outside_duty(act)
    require_own_name(act, data.issued_as)
    hazard = act.hazard
    act.case.remember(data.to)
    hazard.referred_to, hazard.proposed_lead = data.to, data.lead
    hazard.interim_control = data.control
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()
