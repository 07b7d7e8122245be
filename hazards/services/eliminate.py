from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.rectifying import EliminateData
from hazards.models import Assignment
from hazards.services.act import Act, require, verb
from hazards.services.closing import ENDS_OF_D
from hazards.services.supervised import settle_listing
from hazards.services.suspending import end_for_good
from hazards.states import (
    Appraisal,
    AssignmentKind,
    AssignmentState,
    ClosureType,
    EvidenceStage,
    PlanState,
    ReturnState,
)  # fmt: skip


@verb("eliminate")
def eliminate_hazard(act: Act, data: EliminateData) -> None:
    """A leader finds the hazard gone with its object: demolished, shut for good, out of use, vanished.

    All work on it is settled, whatever was open; only closure is left. Source: process.md T31.
    """
    case, hazard = act.case, act.hazard
    require(
        hazard.appraisal != Appraisal.D or data.closure_type in ENDS_OF_D,
        closure_type=_("D级危房只能以“拆除灭失”或“关闭停用”办结。"),
    )
    hazard.closure_type = data.closure_type
    # From 较大 up another person closes.
    decider = act.on_behalf.person if act.on_behalf else act.actor
    hazard.verifiers = [decider.pk] if decider else []
    act.touch(act.lead)
    act.lead.submitted_at = act.lead.submitted_at or act.at
    for assignment in case.assignments:
        _settle(act, assignment)
    if case.plan is not None and case.plan.state != PlanState.APPROVED:
        act.touch(case.plan).end()
    if case.support is not None:
        act.touch(case.support).end()
    if data.closure_type != ClosureType.VANISHED:
        # With its object goes its use.
        end_for_good(act, data.decision)
    settle_listing(act)
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()


def _settle(act: Act, assignment: Assignment) -> None:
    """A control part stands until closure."""
    if assignment.kind == AssignmentKind.CONTROL:
        return
    act.touch(assignment)
    if assignment.return_state == ReturnState.REQUESTED:
        assignment.keep()
    if assignment.state != AssignmentState.CONFIRMED:
        assignment.settle()
