from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.rectifying import SubmitPlanData
from hazards.models import RectificationPlan
from hazards.services.act import Act, verb
from hazards.services.plan_gate import say_missing
from hazards.states import EvidenceStage, PlanState


@verb("submit_plan")
def submit_hazard_plan(act: Act, data: SubmitPlanData) -> None:
    """Send the written plan to who gave the assignment; who wrote or sent it does not approve it."""
    plan = act.case.plan
    if plan is None or plan.state != PlanState.DRAFT:
        raise Invalid(_not_to_send(plan))
    if missing := say_missing(act.case, plan):
        raise Invalid(_("方案还缺：%(missing)s。请先用“编制整改方案”补齐。") % {"missing": missing})
    act.touch(plan).submit()
    act.add_doer()
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()


def _not_to_send(plan: RectificationPlan | None) -> str:
    if plan is None:
        return _("还没有方案，请先用“编制整改方案”填写。")
    if plan.state == PlanState.IN_REVIEW:
        return _("方案已在审核中，不用再报。")
    return _("方案已批准，不用再报；要改请用“编制整改方案”。")
