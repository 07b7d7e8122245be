"""What is due of a deadline, and how it is written down: read and written in the transaction that fires it.

Under the lock of the subject nobody else arms, moves, ends or fires its deadlines; only the loop's own `wake_at` moves.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

from core.calendars import WorkCalendar
from core.prepared import RowsOf, Statement, send
from deadlines.models import Deadline, DeadlineFiring
from deadlines.policies import get_rules
from deadlines.schedule import Planned, Step, Window, colour_come, follow, list_planned, strongest

OUTCOME = DeadlineFiring.Outcome
# Of one arming: (rung, occurrence).
Come = frozenset[tuple[int, int]]

_TABLE = Deadline._meta.db_table
_FIRINGS = DeadlineFiring._meta.db_table
_COLUMNS = RowsOf(Deadline)
_READ = f"""
SELECT {_COLUMNS.columns("d")} FROM {_TABLE} d
WHERE d.subject_id = ANY(%s) AND d.state = '{Deadline.State.ARMED}' AND (d.id = ANY(%s) OR d.kind = ANY(%s))
ORDER BY d.id
"""
_COME = f"""
SELECT f.deadline_id, f.arming, f.rung, f.occurrence FROM {_FIRINGS} f WHERE f.deadline_id = ANY(%s)
"""
_FIRE = Statement(f"""
INSERT INTO {_FIRINGS} (region_code, deadline_id, subject_id, arming, rung, occurrence, act, moment, fired_at, outcome, event_seq)
SELECT region, deadline, subject, arming, rung, occurrence, act, moment, %s::timestamptz, outcome, seq
FROM json_to_recordset(%s::json) AS fired (region text, deadline bigint, subject bigint, arming int, rung int, occurrence int,
                                           act text, moment timestamptz, outcome text, seq int)
""")
# One that the act itself armed anew or ended is left as it is.
_GO_ON = Statement(f"""
UPDATE {_TABLE} d
SET fired_until = %s::timestamptz, next_fire_at = n.next, wake_at = n.next, n_failures = 0, failed_at = NULL, failure = ''
FROM unnest(%s::bigint[], %s::int[], %s::timestamptz[]) AS n (id, arming, next)
WHERE d.id = n.id AND d.arming = n.arming AND d.state = '{Deadline.State.ARMED}'
""")
# The loop was early, or what it saw has moved on.
_REST = f"""
UPDATE {_TABLE} d
SET next_fire_at = n.next, wake_at = n.next
FROM json_to_recordset(%s::json) AS n (id bigint, arming int, next timestamptz)
WHERE d.id = n.id AND d.arming = n.arming AND d.state = '{Deadline.State.ARMED}'
"""
_LAY_DOWN = f"UPDATE {_TABLE} SET wake_at = next_fire_at WHERE id = ANY(%s) AND state <> '{Deadline.State.ARMED}'"


@dataclass(frozen=True)
class Plan:
    """A deadline with the rungs that have come and were not fired, the earliest first, and the next one."""

    deadline: Deadline
    pending: tuple[Planned, ...]
    following: Planned | None

    @cached_property
    def strongest(self) -> Planned:
        """What acts of all that have come."""
        return strongest(self.pending)

    @property
    def others(self) -> list[Planned]:
        acting = self.strongest
        return [one for one in self.pending if one is not acting]


@dataclass(frozen=True)
class Done:
    """A plan carried out: what came of its strongest rung, by which event."""

    plan: Plan
    outcome: str
    event_seq: int | None = None


def read_armed(
    subject_ids: Collection[int], deadline_ids: Collection[int], kinds: Collection[str] = ()
) -> list[Deadline]:
    """Of these subjects, locked by the caller: the deadlines named that are armed, and all armed ones of the kinds."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(subject_ids), list(deadline_ids), list(kinds)])
        return [_COLUMNS.make(row) for row in cursor.fetchall()]


def read_come(deadlines: Collection[Deadline]) -> dict[int, Come]:
    """{deadline id: what its present arming has had}: a rung whose moment moved does not come twice."""
    armings = {one.pk: one.arming for one in deadlines if one.fired_until > one.armed_at}
    found: dict[int, set[tuple[int, int]]] = {}
    if armings:
        with connection.cursor() as cursor:
            cursor.execute(_COME, [list(armings)])
            for deadline_id, arming, rung, occurrence in cursor.fetchall():
                if armings[deadline_id] == arming:
                    found.setdefault(deadline_id, set()).add((rung, occurrence))
    return {deadline_id: frozenset(come) for deadline_id, come in found.items()}


@dataclass(frozen=True)
class Course:
    """The rungs of a deadline at their moments: those that come once, and what is asked of them."""

    rungs: Sequence[Step]
    window: Window
    calendar: WorkCalendar
    once: Sequence[Planned]

    def colour(self, at: datetime) -> str:
        return colour_come(self.once, at)


class Courses:
    """Reckons each course once for all deadlines that run alike."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], Course] = {}

    def of(self, deadline: Deadline, calendar: WorkCalendar) -> Course:
        # The calendar is kept with the course, so that its id stays its own.
        key = (
            deadline.policy_id, deadline.ladder, deadline.level, deadline.armed_at, deadline.due_at, id(calendar),
        )  # fmt: skip
        if key not in self._known:
            rungs = get_rules(deadline.policy_id).rungs(deadline.ladder, deadline.level)
            window = Window(deadline.armed_at, deadline.due_at)
            self._known[key] = Course(rungs, window, calendar, list_planned(rungs, window, calendar))
        return self._known[key]


def plan_of(deadline: Deadline, course: Course, at: datetime, come: Come = frozenset()) -> Plan:
    pending: list[Planned] = []
    for one in follow(course.once, course.rungs, course.window, deadline.fired_until):
        if (one.rung.position, one.occurrence) in come:
            continue
        if one.moment > at:
            return Plan(deadline, tuple(pending), one)
        pending.append(one)
    return Plan(deadline, tuple(pending), None)


def write_done(done: Sequence[Done], at: datetime) -> None:
    """Firings of all rungs that had come, and the moment of the next: two statements in one message however many."""
    if not done:
        return
    firings = [row for one in done for row in _firings_of(one)]
    plans = [one.plan for one in done]
    ids, armings = [plan.deadline.pk for plan in plans], [plan.deadline.arming for plan in plans]
    following = [plan.following.moment if plan.following else None for plan in plans]
    send([(_FIRE, [at, json.dumps(firings)]), (_GO_ON, [at, ids, armings, following])])


def write_idle(plans: Sequence[Plan], gone: Collection[int]) -> None:
    """Nothing has come: look again at the next rung; what is not armed (`gone`, by id) is not looked at."""
    with connection.cursor() as cursor:
        if plans:
            cursor.execute(_REST, [json.dumps([_going_on(plan) for plan in plans])])
        if gone:
            cursor.execute(_LAY_DOWN, [list(gone)])


def _firings_of(done: Done) -> list[dict[str, Any]]:
    plan = done.plan
    acted = _firing(plan, plan.strongest, done.outcome) | {"seq": done.event_seq}
    return [acted, *(_firing(plan, one, OUTCOME.MISSED) for one in plan.others)]


def _firing(plan: Plan, one: Planned, outcome: str) -> dict[str, Any]:
    return {
        "region": plan.deadline.region_code, "deadline": plan.deadline.pk, "subject": plan.deadline.subject_id,
        "arming": plan.deadline.arming, "rung": one.rung.position, "occurrence": one.occurrence, "act": one.rung.act,
        "moment": one.moment.isoformat(), "outcome": str(outcome),
    }  # fmt: skip


def _going_on(plan: Plan) -> dict[str, Any]:
    following = plan.following.moment.isoformat() if plan.following else None
    return {"id": plan.deadline.pk, "arming": plan.deadline.arming, "next": following}
