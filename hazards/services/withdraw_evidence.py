from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.rectifying import WithdrawEvidenceData
from hazards.services.act import Act, require, verb
from hazards.services.seal import require_unsealed
from hazards.states import EvidenceStage, State


@verb("withdraw_evidence")
def withdraw_hazard_evidence(act: Act, data: WithdrawEvidenceData) -> None:
    """Mark one's own file as withdrawn; it stays in the record."""
    evidence = data.evidence
    require_unsealed(act)
    in_use = evidence.stage == EvidenceStage.AFTER and act.hazard.state in (State.SUBMITTED, State.VERIFIED)
    require(not in_use, evidence=_("正在复查或销号，整改后的证据不能撤回；请复查人退回补正后再换。"))

    def mark(seq: int) -> None:
        evidence.withdrawn_seq = seq
        evidence.save(update_fields=["withdrawn_seq"])

    act.notes["sha256"] = evidence.upload.sha256
    act.afterwards.append(mark)
    act.move()
