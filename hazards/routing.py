"""Who must act next, and by when: the one answer that to-dos, lists and 409 messages read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.limits import step_due
from hazards.policies import permitted_posts, reporter_fallback
from hazards.states import TERMINAL, State
from organizations.kinds import UnitKind
from organizations.posts import OpenPost, present_holdings

# The act that each state waits for first; its post owes the to-do.
AWAITED = {
    State.REPORTED: "file",
    State.RETURNED: "supplement",
    State.FILED: "assign",
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


def awaited_action(case: Case) -> str:
    """Empty in a terminal state."""
    if case.hazard.state == State.SUBMITTED and case.hazard.closes_in_one_act:
        return "confirm_and_close"
    return AWAITED.get(State(case.hazard.state), "")


def next_step(case: Case, *, since: datetime) -> NextStep:
    """Raises Invalid when an open hazard would be left with nobody who holds a post for it."""
    hazard = case.hazard
    if hazard.state in TERMINAL:
        return NextStep("", None, None)
    action = awaited_action(case)
    post_id, unit_kind = _owing_post(case, action)
    if hazard.state == State.RECTIFYING and case.lead:
        return NextStep(action, post_id, case.lead.due_at)
    return NextStep(action, post_id, step_due(hazard.state, hazard.rule_level, since, unit_kind))


def _owing_post(case: Case, action: str) -> tuple[int, str]:
    """(post id, kind of its unit)"""
    hazard = case.hazard
    if action == "supplement" and is_with_reporter(case):
        return hazard.reporter_post_id, ""
    posts = (
        reporter_fallback(case, ACTIONS[action]) if action == "supplement" else permitted_posts(case, ACTIONS[action])
    )
    if not posts:
        raise Invalid(_nobody(case, action))
    return posts[0].id, posts[0].unit_kind


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
    if action == "supplement":
        return reporter_fallback(case, ACTIONS[action])
    return permitted_posts(case, ACTIONS[action]) if action else []
