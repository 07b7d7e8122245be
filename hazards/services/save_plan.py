from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.rectifying import SavePlanData
from hazards.models import RectificationPlan
from hazards.options import initial_part
from hazards.services.act import Act, require, verb
from hazards.services.milestones import read_milestones
from hazards.services.plan_gate import PARTS, list_missing, needs_plan, settle_plan
from hazards.states import PlanState


@verb("save_plan")
def save_hazard_plan(act: Act, data: SavePlanData) -> None:
    """Write the plan; an approved one is written anew and reviewed again. What is left blank stays.

    Where no review is needed the saved plan is in force at once (备案). Source: process.md a.3, T17 to T20.
    """
    plan = _plan_to_write(act)
    for name in PARTS:
        setattr(plan, name, getattr(data, name) or getattr(plan, name))
    plan.amount = plan.amount if data.amount is None else data.amount
    plan.funding_source = data.funding_source or plan.funding_source
    if data.milestones:
        plan.milestones = read_milestones(data.milestones, at=act.at, last_on=act.lead.limit_on, before=plan.milestones)
    act.add_doer()
    if not needs_plan(act.case):
        _put_in_force(act, plan)
    act.move()


def _plan_to_write(act: Act) -> RectificationPlan:
    plan = act.case.plan
    if plan is None:
        plan = act.case.plan = act.touch(RectificationPlan(hazard=act.hazard, assignment=act.lead))
        return plan
    require(plan.state != PlanState.IN_REVIEW, goal=_("方案正在审核，请等审核结果，或请审批人先退回。"))
    act.touch(plan)
    if plan.state == PlanState.APPROVED:
        plan.revise()
        plan.approved_at = None
        act.notes["plan_again"] = True
    return plan


def _put_in_force(act: Act, plan: RectificationPlan) -> None:
    """Of a 一般 what the signing gave fills the blanks, so that it takes one tap; an outside unit writes what it likes."""
    if not act.case.is_outside:
        for name in PARTS:
            setattr(plan, name, getattr(plan, name) or initial_part(act.hazard, name))
        missing = [one for one in list_missing(act.case, plan) if one in PARTS]
        if missing:
            raise Invalid(fields={name: [_("请填写。")] for name in missing})
    plan.submit()
    settle_plan(act, plan, str(_("不需审批，已备案")))
