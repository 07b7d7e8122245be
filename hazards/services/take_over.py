from __future__ import annotations

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import WrongState
from deadlines.policies import policy_for
from hazards.data.clock import TakeOverData
from hazards.limits import step_due
from hazards.models import Countersign, Instruction, SupportRequest
from hazards.services.act import Act, verb
from hazards.services.dual import COUNTERSIGN
from hazards.services.handing import notice_day
from hazards.services.instruct import INSTRUCTION
from hazards.services.request_support import SUPPORT
from hazards.states import State


@verb("take_over")
def take_over_hazard(act: Act, data: TakeOverData) -> None:
    """Begin the clock of a hazard from before there was one (存量接管).

    What offices owe late starts anew now; the day of a unit's paper stands, but its ladder ends with 预警 until it gets a
    new limit. Raises WrongState for one whose clock runs.
    """
    hazard = act.hazard
    if hazard.policy_id is not None:
        raise WrongState(_("这条隐患的时限已经在计时。"))
    hazard.policy_id = policy_for(act.case.bureau.pk, today(act.at))
    hazard.taken_over_at = act.at
    # Nothing of it is armed: all of it is armed now.
    act.limits = {}
    _open_turns(act)
    _start_step(act)
    act.move()


def _start_step(act: Act) -> None:
    hazard, lead = act.hazard, act.case.lead
    if hazard.due_at is not None and hazard.due_at > act.at:
        act.keeps_due = True
        hazard.whole_due_at = lead.due_at if lead else None
        return
    if lead and lead.reply_on and hazard.state == State.ASSIGNED:
        # Nobody counted the days of the letter until now.
        lead.reply_on = notice_day(act, None)
    act.moves_due = True


def _open_turns(act: Act) -> None:
    """Turns beside the main line have their time from now on."""
    case = act.case
    act.opens_turns = act.hazard.has_small_rows
    for row in (*case.assignments, case.plan, case.countersign, case.support, *case.instructions):
        if row is None:
            continue
        act.touch(row)
        if isinstance(row, Countersign | SupportRequest | Instruction) and row.due_at <= act.at:
            steps = {Countersign: COUNTERSIGN, SupportRequest: SUPPORT, Instruction: INSTRUCTION}
            row.due_at = step_due(act.hazard, steps[type(row)], act.at)
