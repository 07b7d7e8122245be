from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.clock import local
from core.errors import WrongState
from deadlines.models import Deadline
from hazards.clockwork import colour_of
from hazards.data.clock import RecomputeData
from hazards.reckoning import RECKONED, Moves, reckon
from hazards.services.act import Act, verb


@verb("recompute")
def recompute_hazard(act: Act, data: RecomputeData) -> None:
    """Reckon the limits that run on the calendar as it is now (重算). Old and new stand in the event.

    Called when days, hours or terms change. Raises WrongState where nothing moves.
    """
    hazard = act.hazard
    if hazard.policy_id is None:
        raise WrongState(_("这条隐患的时限还没有接管。"))
    deadlines = Deadline.objects.filter(subject_id=hazard.pk, state=Deadline.State.ARMED, kind__in=RECKONED)
    rest_days = frozenset(date.fromisoformat(day) for day in data.days.split())
    moves = reckon(act.case, list(deadlines.order_by("pk")), rest_days, act.at)
    if not moves.change(act.case) and colour_of(act.case, act.at) == hazard.colour:
        raise WrongState(_("时限没有变化。"))
    _move(act, moves)
    act.move()


def _move(act: Act, moves: Moves) -> None:
    hazard, lead = act.hazard, act.case.lead
    # Only what the calendar moves is moved.
    act.keeps_due = True
    for one in moves.rolled:
        if one.row is lead:
            if hazard.whole_due_at == lead.due_at:
                hazard.whole_due_at = one.due_at
        else:
            act.touch(one.row)
        one.row.first_limit_on = one.row.first_limit_on or one.row.limit_on
        one.row.limit_on, one.row.due_at = one.limit_on, one.due_at
    if hazard.due_at and hazard.due_at != moves.due_at:
        act.notes["old_due"], act.notes["new_due"] = (
            local(due).strftime("%Y-%m-%d %H:%M") for due in (hazard.due_at, moves.due_at)
        )
    hazard.due_at, hazard.due_by = moves.due_at, dict(moves.due_by)
    act.side_dues = list(moves.sides)
