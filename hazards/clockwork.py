"""Which limits run for a hazard and who owes them: what the clock is armed with after every act.

All of it follows from the file and its small rows, so it can be recomputed at any time. Architecture 4: time owed by the
responsible unit climbs its ladder, time owed by an office climbs to its head and leader and touches nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from deadlines.arming import Limit
from deadlines.calendars import calendar_of
from deadlines.policies import get_rules
from deadlines.schedule import Window, colour_at, end_of, worst
from hazards.case import Case
from hazards.limits import policy_of
from hazards.models import Assignment, Supervision
from hazards.small import Row
from hazards.states import TERMINAL, AssignmentKind, AssignmentState, State
from hazards.states_clock import Ladder, SupervisionState, SuspensionState
from organizations.kinds import CAMPUSES, EDUCATION_TREE, UnitKind

# Kinds of deadlines beside the small machines' own names.
STEP = "step"
# Of one assignment, the lead's or a co-unit's; and of the rectification as a whole.
LIMIT = "limit"
WHOLE = "whole"
REPORT = "report"
TERM = "term"

_RUNNING = frozenset({State.ASSIGNED, State.RECTIFYING})
_WORKING = frozenset({AssignmentState.SENT, AssignmentState.SIGNED})


def list_main_limits(case: Case) -> dict[tuple[str, int], Limit]:
    """Of the present step, of the lead's assignment, of the whole. In rectification the lead's is the step's."""
    hazard = case.hazard
    if hazard.state in TERMINAL or hazard.due_at is None:
        return {}
    limits: list[Limit] = []
    if hazard.state != State.RECTIFYING:
        ladder, owner_id = _step_ladder(case)
        limits.append(_limit(case, STEP, 0, ladder, owner_id, _step_since(case), hazard.due_at))
    lead = case.lead
    if lead is not None and hazard.state in _RUNNING:
        due_at = hazard.due_at if hazard.state == State.RECTIFYING else lead.due_at
        limits.append(_of_assignment(case, lead, due_at))
        whole_due_at = hazard.whole_due_at or lead.due_at
        # While the unit's own limit ends with it, that one speaks for both.
        ladder = Ladder.WHOLE if whole_due_at != lead.due_at else ""
        issuer_id = lead.issuer_unit_id
        limits.append(_limit(case, WHOLE, 0, ladder, issuer_id, lead.assigned_at, whole_due_at))
    return {limit.key: limit for limit in limits}


def list_row_limits(case: Case, row: Row) -> Iterator[Limit]:
    """What runs for a small row beside the turn that it awaits: a co-unit's limit, a listing's report and term."""
    hazard = case.hazard
    if isinstance(row, Assignment) and row.pk != hazard.lead_assignment_id:
        is_owed = row.kind != AssignmentKind.CONTROL and row.state in _WORKING and hazard.state in _RUNNING
        if is_owed:
            yield _of_assignment(case, row, row.due_at)
    if isinstance(row, Supervision) and row.state == SupervisionState.LISTED and hazard.state not in TERMINAL:
        owner_id = case.lead.unit_id if case.lead else hazard.handling_unit_id
        if row.report_due_on:
            yield _limit(case, REPORT, row.pk, Ladder.REPORT, owner_id, row.opened_at, end_of(row.report_due_on))
        if row.term_on:
            yield _limit(case, TERM, row.pk, Ladder.TERM, owner_id, row.opened_at, end_of(row.term_on))


def side_limit(case: Case, machine: str, row_id: int, unit_id: int, since: datetime, due_at: datetime) -> Limit:
    """Of the turn that a small row awaits."""
    by_machine = {"countersign": Ladder.COUNTERSIGN, "suspension": Ladder.GUARD}
    ladder = by_machine.get(machine, Ladder.SIDE)
    asked = {row.pk for row in case.suspensions if row.state == SuspensionState.RESUME_REQUESTED}
    if machine == "suspension" and row_id in asked:
        # Who stopped its use owes the answer.
        ladder = Ladder.SIDE
    return _limit(case, machine, row_id, ladder, unit_id, since, due_at)


def colour_of(case: Case, at: datetime) -> str:
    """The colour of a hazard at a moment: the worst of its step and of its lead's limit, never below its floor."""
    hazard = case.hazard
    calendar, found = calendar_of(hazard.unit.path), [hazard.least_colour]
    for limit in list_main_limits(case).values():
        rungs = get_rules(limit.policy_id).rungs(limit.ladder, limit.level)
        found.append(colour_at(rungs, Window(limit.armed_at, limit.due_at), calendar, at))
    return worst(*found) if hazard.state not in TERMINAL else ""


def _of_assignment(case: Case, row: Assignment, due_at: datetime) -> Limit:
    is_outside = case.unit(row.unit_id).kind not in EDUCATION_TREE or row.kind == AssignmentKind.REQUEST
    ladder = Ladder.OUTSIDE if is_outside else Ladder.UNIT
    taken_over_at = case.hazard.taken_over_at
    if taken_over_at and row.assigned_at <= taken_over_at:
        # What was ordered before the clock climbs no higher than 预警 until it gets a new limit.
        ladder = Ladder.INHERITED
    return _limit(case, LIMIT, row.pk or 0, ladder, row.unit_id, row.assigned_at, due_at)


def _limit(
    case: Case, kind: str, row_id: int, ladder: str, owner_id: int, armed_at: datetime, due_at: datetime
) -> Limit:
    hazard = case.hazard
    return Limit(
        kind=kind,
        row_id=row_id,
        policy_id=policy_of(hazard),
        ladder=_bent(case, ladder),
        level=hazard.rule_level,
        owner_unit_id=owner_id,
        # A limit that ended before it began has no part that could be used.
        armed_at=min(armed_at, due_at),
        due_at=due_at,
    )


_PUBLIC = frozenset(
    {Ladder.UNIT, Ladder.OUTSIDE, Ladder.INHERITED, Ladder.OFFICE, Ladder.SCHOOL, Ladder.COUNTY, Ladder.WHOLE}
)


def _bent(case: Case, ladder: str) -> str:
    """What is confidential is told to confidants only."""
    return Ladder.CONFIDENTIAL if case.hazard.is_restricted and ladder in _PUBLIC else str(ladder)


def _step_since(case: Case) -> datetime:
    """When the present step began, as its limit is reckoned."""
    started = case.hazard.due_by.get("from")
    if started:
        return datetime.fromisoformat(str(started))
    return case.lead.assigned_at if case.lead else case.hazard.handling_since


def _step_ladder(case: Case) -> tuple[str, int]:
    """(ladder, unit that owes the step)"""
    hazard, lead = case.hazard, case.lead
    handling = hazard.handling_unit_id
    match hazard.state:
        case State.ASSIGNED if lead:
            return (Ladder.LETTER if lead.reply_on else Ladder.SIGN), lead.unit_id
        case State.REFERRED:
            return Ladder.COUNTY, hazard.referred_to_id or handling
        case State.RETURNED:
            return Ladder.OFFICE, case.reporter_unit.pk
        case State.SUBMITTED:
            return Ladder.OFFICE, hazard.verifying_unit_id or handling
        case State.VERIFIED:
            return Ladder.OFFICE, hazard.closing_unit_id or handling
    is_below = case.unit(handling).kind in (*CAMPUSES, UnitKind.CEN)
    return (Ladder.SCHOOL if is_below else Ladder.OFFICE), handling
