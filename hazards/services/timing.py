"""The clock after an act: the end of the whole rectification, the colour, and the deadlines that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from core.clock import today
from deadlines import arming
from deadlines.arming import Limit, Write
from deadlines.calendars import calendar_of
from deadlines.models import Deadline
from deadlines.policies import policy_for
from hazards.case import Case
from hazards.clockwork import LIMIT, REPORT, TERM, WHOLE, colour_of, list_main_limits, list_row_limits, side_limit
from hazards.hooks import SideMove
from hazards.limits import policy_of
from hazards.models import Assignment, Supervision
from hazards.services.act import Act
from hazards.small import is_lead
from hazards.states import TERMINAL, AssignmentState, Level, State

_RUNNING = frozenset({State.ASSIGNED, State.RECTIFYING})
Key = tuple[str, int]


def set_clock(act: Act) -> None:
    """What the file itself tells of the clock; nothing of one from before the clock, until it is taken over."""
    hazard = act.hazard
    if hazard.policy_id is None:
        if act.turn.state not in TERMINAL or hazard.state in TERMINAL:
            return
        # Ended before there was a clock, and open again.
        hazard.policy_id = policy_for(act.case.bureau.pk, today(act.at))
    if not act.keeps_due:
        act.hazard.whole_due_at = _whole_due(act)
    if act.hazard.state == State.CLOSED:
        act.hazard.least_colour = ""
    act.hazard.colour = colour_of(act.case, act.hazard.last_recorded_at or act.at)


def _whole_due(act: Act) -> datetime | None:
    """With the lead's limit; a transfer gives the new unit time of its own and leaves the whole as it was."""
    hazard, lead = act.hazard, act.case.lead
    if lead is None or hazard.state in TERMINAL:
        return None
    is_handed_on = act.new_lead is not None and act.turn.state in _RUNNING
    before = act.before.get("lead.due_at")
    moved = before is None or datetime.fromisoformat(before) != lead.due_at
    if hazard.whole_due_at is None or (not is_handed_on and (act.new_lead is not None or moved)):
        return lead.due_at
    return hazard.whole_due_at


def clock_statements(act: Act) -> list[Write]:
    """Arm what began or moved, end or pause what no longer runs."""
    hazard = act.hazard
    if hazard.policy_id is None:
        return []
    if hazard.state in TERMINAL:
        return arming.end_all(hazard.pk) if act.turn.state not in TERMINAL else []
    now = list_main_limits(act.case)
    changed = {key: limit for key, limit in now.items() if act.limits.get(key) != limit}
    gone = set(act.limits) - set(now)
    for row in _rows_with_limits(act):
        wanted = {limit.key: limit for limit in list_row_limits(act.case, row)}
        changed.update(wanted)
        gone |= _keys_of(row) - set(wanted)
    gone -= set(now)
    if act.limits and _has_other_rules(act):
        changed = {**{limit.key: limit for limit in _others(act, {*now, *gone})}, **changed}
    return _write(act, list(changed.values()), gone)


def _has_other_rules(act: Act) -> bool:
    """Another level or policy: other rungs for whatever runs."""
    was, hazard = act.before, act.hazard
    level = was["level"] or (Level.MAJOR if was["suspected_major"] else Level.GENERAL)
    return (level, was["policy_id"]) != (hazard.rule_level, hazard.policy_id)


def _others(act: Act, apart: set[Key]) -> Iterator[Limit]:
    """What runs besides, as it stands, by the rules that hold now."""
    hazard = act.hazard
    for row in Deadline.objects.filter(subject_id=hazard.pk, state=Deadline.State.ARMED).order_by("id"):
        if (row.kind, row.row_id) not in apart:
            yield Limit(
                kind=row.kind, row_id=row.row_id, policy_id=policy_of(hazard), ladder=row.ladder,
                level=hazard.rule_level, owner_unit_id=row.owner_unit_id, armed_at=row.armed_at, due_at=row.due_at,
            )  # fmt: skip


def _rows_with_limits(act: Act) -> Iterator[Assignment | Supervision]:
    """Those that the act touched; all co-units' where the work begins or stops as a whole, the listing's where it changes hands."""
    hazard = act.hazard
    was_armed = bool(act.limits) and hazard.has_small_rows
    flips = was_armed and ((act.turn.state in _RUNNING) != (hazard.state in _RUNNING) or _has_other_ladders(act))
    parts = act.case.parts if flips else []
    touched = [one.row for one in act.touched if isinstance(one.row, Assignment | Supervision)]
    listing = act.case.supervision if was_armed and hazard.listing and _has_other_hands(act) else None
    for row in dict.fromkeys([*touched, *parts, *([listing] if listing else [])]):
        if not is_lead(hazard, row):
            yield row


def _has_other_hands(act: Act) -> bool:
    """Another unit works on it, or has it while nobody does."""
    lead, hazard = act.case.lead, act.hazard
    was = act.before["lead.unit_id"] or act.before["handling_unit_id"]
    return bool(was != (lead.unit_id if lead else hazard.handling_unit_id))


def _has_other_ladders(act: Act) -> bool:
    return _has_other_rules(act) or bool(act.before["taken_over_at"]) != bool(act.hazard.taken_over_at)


def _keys_of(row: Assignment | Supervision) -> set[Key]:
    return {(LIMIT, row.pk)} if isinstance(row, Assignment) else {(REPORT, row.pk), (TERM, row.pk)}


def _write(act: Act, limits: Sequence[Limit], gone: set[Key]) -> list[Write]:
    hazard, at = act.hazard, act.hazard.last_recorded_at or act.at
    standing = {key for key in gone if _stands_still(act, key)}
    return [
        *arming.end(sorted(gone - standing), subject_id=hazard.pk),
        *arming.end(sorted(standing), subject_id=hazard.pk, state=Deadline.State.PAUSED),
        *arming.arm(
            limits, subject_id=hazard.pk, region_code=hazard.region_code, calendar=calendar_of(hazard.unit.path), at=at
        ),
    ]


def _stands_still(act: Act, key: Key) -> bool:
    """The rectification clock stops while the work is judged, and may go on."""
    kind, row_id = key
    if kind not in (LIMIT, WHOLE) or act.case.lead is None:
        return False
    ended = {
        one.row.pk
        for one in act.touched
        if isinstance(one.row, Assignment) and one.row.state == AssignmentState.CANCELED
    }
    return row_id not in ended


def side_statements(case: Case, moves: Sequence[SideMove]) -> list[Write]:
    """The turns of small rows; a co-unit at work has its limit instead."""
    hazard, limits, gone = case.hazard, [], []
    if hazard.policy_id is None:
        return []
    for move in moves:
        works = move.machine == "part" and move.state == AssignmentState.SIGNED
        if move.step is None or works:
            gone.append((move.machine, move.row_id))
        else:
            step = move.step
            since = move.began_at or move.opened_at
            limit = side_limit(case, move.machine, move.row_id, step.unit_id, since, step.due_at)
            limits.append(replace(limit, goes_on=move.is_same_turn))
    return [
        *arming.end(gone, subject_id=hazard.pk),
        *arming.arm(
            limits, subject_id=hazard.pk, region_code=hazard.region_code, calendar=calendar_of(hazard.unit.path),
            at=moves[0].opened_at,
        ),
    ]  # fmt: skip
