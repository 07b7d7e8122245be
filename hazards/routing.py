"""Who must act next, and by when: the one answer that to-dos, lists and 409 messages read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils.translation import gettext as _

from core.clock import SHANGHAI
from core.errors import Invalid
from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.limits import CONTROL_PROOF, due_of, end_of, step_due, step_span
from hazards.models import Assignment, Countersign, Hazard
from hazards.permitted import permitted_posts, recorders_of
from hazards.policies import reporter_fallback
from hazards.row_posts import posts_for_row
from hazards.small import AWAITED_BY, OWN_DUE, Row
from hazards.states import TERMINAL, WITHIN_EDUCATION, AssignmentState, State
from organizations.kinds import UnitKind
from organizations.posts import OpenPost, present_holdings

# The act that each state waits for first; its post owes the to-do.
AWAITED = {
    State.REPORTED: "file",
    State.RETURNED: "supplement",
    State.FILED: "assign",
    State.REFERRED: "assign_referred",
    State.ASSIGNED: "sign",
    State.RECTIFYING: "submit",
    State.SUBMITTED: "pass_verification",
    State.VERIFIED: "close",
}


@dataclass(frozen=True)
class NextStep:
    """The awaited action, the post that owes it (none in a terminal state) and the first late moment."""

    action: str
    post_id: int | None
    due_at: datetime | None
    # How the limit is reckoned; empty where it is a day or a moment that somebody named.
    due_by: dict[str, object] = field(default_factory=dict)


def awaited_action(case: Case) -> str:
    """Empty in a terminal state."""
    hazard = case.hazard
    # What is out of use is verified first, used again, then closed.
    if hazard.state == State.SUBMITTED and hazard.closes_in_one_act and not hazard.is_suspended:
        return "confirm_and_close"
    if hazard.state == State.FILED and hazard.competence not in WITHIN_EDUCATION:
        # Who does not answer a letter is ordered by the county.
        return "refer" if hazard.n_unanswered else "notify"
    return AWAITED.get(State(case.hazard.state), "")


def next_step(case: Case, *, since: datetime) -> NextStep:
    """Raises Invalid when an open hazard would be left with nobody who holds a post for it."""
    hazard = case.hazard
    if hazard.state in TERMINAL:
        return NextStep("", None, None)
    action = awaited_action(case)
    post_id, unit_kind = _owing_post(case, action)
    if hazard.state == State.RECTIFYING and case.lead:
        return NextStep(action, post_id, min([case.lead.due_at, *(due for due, _what in list_scheduled(hazard))]))
    if hazard.state == State.ASSIGNED and case.lead and case.lead.reply_on:
        return NextStep(action, post_id, end_of(case.lead.reply_on))
    span = step_span(hazard, hazard.state, since, unit_kind=unit_kind)
    return NextStep(action, post_id, due_of(hazard, span), span.as_json())


def list_scheduled(hazard: Hazard) -> list[tuple[datetime, str]]:
    """What a hazard that takes years owes before its last day, the earliest first: each milestone, and every month a
    proof of its control; as (first late moment, words)."""
    plan = hazard.scheduled
    if not plan:
        return []
    proof_on = datetime.combine(date.fromisoformat(plan["proof_on"]), time.min, tzinfo=SHANGHAI)
    owed = [
        (end_of(date.fromisoformat(one["on"])), one["what"]) for one in plan["milestones"] if not one.get("done_on")
    ]
    return sorted([*owed, (step_due(hazard, CONTROL_PROOF, proof_on), str(_("报管控情况和照片")))])


def _owing_post(case: Case, action: str) -> tuple[int, str]:
    """(post id, kind of its unit)"""
    hazard = case.hazard
    if action == "supplement" and is_with_reporter(case):
        return hazard.reporter_post_id, ""
    posts = list_owing_posts(case, action)
    if not posts:
        raise Invalid(_nobody(case, action))
    return posts[0].id, posts[0].unit_kind


def list_owing_posts(case: Case, action: str) -> list[OpenPost]:
    """Who may do the awaited act; for a unit without accounts the office that enters it (代录)."""
    if action == "supplement":
        return reporter_fallback(case, ACTIONS[action])
    return permitted_posts(case, ACTIONS[action]) or recorders_of(case, ACTIONS[action].party)


@dataclass(frozen=True)
class SideStep:
    """What a small row waits for: the act, the post that owes it, the first late moment."""

    action: str
    post_id: int
    unit_id: int
    due_at: datetime


def next_side_step(case: Case, machine: str, state: str, row: Row, *, since: datetime) -> SideStep | None:
    """None where the row awaits nobody. Raises Invalid where it waits for a post that nobody holds."""
    action = AWAITED_BY.get((machine, state))
    if action is None or case.hazard.state in TERMINAL and machine != "countersign":
        return None
    posts = posts_for_row(case, action, row) or _who_takes_back(case, row)
    if not posts:
        raise Invalid(_nobody(case, action))
    return SideStep(action, posts[0].id, posts[0].unit_id, side_due(case, machine, state, row, since))


def _who_takes_back(case: Case, row: Row) -> list[OpenPost]:
    """Where nobody is left who could agree, who may do the act owes another way."""
    if not isinstance(row, Countersign):
        return []
    return permitted_posts(case, ACTIONS[row.action]) or case.directory.posts_of(row.proposer_id)


def side_due(case: Case, machine: str, state: str, row: Row, since: datetime) -> datetime:
    if isinstance(row, OWN_DUE):
        return row.due_at
    if isinstance(row, Assignment) and machine == "part" and state == AssignmentState.SIGNED:
        return row.due_at
    steps = {
        ("part", AssignmentState.SENT): "assigned",
        ("plan", "draft"): "plan",
        ("plan", "in_review"): "plan_review",
    }
    return step_due(case.hazard, steps.get((machine, state), f"{machine}_{state}"), since)


def is_with_reporter(case: Case) -> bool:
    """Whether the reporter still holds the post by which he reported, so that supplementing is his."""
    hazard = case.hazard
    held = present_holdings(case.directory.on)
    return held.filter(post_id=hazard.reporter_post_id, user_id=hazard.reporter_id).exists()


def _nobody(case: Case, action: str) -> str:
    bureau = case.bureau
    if case.hazard.is_restricted:
        return _("%(bureau)s尚无敏感事项专办员，请直接电话报告：%(phone)s。") % {
            "bureau": bureau.name,
            "phone": bureau.phone or "110",
        }
    return _("下一步“%(action)s”没有可以接办的在岗人员，请教育局安全办先在“机构人员”中任命。") % {
        "action": ACTIONS[action].label
    }


def handling_above(case: Case, unit_id: int, *, action: str, level: str) -> int | None:
    """The unit that handles next when one sends it up: its central school where mandated, else the bureau."""
    unit = case.superior(unit_id)
    while unit is not None:
        if unit.kind == UnitKind.EDU or (unit.kind == UnitKind.CEN and has_mandate(case, action, level)):
            return unit.pk
        unit = case.superior(unit.pk)
    return None


def has_mandate(case: Case, action: str, level: str) -> bool:
    """Whether the bureau lets its central schools do an action at a level."""
    return case.bureau.mandates.filter(action=action, level=level).exists()


def list_awaited_posts(case: Case) -> list[OpenPost]:
    """All posts that may do the awaited act, for a sentence that names them; beside the reporter where he owes it."""
    action = awaited_action(case)
    return list_owing_posts(case, action) if action else []
