from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.assigning import PassOnData
from hazards.models import Assignment
from hazards.services.act import Act, verb
from hazards.states import AssignmentState
from organizations.models import User

_DONE = (AssignmentState.CONFIRMED, AssignmentState.CANCELED)


@verb("pass_on")
def pass_work_on(act: Act, data: PassOnData) -> None:
    """Put the successor where somebody was leader or handler by name; without one the unit's posts go on.

    A proposal of his, or one that waits for him by name, ends. Raises WrongState where nothing bears his name.
    Called when he hands over or leaves.
    """
    new = User.objects.get(pk=data.new) if data.new else None
    found = [_rename(act, row, data, new) for row in act.case.assignments if row.state not in _DONE]
    asked = act.case.countersign
    if asked and data.old in (asked.proposer_id, asked.second_id):
        act.touch(asked).end()
        act.case.countersign = None
        found.append(True)
    if not any(found):
        raise WrongState(_("没有以他的名义办理的事项。"))
    act.notes["old_name"] = User.objects.get(pk=data.old).name
    act.notes["new_name"] = new.name if new else ""
    act.move()


def _rename(act: Act, row: Assignment, data: PassOnData, new: User | None) -> bool:
    leads, handles = row.leader_id == data.old and not data.keeps_lead, row.handler_id == data.old
    if not leads and not handles:
        return False
    if row is not act.case.lead:
        act.touch(row)
    if leads:
        row.leader = new
    if handles:
        row.handler = new
        if new:
            act.add_rectifiers(new.pk)
    return True
