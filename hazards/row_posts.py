"""Which posts may act on a small row: a co-unit's part, a return request, a plan, a second person's consent …"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from hazards.actions import ACTIONS, Party
from hazards.case import Case
from hazards.models import (
    Assignment,
    Countersign,
    Extension,
    Instruction,
    Measure,
    RectificationPlan,
    Supervision,
    SupportRequest,
    Suspension,
)  # fmt: skip
from hazards.permitted import barred_from, nearest_posts, recording_posts
from hazards.small import AWAITED_BY, Row, machines_of
from hazards.states import AssignmentKind, AssignmentState
from hazards.states_clock import IN_FORCE, MeasureState, SuspensionState
from organizations.posts import OpenPost

# An order that has gone out; its decider may take it back.
_OUT = frozenset({MeasureState.ISSUED, MeasureState.AWAITING_REPLY, MeasureState.SETTLED})
# They answer a request.
RULINGS = frozenset({"rule_extension", "rule_resume"})
_RETURNABLE = frozenset({AssignmentState.DONE, AssignmentState.CONFIRMED})


def rows_for(case: Case, action_name: str) -> list[Row]:
    """The small rows of the case that an action may be about."""
    match action_name:
        case "request_return":
            return [row for row in case.assignments if _is_asked(case, row)]
        case "return_part":
            # Also one that was confirmed before: a failed verification may show that it is not done.
            return [row for row in case.parts if row.kind != AssignmentKind.CONTROL and row.state in _RETURNABLE]
        case "withdraw_measure":
            return [row for row in case.measures if row.state in _OUT]
        case "prove_guard" | "end_use":
            # Watched until it is used again.
            return list(case.suspensions)
        case "delist":
            # One that was listed by mistake is taken off before it is accepted.
            row = case.supervision
            return [row] if row is not None and row.state in IN_FORCE else []
        case "request_resume":
            return [row for row in case.suspensions if row.state == SuspensionState.IN_FORCE]
        case "rule_resume":
            # The issuer may let it be used again without being asked.
            return list(case.suspensions)
        case "return_plan":
            action_name = "approve_plan"
        case "decline_countersign":
            action_name = "confirm_countersign"
    return [row for row in case_rows(case, action_name) if action_name in _awaited(case, row)]


def _is_asked(case: Case, row: Assignment) -> bool:
    """A control part is the school's own duty and is returned to nobody."""
    return ("part", row.state) in machines_of(case.hazard, row) or row is case.lead


def case_rows(case: Case, action_name: str) -> Sequence[Row]:
    """Those of the machine that the action belongs to."""
    machine = next((name for (name, _state), awaited in AWAITED_BY.items() if awaited == action_name), "")
    match machine:
        case "part":
            return case.parts
        case "return":
            return case.assignments
        case "plan":
            return [case.plan] if case.plan else []
        case "countersign":
            return [case.countersign] if case.countersign else []
        case "support":
            return [case.support] if case.support else []
        case "instruction":
            return case.instructions
        case "extension":
            return [case.extension] if case.extension else []
        case "suspension":
            return case.suspensions
        case "supervision":
            return [case.supervision] if case.supervision else []
        case "measure":
            return case.measures
        case _:
            return []


def _awaited(case: Case, row: Row) -> set[str]:
    return {AWAITED_BY[one] for one in machines_of(case.hazard, row) if one in AWAITED_BY}


def posts_for_row(case: Case, action_name: str, row: Row) -> list[OpenPost]:
    """The posts that owe an action on one small row, the first its to-do; for a unit without accounts who enters it."""
    return own_posts_for_row(case, action_name, row) or recorders_for_row(case, action_name, row)


def own_posts_for_row(case: Case, action_name: str, row: Row) -> list[OpenPost]:
    """The posts that may do it themselves."""
    if isinstance(row, Countersign):
        return _seconds(case, row)
    unit_id, barred = row_unit(case, action_name, row), barred_from(case, ACTIONS[action_name])
    if action_name in RULINGS:
        barred = {*barred, *askers_of(row)}
    found = nearest_posts(case, unit_id, action_name, barred) if unit_id else []
    if action_name == "withdraw_measure" and isinstance(row, Measure):
        return _who_decided(row, found)
    if not found and isinstance(row, RectificationPlan):
        # Of a county body that nobody staffs: a plan is always somebody's to review.
        found = nearest_posts(case, case.bureau.pk, action_name, barred)
    return found


def askers_of(row: Row) -> set[int]:
    """Whose request waits on the row, and who made it in his name; nobody while none waits."""
    if not isinstance(row, Extension | Suspension):
        return set()
    if isinstance(row, Suspension) and row.state != SuspensionState.RESUME_REQUESTED:
        return set()
    return {pk for pk in (row.asked_by_id, row.asked_through_id) if pk}


def _who_decided(row: Measure, posts: Sequence[OpenPost]) -> list[OpenPost]:
    """He who decided, by whatever post of these he holds now; once he holds none, his post's present holder, else any."""
    # None of what was decided on paper and entered without an account.
    who = row.decided_by_id or 0
    by_post = [(post, tuple(one for one in post.holders if who in (one.user_id, one.delegator_id))) for post in posts]
    own = [replace(post, holders=holders) for post, holders in by_post if holders]
    return own or [post for post in posts if post.id == row.decided_post_id] or list(posts)


def recorders_for_row(case: Case, action_name: str, row: Row) -> list[OpenPost]:
    """Who enters what a unit without accounts does about an assignment, or answers to one that is asked or instructed."""
    unit_id = row_unit(case, action_name, row)
    if unit_id is None or isinstance(row, RectificationPlan | Countersign):
        return []
    is_leads = ACTIONS[action_name].party is Party.LEAD or not isinstance(row, Assignment)
    issuer = case.lead.issuer_unit_id if is_leads and case.lead else case.bureau.pk
    return recording_posts(
        case, unit_id, row.issuer_unit_id if isinstance(row, Assignment) and not is_leads else issuer
    )


def row_unit(case: Case, action_name: str, row: Row) -> int | None:
    """The unit whose posts act on a small row."""
    match ACTIONS[action_name].party:
        case Party.PART | Party.PART_OR_LEAD:
            return row.unit_id if isinstance(row, Assignment) else None
        case Party.ISSUER:
            return row.issuer_unit_id if isinstance(row, Assignment) else None
        case Party.LEAD:
            return case.lead.unit_id if case.lead else None
        case Party.REVIEWER:
            return case.lead.issuer_unit_id if case.lead else None
        case Party.SUPPORTER | Party.INSTRUCTED:
            return row.to_unit_id if isinstance(row, SupportRequest | Instruction) else None
        case Party.SECOND | Party.BUREAU:
            return case.bureau.pk
        case Party.DECIDER if action_name == "delist":
            return row.lister_unit_id if isinstance(row, Supervision) else None
        case Party.DECIDER:
            return row.decider_id if isinstance(row, Extension | Suspension | Supervision | Measure) else None
        case Party.TARGET:
            return row.target_id if isinstance(row, Suspension | Measure) else None
        case _:
            return None


def _seconds(case: Case, row: Countersign) -> list[OpenPost]:
    """Who may agree: the named person by any post of his, else the post that the rules name; never who proposed."""
    hazard, action = case.hazard, ACTIONS[row.action]
    barred = {*proposers_of(case, row), *(hazard.rectifiers if action.bars_rectifiers else ())}
    if row.second_id:
        return case.directory.posts_of(row.second_id, barred)
    return seconds_for(case, row.action, barred)


def proposers_of(case: Case, row: Countersign) -> set[int]:
    """Who proposed, and for whom he stood in."""
    held = [post for post in case.directory.posts_of(row.proposer_id) if post.id == row.proposer_post_id]
    behind = {holder.delegator_id for post in held for holder in post.holders if holder.delegator_id}
    # Whose decision was entered agrees to it no more than who entered it.
    decided_by = row.on_behalf.get("person")
    return {row.proposer_id, *behind, *([decided_by] if decided_by else [])}


def seconds_for(case: Case, action_name: str, barred: Collection[int]) -> list[OpenPost]:
    """The posts that agree to an act under dual control, by the rules of `<action>.second`."""
    return nearest_posts(case, case.bureau.pk, f"{action_name}.second", barred)
