"""Moves the flow after an act: closes the open turn and opens the next, as the rows Viewflow expects.

Viewflow's own activation costs 16 statements and two commits a step; this writes the same rows with
one statement inside the act's transaction. Gateways write none. Nothing else executes the flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import cast

from viewflow.workflow.base import Node
from viewflow.workflow.fields import get_flow_ref, get_task_ref
from viewflow.workflow.status import PROCESS, STATUS

from core.prepared import Statement, Values
from hazards.hooks import Advance
from hazards.models import Hazard
from hazards.states import NEW, State
from workflows.flows import HazardFlow, step_of
from workflows.models import HazardProcess, HazardTask

_PROCESS = HazardProcess._meta.db_table
_TASK = HazardTask._meta.db_table
_PREVIOUS = HazardTask.previous.through._meta.db_table

# Columns of a task row; `{}` are the process, the node and its type, the status and the times.
_INSERT_TASK = f"""
    INSERT INTO {_TASK} (process_id, hazard_id, flow_task, flow_task_type, status, created, started, finished,
                         token, post_id, unit_id, owner_id, due_at, data)
"""

_BEGIN = Statement(f"""
WITH begun AS (
    INSERT INTO {_PROCESS} (flow_class, status, created, hazard_id, cycle, data)
    VALUES (%(flow)s, '{PROCESS.NEW}', %(at)s, %(hazard)s, %(cycle)s, '{{}}') RETURNING id
), started AS (
    {_INSERT_TASK}
    SELECT id, %(hazard)s, %(start)s, 'START', '{STATUS.DONE}', %(at)s::timestamptz, %(at)s, %(at)s, 'start', NULL::bigint,
           NULL::bigint, %(actor)s::bigint, NULL::timestamptz, '{{}}'::jsonb
    FROM begun RETURNING id, process_id
), opened AS (
    {_INSERT_TASK}
    SELECT process_id, %(hazard)s, %(node)s, %(type)s, %(status)s, %(at)s::timestamptz, NULL::timestamptz,
           NULL::timestamptz, 'start', %(post)s::bigint, (SELECT unit_id FROM organizations_post WHERE id = %(post)s),
           %(owner)s::bigint, %(due)s::timestamptz, '{{}}'::jsonb
    FROM started RETURNING id
)
INSERT INTO {_PREVIOUS} (from_hazardtask_id, to_hazardtask_id) SELECT opened.id, started.id FROM opened, started
""")

_CLOSED = f"""
WITH closed AS (
    UPDATE {_TASK} SET
        status = CASE WHEN %(listed)s AND post_id = %(acted)s THEN '{STATUS.DONE}' ELSE '{STATUS.CANCELED}' END,
        owner_id = coalesce(%(actor)s, owner_id), started = coalesce(started, %(at)s), finished = %(at)s,
        ended_by_seq = %(seq)s
    WHERE hazard_id = %(hazard)s AND finished IS NULL RETURNING id, process_id
)
"""

# Fails unless exactly one task was open.
_FOLLOW = f"""
INSERT INTO {_PREVIOUS} (from_hazardtask_id, to_hazardtask_id)
VALUES ((SELECT id FROM opened), (SELECT id FROM closed))
"""

_STEP = Statement(f"""
{_CLOSED}, opened AS (
    {_INSERT_TASK}
    SELECT process_id, %(hazard)s, %(node)s, %(type)s, %(status)s, %(at)s::timestamptz, NULL::timestamptz,
           NULL::timestamptz, 'start', %(post)s::bigint, (SELECT unit_id FROM organizations_post WHERE id = %(post)s),
           %(owner)s::bigint, %(due)s::timestamptz, '{{}}'::jsonb
    FROM closed RETURNING id
)
{_FOLLOW}
""")

_END = Statement(f"""
{_CLOSED}, ended AS (
    UPDATE {_PROCESS} SET status = '{PROCESS.DONE}', finished = %(at)s
    WHERE id IN (SELECT process_id FROM closed) RETURNING id
), opened AS (
    {_INSERT_TASK}
    SELECT id, %(hazard)s, %(node)s, %(type)s, '{STATUS.DONE}', %(at)s::timestamptz, %(at)s, %(at)s, 'start', NULL::bigint,
           NULL::bigint, NULL::bigint, NULL::timestamptz, '{{}}'::jsonb
    FROM ended RETURNING id
)
{_FOLLOW}
""")


_MOVE_DUE = Statement(f"UPDATE {_TASK} SET due_at = %(due)s WHERE hazard_id = %(hazard)s AND finished IS NULL")


@dataclass(frozen=True)
class _Ending:
    """Who ended the open turn by what."""

    actor_id: int | None
    post_id: int | None
    seq: int | None
    action: str


def advance(step: Advance) -> tuple[Statement, Values] | None:
    """What opens the next turn where state, lead assignment, round or responsible post changed; a new limit alone moves
    the due moment of the open one; else nothing.

    The open task becomes done where its node lists the action and its post acted, else canceled.
    Running it raises a database error unless exactly one task was open.
    """
    event, hazard = step.event, step.hazard
    ending = _Ending(
        event.actor_id if event else None, step.acted_post_id, event.seq if event else None,
        event.action if event else "",
    )  # fmt: skip
    opened_at = cast(datetime, step.opened_at)
    is_new = event is not None and event.from_state == NEW
    if is_new or step.before.cycle != step.after.cycle:
        return _BEGIN, _values(hazard, opened_at, ending, before=NEW)
    if step.before != step.after:
        statement = _STEP if step_of(hazard.state) else _END
        return statement, _values(hazard, opened_at, ending, before=step.before.state)
    if step.moves_due:
        return _MOVE_DUE, {"due": hazard.due_at, "hazard": hazard.pk}
    return None


def _values(hazard: Hazard, at: datetime, ending: _Ending, *, before: str) -> Values:
    node = HazardFlow.route.node_for(hazard.state)
    listed = before != NEW and ending.action in _actions_at(before)
    owner = hazard.reporter_id if hazard.state == State.RETURNED else None
    return {
        "flow": get_flow_ref(HazardFlow),
        "start": _ref(HazardFlow.start),
        "node": _ref(node),
        "type": node.task_type,
        "status": STATUS.ASSIGNED if owner else STATUS.NEW,
        "hazard": hazard.pk,
        "cycle": hazard.cycle,
        "at": at,
        "post": hazard.responsible_post_id,
        "owner": owner,
        "due": hazard.due_at,
        "listed": listed,
        "acted": ending.post_id,
        "actor": ending.actor_id,
        "seq": ending.seq,
    }


def _actions_at(state: str) -> tuple[str, ...]:
    node = step_of(state)
    return node.actions if node else ()


@cache
def _ref(node: Node) -> str:
    return str(get_task_ref(node))
