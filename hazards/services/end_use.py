from __future__ import annotations

from hazards.data.clock import EndUseData
from hazards.models import Suspension
from hazards.services.act import Act, verb
from hazards.services.suspending import MOST_REASON, settle
from hazards.states import EvidenceStage


@verb("end_use")
def end_use_for_good(act: Act, data: EndUseData) -> None:
    """A leader decides that it is never used again: demolished, scrapped, shut for good."""
    row: Suspension = act.row(data.suspension, "suspension")
    row.make_permanent()
    row.opinion, row.ended_on = data.decision[:MOST_REASON], act.occurred_on
    act.notes["scope"] = row.scope
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    settle(act)
    act.move()
