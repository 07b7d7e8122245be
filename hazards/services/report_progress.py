from __future__ import annotations

from hazards.data.rectifying import ReportProgressData
from hazards.services.act import Act, verb
from hazards.services.plan_gate import require_plan
from hazards.states import EvidenceStage


@verb("report_progress")
def report_hazard_progress(act: Act, data: ReportProgressData) -> None:
    """Say how far the work is; who reports the work does not verify it."""
    require_plan(act.case)
    act.add_rectifiers(act.actor.pk)
    act.attach(data.photos, EvidenceStage.AFTER if data.percent == 100 else EvidenceStage.DOCUMENT)
    act.move()
