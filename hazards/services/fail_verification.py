from __future__ import annotations

from django.utils.translation import gettext as _

from deadlines.models import Colour
from hazards.data.verifying import FailVerificationData
from hazards.services.act import Act, verb
from hazards.services.judging import end_visit
from hazards.services.measures import draft_for_event
from hazards.services.parts import start_plan
from hazards.services.rework import give_rework_limit
from hazards.services.supervised import fail_acceptance
from hazards.states import EvidenceStage
from hazards.states_clock import MeasureKind

# Verifications that failed, over the whole life. Source: process.md a.4 T26, b.2.
ORANGE_FROM, INTERVIEW_FROM = 2, 3


@verb("fail_verification")
def fail_hazard_verification(act: Act, data: FailVerificationData) -> None:
    """Send the work back with each failed point; the next round begins."""
    hazard = act.hazard
    give_rework_limit(hazard, act.lead, act.at, data.limit_on)
    act.lead.resume()
    hazard.verifiers = []
    end_visit(hazard)
    fail_acceptance(act, data.failed_points, with_paper=True)
    # The level may have risen since the work was submitted.
    start_plan(act)
    if act.case.is_outside:
        act.notes["effect"] = _("未解决")
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    hazard.round += 1
    _climb(act)
    # What needs a second round was not solved on the spot.
    hazard.closure_type = ""
    act.move()


def _climb(act: Act) -> None:
    """Work that fails again and again is orange from then on; at the third time its head is talked to."""
    hazard = act.hazard
    n_failed = hazard.round - 1 - hazard.n_reopened
    if n_failed >= ORANGE_FROM:
        hazard.least_colour = Colour.ORANGE
    if n_failed >= INTERVIEW_FROM:
        cause = _("第%(n)d次复查不合格") % {"n": n_failed}
        draft_for_event(act, [MeasureKind.INTERVIEW], act.lead.unit, cause=cause)
