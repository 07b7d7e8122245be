"""Proves that what the clock keeps is what it would reckon: deadlines, due moments, colours, firings (invariants 2, 12, 13).

Reads open hazards in batches, so that it needs no more memory for many than for few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet

from core.calendars import WorkCalendar
from deadlines.arming import Limit
from deadlines.calendars import calendar_of
from deadlines.models import Deadline, DeadlineFiring
from deadlines.policies import get_rules
from deadlines.schedule import Planned, Window, planned_after, planned_between, read_span
from hazards.case import Case
from hazards.clockwork import LIMIT, WHOLE, colour_of, list_main_limits, list_row_limits, side_limit
from hazards.limits import due_of, end_of
from hazards.models import Assignment, Hazard, RectificationPlan, Suspension
from hazards.routing import list_scheduled
from hazards.small import SMALLS, Row, is_lead
from hazards.states import OPEN, TERMINAL, AssignmentState, State
from organizations.models import User

BATCH = 500
_STATE = Deadline.State
# Of a rung in one arming: (position, occurrence).
Key = tuple[int, int]
_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)
_NUMBER = "coalesce(h.file_number, h.receipt_number)"
_RUNNING_SUSPENSIONS = "('in_force', 'resume_requested')"
_DEAD_LISTINGS = "('declined', 'delisted', 'ended')"

# Of hazards in any state, of which one that ended may wait for a second person: rows of (number, detail) where something does not agree.
_QUERIES = {
    "ended hazard with a limit that runs": f"""
        SELECT {_NUMBER}, d.kind FROM {Deadline._meta.db_table} d JOIN hazards_hazard h ON h.id = d.subject_id
        LEFT JOIN hazards_countersign c ON d.kind = 'countersign' AND c.id = d.row_id AND c.state = 'open'
        WHERE d.state <> '{_STATE.ENDED}' AND h.state = ANY(%(terminal)s) AND c.id IS NULL""",
    "suspensions in force are not what the hazard says": f"""
        SELECT {_NUMBER}, h.is_suspended::text FROM hazards_hazard h
        LEFT JOIN hazards_suspension s ON s.hazard_id = h.id AND s.state IN {_RUNNING_SUSPENSIONS}
        WHERE h.is_suspended OR s.id IS NOT NULL GROUP BY h.id HAVING h.is_suspended <> (count(s.id) > 0)""",
    "its listing is not what the hazard says": f"""
        SELECT {_NUMBER}, h.listing FROM hazards_hazard h
        LEFT JOIN hazards_supervision s ON s.hazard_id = h.id AND s.state NOT IN {_DEAD_LISTINGS}
        WHERE (h.listing <> '' OR s.id IS NOT NULL) AND h.listing <> coalesce(s.state, '')""",
    "closed while listed or out of use": f"""
        SELECT {_NUMBER}, h.listing FROM hazards_hazard h
        WHERE h.state = '{State.CLOSED}' AND (h.is_suspended OR h.listing <> '')""",
}


@dataclass(frozen=True)
class OpenTurn:
    """What a post owes a small row: whose, until when, and when turns at this node of its flow began."""

    machine: str
    row_id: int
    unit_id: int
    due_at: datetime
    began: frozenset[datetime]


TurnsOf = Callable[[Sequence[int]], Mapping[int, Sequence[OpenTurn]]]


@dataclass
class _Batch:
    """What hangs on some hazards, by hazard id."""

    rows: dict[int, list[Row]] = field(default_factory=lambda: defaultdict(list))
    deadlines: dict[int, list[Deadline]] = field(default_factory=lambda: defaultdict(list))
    # Firings of the present arming, by deadline: {(rung, occurrence)}
    fired: dict[int, set[Key]] = field(default_factory=lambda: defaultdict(set))
    # Deadlines of which no event and no firing tells until when they are done with.
    untold: set[int] = field(default_factory=set)


def list_clock_mismatches(
    at: datetime, *, turns_of: TurnsOf, hazards: QuerySet[Hazard] | None = None, swept_at: datetime | None = None
) -> Iterator[tuple[str, str]]:
    """(number, what) of everything that does not agree, of all open hazards or of those given.

    With `swept_at` no rung up to that moment may be left that neither fired nor failed.
    """
    if hazards is None:
        with connection.cursor() as cursor:
            for what, sql in _QUERIES.items():
                cursor.execute(sql, {"terminal": sorted(TERMINAL)})
                yield from ((number, f"{what}: {detail}") for number, detail in cursor.fetchall())
    last: Case | None = None
    for batch in read_batches(Hazard.objects.all() if hazards is None else hazards):
        found, turns = _read(batch), turns_of([hazard.pk for hazard in batch])
        for case in open_cases(batch, at, found.rows, beside=last):
            for what in _check(case, found, turns.get(case.hazard.pk, ()), swept_at):
                yield case.hazard.number, what
            last = case


def read_batches(hazards: QuerySet[Hazard]) -> Iterator[list[Hazard]]:
    """Open ones in the order of their ids."""
    last = 0
    chosen = hazards.filter(state__in=OPEN).defer("search").order_by("pk")
    chosen = chosen.select_related("unit", "lead_assignment", "reporter_post")
    while batch := list(chosen.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def open_cases(
    batch: Sequence[Hazard], at: datetime, rows: Mapping[int, list[Row]], *, beside: Case | None
) -> Iterator[Case]:
    """Each with what its limits ask of units and small rows, read for all at once."""
    known = beside or Case(hazard=batch[0], actor=User(), at=at, held=[])
    known.read_units({pk for hazard in batch for pk in _units_of(hazard, rows.get(hazard.pk, []))})
    for hazard in batch:
        case = Case(hazard=hazard, actor=User(), at=at, held=[], beside=known)
        case.reporter_unit_id = hazard.reporter_post.unit_id
        _remember_rows(case, rows.get(hazard.pk, []))
        yield case


def _remember_rows(case: Case, rows: Sequence[Row]) -> None:
    """What a case would otherwise read for each hazard by itself."""
    lead_id = case.hazard.lead_assignment_id
    plans = [row for row in rows if isinstance(row, RectificationPlan) and row.assignment_id == lead_id]
    case.__dict__.update(
        parts=[row for row in rows if isinstance(row, Assignment)],
        plan=plans[0] if plans and lead_id else None,
        suspensions=[row for row in rows if isinstance(row, Suspension)],
    )


def _units_of(hazard: Hazard, rows: Iterable[Row]) -> set[int]:
    lead = hazard.lead_assignment
    units = {hazard.unit_id, hazard.handling_unit_id, hazard.reporter_post.unit_id}
    units |= {lead.unit_id} if lead else set()
    return units | {row.unit_id for row in rows if isinstance(row, Assignment)}


def read_rows(pks: Sequence[int]) -> dict[int, list[Row]]:
    """{hazard id: its small rows that are not over}; the lead's assignment is not among them."""
    found: dict[int, list[Row]] = defaultdict(list)
    for small in SMALLS:
        for row in small.model._default_manager.filter(hazard__in=pks).exclude(state__in=small.ended).order_by("pk"):
            found[row.hazard_id].append(row)
    return found


def _read(batch: Sequence[Hazard]) -> _Batch:
    found, by_pk = _Batch(), {hazard.pk: hazard for hazard in batch}
    pks = [hazard.pk for hazard in batch if hazard.has_small_rows]
    for pk, rows in read_rows(pks).items() if pks else ():
        found.rows[pk] = [row for row in rows if not is_lead(by_pk[pk], row)]
    deadlines = list(Deadline.objects.filter(subject_id__in=by_pk).exclude(state=_STATE.ENDED).order_by("pk"))
    for one in deadlines:
        found.deadlines[one.subject_id].append(one)
    ids = [one.pk for one in deadlines if one.state == _STATE.ARMED]
    firings = DeadlineFiring.objects.filter(deadline__in=ids, arming=F("deadline__arming"))
    for deadline_id, rung, occurrence in firings.values_list("deadline_id", "rung", "occurrence"):
        found.fired[deadline_id].add((rung, occurrence))
    found.untold = _untold(ids)
    return found


def _untold(deadline_ids: Sequence[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT d.id FROM {Deadline._meta.db_table} d WHERE d.id = ANY(%s)
                AND NOT EXISTS (SELECT FROM hazards_hazardevent e
                                WHERE e.hazard_id = d.subject_id AND e.recorded_at = d.fired_until)
                AND NOT EXISTS (SELECT FROM {DeadlineFiring._meta.db_table} f
                                WHERE f.deadline_id = d.id AND f.fired_at = d.fired_until)""",
            [list(deadline_ids)],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _check(case: Case, found: _Batch, turns: Sequence[OpenTurn], swept_at: datetime | None) -> Iterator[str]:
    hazard = case.hazard
    if hazard.policy_id is None:
        yield "it was not taken over by the clock"
        return
    rows, deadlines = found.rows[hazard.pk], found.deadlines[hazard.pk]
    armed = {(one.kind, one.row_id): one for one in deadlines if one.state == _STATE.ARMED}
    yield from _check_limits(case, rows, turns, armed)
    for one in armed.values():
        yield from _check_rungs(case, one, found, swept_at)
    if not any(one.next_fire_at for one in armed.values()):
        yield "nothing of it will ever fire"
    for one in deadlines:
        if one.state == _STATE.PAUSED and (one.kind not in (LIMIT, WHOLE) or one.next_fire_at or one.wake_at):
            yield f"{_name(one)} is paused"
    yield from _check_hazard(case)


def _check_limits(
    case: Case, rows: Sequence[Row], turns: Sequence[OpenTurn], armed: Mapping[tuple[str, int], Deadline]
) -> Iterator[str]:
    wanted = dict(list_main_limits(case))
    for row in rows:
        wanted.update((limit.key, limit) for limit in list_row_limits(case, row))
    signed = {row.pk for row in rows if isinstance(row, Assignment) and row.state == AssignmentState.SIGNED}
    began: dict[tuple[str, int], frozenset[datetime]] = {}
    for turn in turns:
        # A co-unit at work has its limit instead.
        if turn.machine != "part" or turn.row_id not in signed:
            limit = side_limit(case, turn.machine, turn.row_id, turn.unit_id, min(turn.began), turn.due_at)
            wanted[limit.key], began[limit.key] = limit, turn.began
    for key in sorted(wanted.keys() | armed.keys()):
        told = _told(armed.get(key), began.get(key))
        if told != (should := _told(wanted.get(key), began.get(key))):
            yield f"limit {key} is {told}, should be {should}"


def _told(one: Deadline | Limit | None, began: frozenset[datetime] | None) -> tuple[Any, ...] | None:
    """A turn began when one at its node began: it may have passed from hand to hand since."""
    if one is None:
        return None
    begins = (
        "began"
        if began and one.armed_at in {min(moment, one.due_at) for moment in began}
        else str(one.armed_at.astimezone(UTC))
    )
    return one.ladder, one.level, one.policy_id, one.owner_unit_id, begins, str(one.due_at.astimezone(UTC))


def _check_rungs(case: Case, one: Deadline, found: _Batch, swept_at: datetime | None) -> Iterator[str]:
    calendar, fired = calendar_of(case.hazard.unit.path), found.fired.get(one.pk, set())
    planned = next_unfired(one, calendar, fired)
    moment = planned.moment if planned else None
    if one.next_fire_at != moment:
        yield f"{_name(one)} fires next at {one.next_fire_at}, should at {moment}"
    if (one.wake_at is None) != (one.next_fire_at is None):
        yield f"{_name(one)} is looked at {one.wake_at}, fires next at {one.next_fire_at}"
    if one.pk in found.untold:
        yield f"{_name(one)} is done with until {one.fired_until}, which nothing tells"
    if swept_at and one.next_fire_at and one.next_fire_at <= swept_at and one.failed_at is None:
        yield f"{_name(one)} should have fired at {one.next_fire_at}"
    if fired and (left := [key for key, _planned in list_left_out(one, calendar, fired)]):
        yield f"{_name(one)} fired {sorted(fired)}, but never {left}"


def next_unfired(one: Deadline, calendar: WorkCalendar, fired: Set[Key]) -> Planned | None:
    """The first rung after all that is done with: a rung whose moment moved does not come twice."""
    rungs = get_rules(one.policy_id).rungs(one.ladder, one.level)
    following = planned_after(rungs, Window(one.armed_at, one.due_at), calendar, one.fired_until)
    return next((planned for planned in following if key_of(planned) not in fired), None)


def list_left_out(one: Deadline, calendar: WorkCalendar, fired: Set[Key]) -> list[tuple[Key, Planned]]:
    """Rungs that came after one that fired in this arming, and have no row."""
    rungs = get_rules(one.policy_id).rungs(one.ladder, one.level)
    come = planned_between(rungs, Window(one.armed_at, one.due_at), calendar, _LONG_AGO, one.fired_until)
    first = next((n for n, planned in enumerate(come) if key_of(planned) in fired), len(come))
    return [(key_of(planned), planned) for planned in come[first:] if key_of(planned) not in fired]


def key_of(planned: Planned) -> Key:
    return planned.rung.position, planned.occurrence


def _check_hazard(case: Case) -> Iterator[str]:
    hazard, lead = case.hazard, case.lead
    due_at, span = hazard.due_at, read_span(hazard.due_by)
    if span is not None:
        due_at = due_of(hazard, span)
    elif hazard.state == State.RECTIFYING and lead:
        due_at = min([lead.due_at, *(due for due, _what in list_scheduled(hazard))])
    elif hazard.state == State.ASSIGNED and lead and lead.reply_on:
        due_at = end_of(lead.reply_on)
    if hazard.due_at != due_at or due_at is None:
        yield f"it is due at {hazard.due_at}, should be at {due_at}"
    colour = colour_of(case, hazard.last_recorded_at or case.at)
    if hazard.colour != colour:
        yield f"its colour is {hazard.colour!r}, should be {colour!r}"


def _name(one: Deadline) -> str:
    return f"limit ({one.kind}, {one.row_id}) no. {one.arming}"
