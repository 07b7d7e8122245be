"""Rectification plans: who needs one, what it must hold, when it is in force. Source: architecture 3.5 (7)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.case import Case
from hazards.models import RectificationPlan
from hazards.options import rules_over
from hazards.services.act import Act
from hazards.states import Level, PlanState
from hazards.states_clock import IN_FORCE

# 五落实. Source: terms.md.
COMMITMENTS = ("responsibility", "measures", "funding", "deadline", "contingency")
# The six parts of 16号令 art. 15: the goal and the five commitments.
PARTS = ("goal", *COMMITMENTS)


def needs_plan(case: Case) -> bool:
    """From 较大 up, and below where it costs more than the bureau lets pass; never of an outside lead."""
    hazard = case.hazard
    if case.lead is None or case.is_outside:
        return False
    if hazard.level != Level.GENERAL or is_asked_for_by_listing(case):
        return True
    most = rules_over(hazard.unit.path).plan_review_above
    return most is not None and case.plan is not None and (case.plan.amount or 0) > most


def is_asked_for_by_listing(case: Case) -> bool:
    """Not of work that was done when it was listed. Source: process.md a.4 T17."""
    row = case.supervision if case.hazard.listing in IN_FORCE else None
    return row is not None and row.plan_due_on is not None


def is_waiting_for_plan(case: Case) -> bool:
    return needs_plan(case) and (case.plan is None or case.plan.state != PlanState.APPROVED)


def require_plan(case: Case) -> None:
    """Raises Invalid while a needed plan is not approved."""
    if not is_waiting_for_plan(case):
        return
    if case.plan is not None and case.plan.state == PlanState.IN_REVIEW:
        raise Invalid(_("整改方案正在审核，须先有经批准的整改方案，批准后再办这一步。"))
    raise Invalid(_("须先有经批准的整改方案：请用“编制整改方案”填写，再“报审整改方案”。"))


def say_missing(case: Case, plan: RectificationPlan) -> str:
    """The labels of what a plan to be reviewed lacks; empty when it is whole."""
    labels = {field.name: str(field.verbose_name) for field in RectificationPlan._meta.concrete_fields}
    return "、".join(labels[name] for name in list_missing(case, plan))


def list_missing(case: Case, plan: RectificationPlan) -> list[str]:
    """The fields that a plan to be reviewed lacks; milestones are asked from 较大 up."""
    missing = [name for name in PARTS if not getattr(plan, name)]
    if plan.amount is None:
        missing.append("amount")
    if not plan.funding_source and plan.amount != 0:
        missing.append("funding_source")
    if not plan.milestones and case.hazard.level != Level.GENERAL:
        missing.append("milestones")
    return missing


def settle_plan(act: Act, plan: RectificationPlan, comment: str) -> None:
    """The plan is in force; its five commitments are the hazard's."""
    plan.approve()
    plan.comment, plan.approved_at = comment, act.at
    act.hazard.commitments = {name: getattr(plan, name) for name in COMMITMENTS}
