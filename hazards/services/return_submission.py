from __future__ import annotations

from hazards.data.verifying import ReturnSubmissionData
from hazards.services.act import Act, verb
from hazards.services.rework import resume_limit


@verb("return_submission")
def return_hazard_submission(act: Act, data: ReturnSubmissionData) -> None:
    """Send papers back for formal defects; no round is counted."""
    resume_limit(act.lead, act.at)
    act.lead.resume()
    act.move()
