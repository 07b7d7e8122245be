from __future__ import annotations

from hazards.data.rectifying import ReportProgressData
from hazards.services.act import Act, verb
from hazards.services.milestones import reach
from hazards.services.plan_gate import require_plan
from hazards.services.scheduling import reach_scheduled, renew_proof
from hazards.services.supervised import note_report
from hazards.states import EvidenceStage


@verb("report_progress")
def report_hazard_progress(act: Act, data: ReportProgressData) -> None:
    """Say how far the work is, which milestone is reached and what was spent; who reports the work does not verify it."""
    require_plan(act.case)
    if act.on_behalf:
        act.add_doer()
    else:
        act.add_rectifiers(act.actor.pk, *([act.post.delegator_id] if act.post.delegator_id else []))
    if data.milestone:
        _reach(act, data.milestone)
    if data.spent is not None:
        act.hazard.cost = data.spent
    if data.photos:
        renew_proof(act)
    note_report(act)
    act.attach(data.photos, EvidenceStage.AFTER if data.percent == 100 else EvidenceStage.DOCUMENT)
    act.move()


def _reach(act: Act, milestone: str) -> None:
    """Of the years' plan where there is one, else of the plan; as the form offers them."""
    plan = act.case.plan
    if act.hazard.scheduled.get("milestones"):
        act.notes["reached"] = reach_scheduled(act, milestone)
    elif plan is not None:
        act.touch(plan).milestones = reach(plan.milestones, milestone, act.occurred_on)
        act.notes["reached"] = plan.milestones[int(milestone)]["what"]
