from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.verifying import ConfirmAndCloseData
from hazards.services.act import Act, verb
from hazards.services.closing import require_closable
from hazards.states import ClosureType, EvidenceStage


@verb("confirm_and_close")
def confirm_and_close_hazard(act: Act, data: ConfirmAndCloseData) -> None:
    """Verify and close in one act what a school found and solved itself (核实销号)."""
    hazard = act.hazard
    if not hazard.closes_in_one_act:
        raise Invalid(_("这条隐患不是本校自查自改的一般隐患，须先复查再销号。"))
    act.lead.confirm()
    hazard.closure_type = hazard.closure_type or ClosureType.RECTIFIED
    require_closable(act, hazard.closure_type)
    hazard.closed_at = act.at
    act.notes.setdefault("opinion", data.opinion or _("经核实，整改到位"))
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    act.move()
