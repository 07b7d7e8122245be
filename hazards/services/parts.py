"""Assignments beside the lead's, and what ends with a lead: shared by the verbs that order, ask, transfer and return."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.models import Assignment, RectificationPlan
from hazards.options import OUTSIDE
from hazards.services.act import Act
from hazards.services.filing import limit_of
from hazards.services.plan_gate import needs_plan
from hazards.states import AssignmentKind, Level, PlanState, ReturnState, State
from organizations.kinds import EDUCATION_TREE
from organizations.models import Unit


def kind_for(act: Act, unit: Unit, issuer_unit_id: int) -> AssignmentKind:
    """A bureau orders its own tree and asks everybody else; a county body orders all."""
    issuer = act.case.unit(issuer_unit_id)
    asks = unit.kind in OUTSIDE and issuer.kind in EDUCATION_TREE
    return AssignmentKind.REQUEST if asks else AssignmentKind.ORDER


def add_part(
    act: Act, unit: Unit, *, task: str, issuer_unit_id: int, limit_on: date | None = None, issued_as: str = "",
    kind: AssignmentKind | None = None,
) -> Assignment:  # fmt: skip
    """A co-unit's part, with the limit given, else that of the lead."""
    lead = act.case.lead
    if lead is not None and limit_on is None:
        limit_day, due_at = lead.limit_on, lead.due_at
    else:
        limit_day, due_at = limit_of(act.hazard, act.at, limit_on, State.RECTIFYING)
    act.case.remember(unit)
    part = Assignment(
        hazard=act.hazard,
        unit=unit,
        kind=kind or kind_for(act, unit, issuer_unit_id),
        issuer_unit_id=issuer_unit_id,
        issuer_post_id=act.acted_post_id or act.post.id,
        issued_as=issued_as,
        requirements=task,
        assigned_at=act.at,
        limit_on=limit_day,
        due_at=due_at,
    )
    act.case.parts.append(part)
    return act.touch(part)


def add_co_units(
    act: Act,
    units: Sequence[Unit],
    task: str,
    *,
    issuer_unit_id: int,
    issued_as: str = "",
    field_name: str = "co_units",
) -> None:
    """Raises Invalid where one has a part already or no task is given."""
    if not units:
        return
    if not task:
        raise Invalid.of(co_task=_("请写明配合单位做什么。"))
    taken = {row.unit_id for row in act.case.assignments if row.kind != AssignmentKind.CONTROL}
    for unit in units:
        if unit.pk in taken:
            raise Invalid.of(**{field_name: _("“%(unit)s”已是牵头或配合单位。") % {"unit": unit.name}})
        add_part(act, unit, task=task, issuer_unit_id=issuer_unit_id, issued_as=issued_as)


def add_control_part(act: Act, control: str) -> None:
    """The campus keeps people safe while an outside unit rectifies: a part that stands until closure and blocks nothing."""
    hazard = act.hazard
    hazard.interim_control = control or hazard.interim_control
    if any(part.kind == AssignmentKind.CONTROL for part in act.case.parts):
        return
    part = add_part(
        act,
        act.case.unit(hazard.unit_id),
        task=hazard.interim_control or _("做好警示、看护和管控"),
        issuer_unit_id=act.case.bureau.pk,
        kind=AssignmentKind.CONTROL,
    )
    part.sign()


def end_lead(act: Act) -> None:
    """The lead's assignment ends without result: with it its plan, and an open request to return it as granted.

    Who leads next is for the caller to say.
    """
    # Read while the lead is the lead: later it would be taken for a part.
    plan, _parts = act.case.plan, act.case.parts
    lead = act.touch(act.lead)
    if lead.return_state == ReturnState.REQUESTED:
        lead.grant_return()
    lead.cancel()
    # What this unit promised, planned and asked for binds no other.
    act.hazard.commitments, act.hazard.scheduled = {}, {}
    if plan is not None:
        act.touch(plan).end()
        act.case.plan = None
    if act.case.support is not None:
        act.touch(act.case.support).end()
        act.case.support = None


def go_back_to_filed(act: Act) -> None:
    """The lead and all co-units' parts end, and it is decided anew who verifies; the campus goes on keeping people safe."""
    hazard = act.hazard
    end_lead(act)
    drop_parts(act)
    hazard.lead_assignment = None
    hazard.verifying_unit_id = hazard.closing_unit_id = None
    hazard.closes_in_one_act = False


def drop_parts(act: Act) -> None:
    for part in list(act.case.parts):
        if part.kind != AssignmentKind.CONTROL:
            drop_part(act, part)


def drop_part(act: Act, part: Assignment) -> None:
    act.touch(part)
    if part.return_state == ReturnState.REQUESTED:
        part.grant_return()
    part.cancel()
    act.case.parts.remove(part)


def free_of_parts(act: Act, unit: Unit) -> None:
    """Who leads from now on has no part beside: neither as co-unit nor to keep people safe."""
    for part in list(act.case.parts):
        if part.unit_id == unit.pk:
            drop_part(act, part)


def start_plan(act: Act) -> RectificationPlan | None:
    """An empty plan of the lead where one is needed, so that its writing is somebody's to-do."""
    plan = act.case.plan
    if not needs_plan(act.case):
        return plan
    if plan is not None:
        if plan.state == PlanState.APPROVED and _is_raised(act):
            # What was approved for a lower level is reviewed again.
            act.touch(plan).revise()
            plan.approved_at = None
        return plan
    plan = RectificationPlan(hazard=act.hazard, assignment=act.lead)
    act.case.plan = act.touch(plan)
    return plan


def _is_raised(act: Act) -> bool:
    ranks = ["", *Level.values]
    return ranks.index(act.hazard.level) > ranks.index(str(act.before.get("level", "")))
