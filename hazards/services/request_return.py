from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid, WrongState
from hazards.countdown import say_day
from hazards.data.assigning import RequestReturnData
from hazards.limits import end_of, last_day, step_due
from hazards.models import Assignment
from hazards.services.act import Act, verb
from hazards.services.suspending import say_suspended
from hazards.states import AssignmentKind, AssignmentState, ReturnState

RETURNABLE = (AssignmentState.SENT, AssignmentState.SIGNED)


@verb("request_return")
def request_hazard_return(act: Act, data: RequestReturnData) -> None:
    """Ask to be rid of an assignment, once, soon after it came; limits run on. Source: process.md a.3, a.4 T14."""
    row: Assignment = act.row(data.part, "part")
    _check(act, row)
    row.ask_return()
    row.return_reason, row.return_suggestion = data.reason, data.suggestion
    act.notes["asking"] = row.unit.name
    act.move()


def _check(act: Act, row: Assignment) -> None:
    if row.return_state == ReturnState.REQUESTED:
        issuer = act.case.unit(row.issuer_unit_id).name
        raise WrongState(_("已经申请退办，请等%(issuer)s审核。") % {"issuer": issuer})
    if row.return_state != ReturnState.NONE:
        raise WrongState(_("退办申请已审核过，每项交办只能申请一次；确有困难请用“提请上级解决”。"))
    if row.state not in RETURNABLE:
        raise WrongState(_("这一项已报完成，不能再申请退办。"))
    if any(one.unit_id == row.unit_id for one in act.case.suspensions):
        raise Invalid(_("本单位正在值守停用的%(scope)s，恢复使用前不能申请退办。") % {"scope": say_suspended(act.case)})
    # A letter may be answered so as long as it may be answered at all.
    step = "notice" if row.kind == AssignmentKind.REQUEST else "return_request"
    until = step_due(act.hazard, step, row.assigned_at)
    if row.reply_on:
        until = max(until, end_of(row.reply_on))
    if act.at >= until:
        day = say_day(last_day(until), act.at)
        raise Invalid(_("申请退办只到%(day)s为止，已过期限；确实不属于本单位的，请与交办单位联系转办。") % {"day": day})
