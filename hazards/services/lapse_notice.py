from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.assigning import LapseNoticeData
from hazards.limits import end_of
from hazards.services.act import Act, verb
from hazards.services.parts import go_back_to_filed
from hazards.states import AssignmentKind, ReturnState, State


@verb("lapse_notice")
def lapse_hazard_notice(act: Act, data: LapseNoticeData) -> None:
    """A letter was not answered in time, or its unit took it on and let the limit pass: the county is to be asked.

    Called by the clock. Raises WrongState before the day of reply is over, once it is signed before the limit is, and while
    the unit has asked to be rid of it: that is an answer.
    """
    lead = act.lead
    is_taken_on = act.hazard.state == State.RECTIFYING
    if lead.kind != AssignmentKind.REQUEST or lead.reply_on is None or lead.return_state == ReturnState.REQUESTED:
        raise WrongState(_("没有等待回复的函告。"))
    if act.at < (lead.due_at if is_taken_on else end_of(lead.reply_on)):
        raise WrongState(_("函告回复期限还没有到。"))
    act.notes["asked"], act.notes["reply_on"] = lead.unit.name, lead.reply_on.isoformat()
    act.hazard.n_unanswered += 1
    go_back_to_filed(act)
    act.move()
