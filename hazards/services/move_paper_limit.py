from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.data.assigning import MovePaperLimitData
from hazards.limits import end_of
from hazards.models import Assignment
from hazards.services.act import Act, verb
from hazards.services.filing import LONGEST_LIMIT
from hazards.states import AssignmentKind, AssignmentState, EvidenceStage, State

_UNDER_WAY = (AssignmentState.SENT, AssignmentState.SIGNED)


@verb("move_paper_limit")
def move_hazard_paper_limit(act: Act, data: MovePaperLimitData) -> None:
    """Who issued a legal paper moves its limit; assignments that had taken it, or would now exceed it, go along."""
    hazard, old = act.hazard, act.hazard.paper_limit_on
    _check(act, data.limit_on)
    hazard.paper_limit_on = data.limit_on
    hazard.paper_number = data.paper_number or hazard.paper_number
    act.notes["old_limit"] = old.isoformat() if old else ""
    for row in act.case.assignments:
        if row.kind != AssignmentKind.CONTROL and row.state in _UNDER_WAY and not hazard.is_scheduled:
            _move(act, row, old, data.limit_on)
    act.moves_due = hazard.state == State.RECTIFYING
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()


def _check(act: Act, limit_on: date) -> None:
    if limit_on == act.hazard.paper_limit_on:
        raise Invalid.of(limit_on=_("期限没有变化。"))
    if limit_on < today(act.at):
        raise Invalid.of(limit_on=_("文书期限不能早于今天。"))
    if limit_on > today(act.at) + LONGEST_LIMIT:
        raise Invalid.of(limit_on=_("文书期限最长一年。"))


def _move(act: Act, row: Assignment, old: date | None, limit_on: date) -> None:
    if row.limit_on != old and row.limit_on <= limit_on:
        return
    if row is not act.case.lead:
        act.touch(row)
    row.limit_on, row.due_at = limit_on, end_of(limit_on)
