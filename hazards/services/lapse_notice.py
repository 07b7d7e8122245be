from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.assigning import LapseNoticeData
from hazards.limits import end_of
from hazards.services.act import Act, verb
from hazards.services.parts import go_back_to_filed
from hazards.states import AssignmentKind, ReturnState


@verb("lapse_notice")
def lapse_hazard_notice(act: Act, data: LapseNoticeData) -> None:
    """A letter was not answered in time: the request ends, and the county is to be asked.

    Called by the clock. Raises WrongState before the day of reply is over, and while the unit has asked to be rid of it:
    that is an answer.
    """
    lead = act.lead
    if lead.kind != AssignmentKind.REQUEST or lead.reply_on is None or lead.return_state == ReturnState.REQUESTED:
        raise WrongState(_("没有等待回复的函告。"))
    if act.at < end_of(lead.reply_on):
        raise WrongState(_("函告回复期限还没有到。"))
    act.notes["asked"], act.notes["reply_on"] = lead.unit.name, lead.reply_on.isoformat()
    act.hazard.n_unanswered += 1
    go_back_to_filed(act)
    act.move()
