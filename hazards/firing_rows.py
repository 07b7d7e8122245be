"""What a rung of reminder or colour writes, for many hazards at once: the same event as `perform("warn")` would.

Equal by test: tests/hazards/test_firing_equal.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from django.db import connection

from core.clock import today
from deadlines.firing import Plan
from hazards import log
from hazards.actions import ACTIONS
from hazards.firing_acts import RANK_OF, warn_data
from hazards.models import Hazard, HazardEvent
from hazards.recipients import Audience, Recipients
from hazards.services.command import SYSTEM_NAME, SYSTEM_POST
from hazards.subjects import Subject

_MOVE_ON = f"""
UPDATE {Hazard._meta.db_table} h
SET last_seq = n.last_seq, last_hash = n.last_hash, last_recorded_at = n.at, last_occurred_on = n.on_day, colour = n.colour, rank = n.rank
FROM json_to_recordset(%s::json) AS n (id bigint, last_seq int, last_hash text, at timestamptz, on_day date, colour text, rank int)
WHERE h.id = n.id
"""
_TELL = f"""
INSERT INTO {HazardEvent._meta.db_table} (hazard_id, region_code, seq, kind, action, actor_id, actor_name, post_id, post_label,
    from_state, to_state, recorded_at, occurred_on, late_reason, data, changes, prev_hash, hash)
SELECT hazard_id, region_code, seq, kind, action, NULL, actor_name, NULL, post_label, from_state, to_state, recorded_at, occurred_on,
       '', data, changes, prev_hash, hash
FROM json_to_recordset(%s::json) AS e (hazard_id bigint, region_code text, seq int, kind text, action text, actor_name text,
    post_label text, from_state text, to_state text, recorded_at timestamptz, occurred_on date, data jsonb, changes jsonb,
    prev_hash text, hash text)
"""


@dataclass(frozen=True)
class Warning:
    """A plan whose strongest rung only writes rows, with who hears of it."""

    plan: Plan
    subject: Subject
    told: Audience


def write_events(
    warnings: Sequence[Warning], colour: Callable[[Subject], str], around: Recipients, at: datetime
) -> list[int]:
    """The numbers of the events, in the order given. `colour` is that of a hazard at this moment.

    Two of one hazard follow each other in its chain. Two statements however many.
    """
    events = [_event(one, colour(one.subject), around, at) for one in warnings]
    moved = {one.subject.id: _moved_on(one.subject) for one in warnings}
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ON, [json.dumps(list(moved.values()))])
        cursor.execute(_TELL, [json.dumps(events, ensure_ascii=False)])
    return [event["seq"] for event in events]


def _event(one: Warning, colour: str, around: Recipients, at: datetime) -> dict[str, Any]:
    """The next event of a hazard, which is moved on with it."""
    subject, deadline, rung = one.subject, one.plan.deadline, one.plan.strongest
    recorded_at = max(at, subject.last_recorded_at or at).astimezone(UTC)
    changes = _changes(subject, colour, rung.rung.act)
    data = warn_data(deadline, rung, around.units[deadline.owner_unit_id], one.told)
    if subject.sealed_at:
        data["after_seal"] = True
    action = ACTIONS["warn"]
    sealed: dict[str, Any] = {
        "hazard_id": subject.id, "seq": subject.last_seq + 1, "kind": action.event, "action": action.name, "actor_id": None,
        "actor_name": SYSTEM_NAME, "post_id": None, "post_label": SYSTEM_POST.label, "from_state": subject.state,
        "to_state": subject.state, "recorded_at": recorded_at, "occurred_on": today(at), "late_reason": "", "data": data,
        "changes": changes, "prev_hash": subject.last_hash,
    }  # fmt: skip
    subject.last_seq, subject.last_recorded_at, subject.last_occurred_on = sealed["seq"], recorded_at, today(at)
    subject.last_hash = log.seal(cast(HazardEvent, SimpleNamespace(**sealed)))
    said = {"recorded_at": recorded_at.isoformat(), "occurred_on": sealed["occurred_on"].isoformat()}
    return {**sealed, **said, "region_code": subject.region_code, "hash": subject.last_hash}


def _changes(subject: Subject, colour: str, act: str) -> dict[str, list[object]]:
    now: dict[str, object] = {"colour": colour, "rank": max(subject.rank, RANK_OF[act])}
    changes: dict[str, list[object]] = {}
    for name, value in now.items():
        if getattr(subject, name) != value:
            changes[name] = [getattr(subject, name), value]
            setattr(subject, name, value)
    return changes


def _moved_on(subject: Subject) -> dict[str, Any]:
    assert subject.last_recorded_at is not None and subject.last_occurred_on is not None
    return {
        "id": subject.id, "last_seq": subject.last_seq, "last_hash": subject.last_hash,
        "at": subject.last_recorded_at.isoformat(), "on_day": subject.last_occurred_on.isoformat(),
        "colour": subject.colour, "rank": int(subject.rank),
    }  # fmt: skip
