"""What another calendar makes of the limits of one hazard. Source: ledgers-documents-calendar.md (f); 民法典 203."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime

from deadlines.calendars import calendar_of
from deadlines.models import Deadline
from deadlines.schedule import end_of, read_span
from hazards.case import Case
from hazards.limits import due_of, get_limit
from hazards.models import Assignment, RectificationPlan
from hazards.routing import list_scheduled, side_due
from hazards.small import machines_of
from hazards.states import AssignmentKind, AssignmentState, State

# Turns whose limit is reckoned from their beginning; all other small rows tell people a moment of their own.
RECKONED = ("part", "return", "plan")
_UNDER_WAY = frozenset({AssignmentState.SENT, AssignmentState.SIGNED})


@dataclass(frozen=True)
class Rolled:
    """A named last day that became a rest day goes to the next working day."""

    row: Assignment
    limit_on: date
    due_at: datetime


@dataclass(frozen=True)
class SideDue:
    """The turn of a small row that began then and is due at another moment now."""

    machine: str
    row: Assignment | RectificationPlan
    began_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Moves:
    """`due_at` and `due_by` are those of the present step."""

    due_at: datetime
    due_by: Mapping[str, object]
    rolled: tuple[Rolled, ...]
    sides: tuple[SideDue, ...]

    def change(self, case: Case) -> bool:
        hazard = case.hazard
        return bool(self.rolled or self.sides) or (self.due_at, self.due_by) != (hazard.due_at, hazard.due_by)


def reckon(case: Case, deadlines: Sequence[Deadline], rest_days: Set[date], at: datetime) -> Moves:
    """`deadlines` are those armed of the hazard, `rest_days` those that became rest days just now.

    What is reckoned is reckoned anew, but nothing is late by it at once; a day that a paper names is never shortened.
    """
    hazard, lead = case.hazard, case.lead
    assert hazard.due_at is not None
    rolled = tuple(_list_rolled(case, rest_days))
    due_at, due_by, span = hazard.due_at, hazard.due_by, read_span(hazard.due_by)
    if span is not None:
        due_at = due_of(hazard, span)
        if due_at <= at < hazard.due_at:
            due_at, due_by = hazard.due_at, {}
    elif hazard.state == State.RECTIFYING and lead:
        by_row = {one.row.pk: one.due_at for one in rolled}
        due_at = min([by_row.get(lead.pk, lead.due_at), *(due for due, _what in list_scheduled(hazard))])
    return Moves(due_at, due_by, rolled, tuple(_list_sides(case, deadlines, at)))


def _list_rolled(case: Case, rest_days: Set[date]) -> Iterator[Rolled]:
    hazard = case.hazard
    if not rest_days or not hazard.level or not get_limit(hazard, State.RECTIFYING).rolls:
        return
    calendar = calendar_of(hazard.unit.path)
    for row in case.assignments:
        is_running = row.state in _UNDER_WAY and row.kind != AssignmentKind.CONTROL
        # Only who issued a legal paper moves its limit.
        is_papers = row.limit_on == hazard.paper_limit_on
        if is_running and not is_papers and row.limit_on in rest_days and not calendar.is_working_day(row.limit_on):
            limit_on = calendar.next_working_day(row.limit_on)
            yield Rolled(row, limit_on, end_of(limit_on))


def _list_sides(case: Case, deadlines: Sequence[Deadline], at: datetime) -> Iterator[SideDue]:
    for one in deadlines:
        if one.kind not in RECKONED or one.due_at <= at:
            continue
        rows: list[Assignment | RectificationPlan] = [case.plan] if case.plan else []
        rows = rows if one.kind == "plan" else [*case.assignments]
        row = next((row for row in rows if row.pk == one.row_id), None)
        state = dict(machines_of(case.hazard, row)).get(one.kind, "") if row else ""
        if row is None:
            continue
        due_at = side_due(case, one.kind, state, row, one.armed_at)
        if due_at != one.due_at and due_at > at:
            yield SideDue(one.kind, row, one.armed_at, due_at)
