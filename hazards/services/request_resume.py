from __future__ import annotations

from hazards.data.clock import RequestResumeData
from hazards.limits import step_due
from hazards.models import Suspension
from hazards.services.act import Act, verb
from hazards.services.asking import who_asks
from hazards.services.suspending import RESUME_DECISION, require_usable
from hazards.states import EvidenceStage


@verb("request_resume")
def request_to_resume_use(act: Act, data: RequestResumeData) -> None:
    """Ask who stopped its use to let it be used again; until then it stays out of use and watched."""
    row: Suspension = act.row(data.suspension, "suspension")
    require_usable(act)
    row.resume_basis = data.basis
    row.ask_resume()
    asks = who_asks(act)
    row.asked_by, row.asked_through = asks.asked_by, asks.asked_through
    row.due_at = step_due(act.hazard, RESUME_DECISION, act.at)
    act.notes["scope"] = row.scope
    act.notes["answered_by"] = act.case.unit(row.issuer_unit_id).name
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()
