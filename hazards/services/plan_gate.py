"""What from 较大 up must stand before the work is told of. Source: architecture 3.5 (7)."""

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.case import Case
from hazards.options import rules_over
from hazards.states import Level, PlanState


def needs_plan(case: Case) -> bool:
    """From 较大 up, and below where it costs more than the bureau lets pass; never of an outside lead."""
    hazard = case.hazard
    if case.lead is None or case.is_outside:
        return False
    if hazard.level != Level.GENERAL:
        return True
    most = rules_over(hazard.unit.path).plan_review_above
    return most is not None and case.plan is not None and (case.plan.amount or 0) > most


def is_waiting_for_plan(case: Case) -> bool:
    return needs_plan(case) and (case.plan is None or case.plan.state != PlanState.APPROVED)


def require_plan(case: Case) -> None:
    """Raises Invalid while a needed plan is not approved."""
    if is_waiting_for_plan(case):
        raise Invalid(_("须先有经批准的整改方案：请用“编制整改方案”填写，再“报审整改方案”。"))
