"""Arms, moves, pauses and ends deadlines: statements that go out with the rows of the act that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.calendars import WorkCalendar
from core.prepared import Statement, Values
from deadlines.models import Deadline
from deadlines.policies import get_rules
from deadlines.schedule import Window, next_planned

_TABLE = Deadline._meta.db_table
_STATE = Deadline.State
# The same limit in other hands keeps its rungs.
_ALIKE = """(d.state, d.due_at, d.ladder, d.level, d.policy_id)
           = (excluded.state, excluded.due_at, excluded.ladder, excluded.level, excluded.policy_id)"""
_SAME = f"({_ALIKE} AND d.armed_at = excluded.armed_at)"
_GOES_ON = "(d.state, d.due_at) = (excluded.state, excluded.due_at)"


def _arming(same: str, armed_at: str) -> Statement:
    """`same` tells a limit that goes on, `armed_at` from when its time is counted."""
    return Statement(f"""
INSERT INTO {_TABLE} AS d (region_code, created_at, subject_id, kind, row_id, state, policy_id, ladder, level, owner_unit_id,
                           arming, armed_at, due_at, fired_until, next_fire_at, wake_at, n_failures, failure)
SELECT %(region)s::text, %(at)s::timestamptz, %(subject)s::bigint, kind, row_id, '{_STATE.ARMED}', policy_id, ladder, level, owner_id,
       1, armed_at, due_at, %(at)s, next_at, next_at, 0, ''
FROM unnest(%(kinds)s::text[], %(rows)s::bigint[], %(policies)s::bigint[], %(ladders)s::text[], %(levels)s::text[],
            %(owners)s::bigint[], %(armed)s::timestamptz[], %(due)s::timestamptz[], %(next)s::timestamptz[])
     AS wanted (kind, row_id, policy_id, ladder, level, owner_id, armed_at, due_at, next_at)
ON CONFLICT (subject_id, kind, row_id) DO UPDATE SET
    state = excluded.state, policy_id = excluded.policy_id, ladder = excluded.ladder, level = excluded.level,
    owner_unit_id = excluded.owner_unit_id, due_at = excluded.due_at,
    arming = CASE WHEN {same} THEN d.arming ELSE d.arming + 1 END,
    armed_at = {armed_at},
    fired_until = CASE WHEN {same} THEN d.fired_until ELSE excluded.fired_until END,
    next_fire_at = CASE WHEN {same} THEN d.next_fire_at ELSE excluded.next_fire_at END,
    wake_at = CASE WHEN {same} THEN d.wake_at ELSE excluded.wake_at END,
    n_failures = CASE WHEN {same} THEN d.n_failures ELSE 0 END,
    failed_at = CASE WHEN {same} THEN d.failed_at END,
    failure = CASE WHEN {same} THEN d.failure ELSE '' END
""")


_ARM = _arming(_SAME, "excluded.armed_at")
_HAND_ON = _arming(_ALIKE, f"CASE WHEN {_GOES_ON} THEN d.armed_at ELSE excluded.armed_at END")
_END = Statement(f"""
UPDATE {_TABLE} SET state = %(state)s, next_fire_at = NULL, wake_at = NULL, failed_at = NULL, n_failures = 0, failure = ''
WHERE subject_id = %(subject)s AND (kind, row_id) IN (SELECT * FROM unnest(%(kinds)s::text[], %(rows)s::bigint[]))
  AND state <> %(state)s
""")
_END_ALL = Statement(f"""
UPDATE {_TABLE} SET state = '{_STATE.ENDED}', next_fire_at = NULL, wake_at = NULL, failed_at = NULL, n_failures = 0,
                    failure = ''
WHERE subject_id = %(subject)s AND state <> '{_STATE.ENDED}'
""")

Write = tuple[Statement, Values]


@dataclass(frozen=True)
class Limit:
    """What is limited: its kind and row under the subject, who owes it, by which ladder, from when until when."""

    kind: str
    row_id: int
    policy_id: int
    ladder: str
    level: str
    owner_unit_id: int
    armed_at: datetime
    due_at: datetime
    # The same turn again: while it runs until the same moment, it began when it began.
    goes_on: bool = False

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.row_id


def arm(
    limits: Sequence[Limit], *, subject_id: int, region_code: str, calendar: WorkCalendar, at: datetime
) -> list[Write]:
    """Begin these limits, or go on with those that are as they were; rungs up to `at` are not fired any more."""
    groups = [(_ARM, [one for one in limits if not one.goes_on]), (_HAND_ON, [one for one in limits if one.goes_on])]
    return [(statement, _values(group, subject_id, region_code, calendar, at)) for statement, group in groups if group]


def _values(
    limits: Sequence[Limit], subject_id: int, region_code: str, calendar: WorkCalendar, at: datetime
) -> dict[str, object]:
    return {
        "region": region_code,
        "at": at,
        "subject": subject_id,
        "kinds": [limit.kind for limit in limits],
        "rows": [limit.row_id for limit in limits],
        "policies": [limit.policy_id for limit in limits],
        "ladders": [limit.ladder for limit in limits],
        "levels": [limit.level for limit in limits],
        "owners": [limit.owner_unit_id for limit in limits],
        "armed": [limit.armed_at for limit in limits],
        "due": [limit.due_at for limit in limits],
        "next": [first_firing(limit, calendar, at) for limit in limits],
    }


def first_firing(limit: Limit, calendar: WorkCalendar, after: datetime) -> datetime | None:
    """The moment of the first rung later than `after`."""
    rungs = get_rules(limit.policy_id).rungs(limit.ladder, limit.level)
    planned = next_planned(rungs, Window(limit.armed_at, limit.due_at), calendar, after)
    return planned.moment if planned else None


def end(
    keys: Sequence[tuple[str, int]], *, subject_id: int, state: Deadline.State = Deadline.State.ENDED
) -> list[Write]:
    """End these limits of a subject, or let them stand still."""
    if not keys:
        return []
    kinds, rows = [kind for kind, _row in keys], [row_id for _kind, row_id in keys]
    return [(_END, {"subject": subject_id, "kinds": kinds, "rows": rows, "state": str(state)})]


def end_all(subject_id: int) -> list[Write]:
    return [(_END_ALL, {"subject": subject_id})]
