from __future__ import annotations

from hazards.data.verifying import ReturnSubmissionData
from hazards.services.act import Act, verb
from hazards.services.judging import end_visit
from hazards.services.parts import start_plan
from hazards.services.rework import resume_limit
from hazards.services.supervised import fail_acceptance


@verb("return_submission")
def return_hazard_submission(act: Act, data: ReturnSubmissionData) -> None:
    """Send papers back for formal defects; no round is counted."""
    resume_limit(act.lead, act.at)
    act.lead.resume()
    act.hazard.verifiers = []
    end_visit(act.hazard)
    fail_acceptance(act)
    # The level may have risen since the work was submitted.
    start_plan(act)
    act.move()
