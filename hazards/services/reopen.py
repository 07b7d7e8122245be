from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from deadlines.models import Colour
from hazards.data.verifying import ReopenData
from hazards.inputs import belongs_to
from hazards.limits import REWORK, end_of, last_day, step_due
from hazards.models import Assignment, Hazard, HazardEvent, RectificationPlan
from hazards.services.act import Act, verb
from hazards.services.filing import limit_of, set_verifier
from hazards.services.measures import draft_for_event
from hazards.services.move_unit import follow_mergers
from hazards.services.parts import start_plan
from hazards.services.plan_gate import PARTS
from hazards.states import AssignmentKind, AssignmentState, EvidenceStage, ReopenCause
from hazards.states_clock import MeasureKind
from organizations.kinds import EDUCATION_TREE
from organizations.models import Unit, User

# Source: process.md a.4 T30.
REOPEN_WITHIN_MONTHS = 12
_JUDGED = ("pass_verification", "confirm_and_close", "eliminate", "close")


def reopen_until(hazard: Hazard) -> datetime:
    """The first moment too late: the day after the same day of the next year."""
    assert hazard.closed_at is not None
    closed_on = today(hazard.closed_at)
    try:
        last_on = closed_on.replace(year=closed_on.year + 1)
    except ValueError:
        last_on = date(closed_on.year + 1, 2, 28)
    return end_of(last_on)


@verb("reopen")
def reopen_hazard(act: Act, data: ReopenData) -> None:
    """Give it back to the unit that rectified it, signed, in half the time; the office judges it from now on."""
    hazard = act.hazard
    if act.at >= reopen_until(hazard):
        raise Invalid(_("销号已满一年，不能重启；请作为新隐患上报，并写明是复发。"))
    if data.cause == ReopenCause.FALSE:
        act.notes["judged_by"] = _who_judged(hazard)
    follow_mergers(act)
    old = act.lead
    hazard.cycle += 1
    hazard.round += 1
    hazard.n_reopened += 1
    hazard.closed_at, hazard.closure_type = None, ""
    hazard.least_colour = Colour.ORANGE
    hazard.verifiers, hazard.is_reappraised, hazard.scheduled = [], False, {}
    hazard.handling_unit_id = act.case.bureau.pk
    hazard.handling_action = act.action.name
    hazard.handling_since = act.at
    # Read while the old lead is the lead: later it would be taken for a part.
    _parts, before = act.case.parts, act.case.plan
    # What was confirmed proved not to be; only one lead lives at a time.
    act.touch(old).cancel()
    _give_again(act, old, data.limit_on)
    set_verifier(act)
    _copy_plan(act, before)
    _restore_control(act)
    if data.cause == ReopenCause.FALSE:
        kinds = [MeasureKind.INTERVIEW, MeasureKind.ACCOUNTABILITY]
        draft_for_event(act, kinds, act.lead.unit, cause=_("虚假整改"))
    act.attach(data.photos, EvidenceStage.VERIFICATION)
    act.move()


def _who_judged(hazard: Hazard) -> str:
    """Who verified and closed what was not rectified (虚假整改)."""
    events = HazardEvent.objects.filter(hazard=hazard, action__in=_JUDGED).order_by("-seq")[:2]
    names = [f"{event.post_label}{event.actor_name}（{Act.action_label(event.action)}）" for event in reversed(events)]
    return "、".join(names)


def _give_again(act: Act, old: Assignment, limit_on: date | None) -> Assignment:
    hazard, unit = act.hazard, act.case.unit(old.unit_id)
    is_outside = unit.kind not in EDUCATION_TREE
    limit_day, due_at = _limit(act, old, limit_on)
    lead = Assignment(
        hazard=hazard,
        unit=unit,
        kind=old.kind,
        issued_as=old.issued_as,
        issuer_unit_id=old.issuer_unit_id if is_outside else hazard.handling_unit_id,
        issuer_post_id=act.post.id,
        requirements=old.requirements,
        assigned_at=act.at,
        limit_on=limit_day,
        due_at=due_at,
        leader=_still_there(act, old.leader, unit),
        handler=_still_there(act, old.handler, unit),
        leader_name=old.leader_name,
        handler_name=old.handler_name,
    )
    lead.sign()
    act.give_to(lead)
    return lead


def _still_there(act: Act, user: User | None, unit: Unit) -> User | None:
    return user if user and belongs_to(user, unit.pk, today(act.at)) else None


def _limit(act: Act, old: Assignment, limit_on: date | None) -> tuple[date, datetime]:
    """The day given, else half of the original time, at least that of a rework; a running legal paper goes before."""
    hazard = act.hazard
    if limit_on is not None:
        limit_day, due_at = limit_of(hazard, act.at, limit_on, REWORK)
    else:
        half = timedelta(days=(old.limit_on - today(old.assigned_at)).days // 2)
        limit_day = max(today(act.at) + half, last_day(step_due(hazard, REWORK, act.at)))
        due_at = end_of(limit_day)
    paper = hazard.paper_limit_on
    if paper and today(act.at) <= paper < limit_day:
        return paper, end_of(paper)
    return limit_day, due_at


def _copy_plan(act: Act, before: RectificationPlan | None) -> None:
    """What was planned is where the new plan begins."""
    if before is not None:
        act.touch(before).end()
    act.case.plan = None
    plan = start_plan(act)
    for name in (*PARTS, "amount", "funding_source") if plan and before else ():
        setattr(plan, name, getattr(before, name))


def _restore_control(act: Act) -> None:
    """The school keeps people safe again while an outside unit works."""
    for part in act.case.parts:
        if part.kind == AssignmentKind.CONTROL and part.state == AssignmentState.CONFIRMED:
            act.touch(part).restore(AssignmentState.SIGNED)
