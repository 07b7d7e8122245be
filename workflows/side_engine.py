"""Moves the side flows: the turns of the small machines, as the rows Viewflow expects, one statement for each row."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from viewflow.workflow.base import Node
from viewflow.workflow.fields import get_flow_ref, get_task_ref
from viewflow.workflow.status import PROCESS, STATUS

from core.prepared import Statement, Values, send
from hazards.hooks import SideMove
from workflows.flows import SIDE_FLOWS, SideFlow
from workflows.models import SideProcess, SideTask
from workflows.nodes import Step

_PROCESS = SideProcess._meta.db_table
_TASK = SideTask._meta.db_table
_PREVIOUS = SideTask.previous.through._meta.db_table
_COLUMNS = """(process_id, hazard_id, flow_task, flow_task_type, status, created, started, finished, token, post_id,
               unit_id, owner_id, due_at, data)"""

_RUN = f"SELECT id FROM {_PROCESS} WHERE machine = %(machine)s AND row_id = %(row)s AND finished IS NULL"
_CLOSED = f"""
WITH closed AS (
    UPDATE {_TASK} SET
        status = CASE WHEN %(listed)s AND post_id = %(acted)s THEN '{STATUS.DONE}' ELSE '{STATUS.CANCELED}' END,
        owner_id = coalesce(%(actor)s, owner_id), started = coalesce(started, %(at)s), finished = %(at)s,
        ended_by_seq = %(seq)s
    WHERE process_id = ({_RUN}) AND finished IS NULL RETURNING id, process_id
)
"""
# Begins the process where the row has none under way; else closes its open turn. Then opens the next one.
_OPEN = Statement(f"""
{_CLOSED}, begun AS (
    INSERT INTO {_PROCESS} (flow_class, status, created, hazard_id, machine, row_id, data)
    SELECT %(flow)s, '{PROCESS.NEW}', %(at)s, %(hazard)s, %(machine)s, %(row)s, '{{}}'
    WHERE NOT EXISTS ({_RUN}) RETURNING id
), started AS (
    INSERT INTO {_TASK} {_COLUMNS}
    SELECT id, %(hazard)s, %(start)s, 'START', '{STATUS.DONE}', %(at)s::timestamptz, %(at)s, %(at)s, 'start', NULL::bigint,
           NULL::bigint, %(actor)s::bigint, NULL::timestamptz, '{{}}'::jsonb
    FROM begun RETURNING id, process_id
), last AS (
    SELECT id, process_id FROM closed UNION ALL SELECT id, process_id FROM started
), opened AS (
    INSERT INTO {_TASK} {_COLUMNS}
    SELECT process_id, %(hazard)s, %(node)s, %(type)s, '{STATUS.NEW}', %(at)s::timestamptz, NULL::timestamptz,
           NULL::timestamptz, 'start', %(post)s::bigint, (SELECT unit_id FROM organizations_post WHERE id = %(post)s),
           NULL::bigint, %(due)s::timestamptz, '{{}}'::jsonb
    FROM last RETURNING id
)
INSERT INTO {_PREVIOUS} (from_sidetask_id, to_sidetask_id)
VALUES ((SELECT id FROM opened), (SELECT id FROM last))
""")
_END = Statement(f"""
{_CLOSED}, ended AS (
    UPDATE {_PROCESS} SET status = '{PROCESS.DONE}', finished = %(at)s
    WHERE id IN (SELECT process_id FROM closed) RETURNING id
), opened AS (
    INSERT INTO {_TASK} {_COLUMNS}
    SELECT id, %(hazard)s, %(node)s, %(type)s, '{STATUS.DONE}', %(at)s::timestamptz, %(at)s, %(at)s, 'start', NULL::bigint,
           NULL::bigint, NULL::bigint, NULL::timestamptz, '{{}}'::jsonb
    FROM ended RETURNING id
)
INSERT INTO {_PREVIOUS} (from_sidetask_id, to_sidetask_id)
SELECT opened.id, closed.id FROM opened, closed
""")


def open_side_posts(hazard_ids: Sequence[int]) -> dict[tuple[str, int], int]:
    """{(machine, row id): the post that owes its open turn}"""
    turns = SideTask.objects.filter(hazard__in=hazard_ids, finished__isnull=True, post__isnull=False)
    rows = turns.values_list("process__machine", "process__row_id", "post_id")
    return {(machine, row_id): post_id for machine, row_id, post_id in rows if post_id}


_MOVE_DUE = Statement(f"UPDATE {_TASK} SET due_at = %(due)s WHERE process_id = ({_RUN}) AND finished IS NULL")


def advance_sides(moves: Sequence[SideMove]) -> None:
    """One statement for each row whose turn began, passed on or ended, all in one message."""
    send([_statement(move) for move in moves])


def _statement(move: SideMove) -> tuple[Statement, Values]:
    if move.began_at and move.step:
        return _MOVE_DUE, {"machine": move.machine, "row": move.row_id, "due": move.step.due_at}
    return _OPEN if move.step else _END, _values(move)


def _values(move: SideMove) -> Values:
    flow, event = SIDE_FLOWS[move.machine], move.event
    node = flow.route.node_for(move.state if move.step else "")
    return {
        "flow": get_flow_ref(flow),
        "start": _ref(flow.start),
        "node": _ref(node),
        "type": node.task_type,
        "machine": move.machine,
        "row": move.row_id,
        "hazard": move.hazard.pk,
        "at": move.opened_at,
        "post": move.step.post_id if move.step else None,
        "due": move.step.due_at if move.step else None,
        # Consent is written as the act that was proposed.
        "listed": move.second_id is not None or (event is not None and event.action in actions_of(flow)),
        "acted": move.acted_post_id,
        "actor": move.second_id or (event.actor_id if event else None),
        "seq": event.seq if event else None,
    }


def actions_of(flow: type[SideFlow]) -> frozenset[str]:
    """All acts that answer one of its turns."""
    return frozenset(action for node in flow.instance.nodes() if isinstance(node, Step) for action in node.actions)


@cache
def _ref(node: Node) -> str:
    return str(get_task_ref(node))
