from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid, WrongState
from hazards.cleaning import clean
from hazards.data.corrections import LapseCountersignData
from hazards.data.reporting import FileData
from hazards.inputs import Ask
from hazards.services.act import Act, verb
from hazards.services.file import set_filed
from hazards.services.supervising import list_by_level
from hazards.states import Level, State


@verb("lapse_countersign")
def lapse_hazard_countersign(act: Act, data: LapseCountersignData) -> None:
    """Nobody agreed in time: the proposal ends; a 重大 stands all the same, 待判定, with its limits in force.

    Called by the clock. Raises WrongState before the limit of the countersign.
    """
    row, hazard = act.case.countersign, act.hazard
    if row is None or act.at < row.due_at:
        raise WrongState(_("没有到期的会签。"))
    act.touch(row).lapse()
    act.case.countersign = None
    act.notes["proposed"] = act.action_label(row.action)
    if row.action != "file" or row.data.get("level") != Level.MAJOR:
        hazard.lapse_countersign(State(hazard.state))
        return
    try:
        set_filed(act, clean(FileData, row.data, Ask(actor=row.proposer, hazard=hazard, at=act.at)))
    except Invalid:
        # It could not be filed so any more: it waits for filing with its controls, as 疑似重大 or as reported.
        hazard.lapse_countersign(State(hazard.state))
        return
    hazard.level_is_pending = True
    list_by_level(act)
    act.notes["filed_as"] = act.action_label("file")
    hazard.lapse_countersign(State.FILED)
