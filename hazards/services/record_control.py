from __future__ import annotations

from hazards.data.rectifying import RecordControlData
from hazards.services.act import Act, verb
from hazards.services.scheduling import renew_proof
from hazards.states import EvidenceStage


@verb("record_control")
def record_hazard_control(act: Act, data: RecordControlData) -> None:
    """Say what keeps people safe now; the campus may do so in every open state."""
    act.hazard.interim_control = data.interim_control
    if data.photos:
        renew_proof(act)
    act.attach(data.photos, EvidenceStage.CONTROL)
    act.move()
