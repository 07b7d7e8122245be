from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.clock import VisitSupervisionData
from hazards.models import Supervision
from hazards.services.act import Act, require, verb
from hazards.services.supervising import renew_visit
from hazards.services.supervision_papers import issue_visit_record
from hazards.states import EvidenceStage


@verb("visit_supervision")
def visit_supervised_hazard(act: Act, data: VisitSupervisionData) -> None:
    """Write down what was seen on the spot; the next visit is due anew. Source: process.md a.5 (督办记录)."""
    row: Supervision = act.row(None, "visited_on")
    require(data.visited_on <= act.occurred_on, visited_on=_("督办日期不能晚于办理日期。"))
    if row.listed_on is not None:
        require(data.visited_on >= row.listed_on, visited_on=_("督办日期不能早于挂牌日期。"))
    renew_visit(act, row)
    issue_visit_record(
        act, row, visit_on=data.visited_on, people=data.people, findings=data.findings, wanted=data.requirements
    )
    act.notes["next_visit"] = row.visit_due_on.isoformat() if row.visit_due_on else ""
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    act.move()
