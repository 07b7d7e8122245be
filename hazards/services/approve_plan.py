from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.rectifying import ApprovePlanData
from hazards.services.act import Act, require, verb
from hazards.services.plan_gate import list_missing, settle_plan
from hazards.states import PlanState


@verb("approve_plan")
def approve_hazard_plan(act: Act, data: ApprovePlanData) -> None:
    """Agree to the plan: its commitments are the hazard's, progress and submission are free."""
    plan = act.case.plan
    require(plan and plan.state == PlanState.IN_REVIEW, comment=_("没有在审的方案，请刷新后再看。"))
    assert plan is not None
    # The level may have risen since it was sent.
    if list_missing(act.case, plan):
        raise Invalid(_("按现在的等级方案内容不全，请用“退回方案”让牵头单位补齐。"))
    settle_plan(act, act.touch(plan), data.comment or str(_("同意")))
    act.move()
