from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.rectifying import ReturnPlanData
from hazards.services.act import Act, require, verb
from hazards.states import PlanState


@verb("return_plan")
def return_hazard_plan(act: Act, data: ReturnPlanData) -> None:
    """Send the plan back with what has to change."""
    plan = act.case.plan
    require(plan and plan.state == PlanState.IN_REVIEW, comment=_("没有在审的方案，请刷新后再看。"))
    assert plan is not None
    act.touch(plan).give_back()
    plan.comment = data.comment
    act.move()
