"""Co-units' parts that are still to come before the work can be told of. A control part never blocks."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from hazards.case import Case
from hazards.models import Assignment
from hazards.states import AssignmentKind, AssignmentState

_STANDS_AT = {
    AssignmentState.SENT: gettext_lazy("未签收"),
    AssignmentState.SIGNED: gettext_lazy("未报完成"),
    AssignmentState.DONE: gettext_lazy("待牵头单位确认"),
}


def list_open_parts(case: Case) -> list[Assignment]:
    """Those that the lead has not confirmed, oldest first."""
    return [
        part for part in case.parts if part.kind != AssignmentKind.CONTROL and part.state != AssignmentState.CONFIRMED
    ]


def say_open_parts(case: Case) -> str:
    """「第二小学（未签收）、消防救援大队（待牵头单位确认）」; empty when all are confirmed."""
    return "、".join(f"{part.unit.name}（{_STANDS_AT[AssignmentState(part.state)]}）" for part in list_open_parts(case))


def require_parts(case: Case) -> None:
    """Raises Invalid naming the co-units that are not confirmed."""
    if missing := say_open_parts(case):
        raise Invalid(_("配合单位还没办完：%(missing)s。请先确认，或请交办单位撤去该配合单位。") % {"missing": missing})
