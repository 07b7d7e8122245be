from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.verifying import FailVerificationData
from hazards.services.act import Act, verb
from hazards.services.judging import end_visit
from hazards.services.parts import start_plan
from hazards.services.rework import give_rework_limit
from hazards.states import EvidenceStage


@verb("fail_verification")
def fail_hazard_verification(act: Act, data: FailVerificationData) -> None:
    """Send the work back with each failed point; the next round begins."""
    hazard = act.hazard
    give_rework_limit(hazard, act.lead, act.at, data.limit_on)
    act.lead.resume()
    hazard.verifiers = []
    end_visit(hazard)
    # The level may have risen since the work was submitted.
    start_plan(act)
    if act.case.is_outside:
        act.notes["effect"] = _("未解决")
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    hazard.round += 1
    # What needs a second round was not solved on the spot.
    hazard.closure_type = ""
    act.move()
