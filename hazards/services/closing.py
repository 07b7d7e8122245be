"""The guards of closure, asked again at the present level whichever way a hazard closes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.services.act import Act
from hazards.services.submit import COMMITMENTS
from hazards.states import AssignmentState, EvidenceStage, Level


def require_closable(act: Act) -> None:
    hazard = act.hazard
    missing = []
    if hazard.level != Level.GENERAL:
        missing.append(_("经批准的整改方案"))
    if any(not hazard.commitments.get(name) for name in COMMITMENTS):
        missing.append(_("五落实"))
    if act.lead.state != AssignmentState.CONFIRMED:
        missing.append(_("牵头单位整改的复查确认"))
    if not hazard.evidence.filter(stage=EvidenceStage.AFTER, withdrawn_seq__isnull=True).exists():
        missing.append(_("整改后证据"))
    if missing:
        raise Invalid(_("销号还缺：%(missing)s。") % {"missing": "、".join(missing)})
