"""The floor: what `sign` writes, by five statements of a script that checks next to nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from organizations.models import User

_LOCK = """
    SELECT id, version, last_seq, last_hash, lead_assignment_id, responsible_post_id, visible_to, round, due_at
    FROM hazards_hazard WHERE file_number = %s AND state = 'assigned' FOR UPDATE
"""
_ASSIGNMENT = "UPDATE hazards_assignment SET state = 'signed', leader_id = %s, handler_id = %s WHERE id = %s"
_HAZARD = """
    UPDATE hazards_hazard SET state = 'rectifying', version = %s, last_seq = %s, last_hash = %s, last_recorded_at = %s,
        interim_control = %s, rectifiers = %s, commitments = %s, visible_to = %s WHERE id = %s
"""
_EVENT = """
    INSERT INTO hazards_hazardevent (hazard_id, region_code, seq, kind, action, actor_id, actor_name, post_id, post_label,
        from_state, to_state, recorded_at, occurred_on, late_reason, data, changes, prev_hash, hash)
    VALUES (%s, '', %s, 'hazard.signed', 'sign', %s, %s, %s, %s, 'assigned', 'rectifying', %s, %s, '', %s, %s, %s, %s)
"""
_FLOW = """
    WITH closed AS (
        UPDATE workflows_hazardtask SET status = 'DONE', finished = %(at)s, owner_id = %(actor)s, ended_by_seq = %(seq)s
        WHERE hazard_id = %(hazard)s AND finished IS NULL RETURNING id, process_id, unit_id, post_id, due_at
    ), opened AS (
        INSERT INTO workflows_hazardtask
            (process_id, hazard_id, flow_task, flow_task_type, status, created, token, post_id, unit_id, due_at, data)
        SELECT process_id, %(hazard)s, 'workflows/flows.HazardFlow.rectifying', 'HUMAN', 'NEW', %(at)s, 'start', post_id,
            unit_id, due_at, '{}' FROM closed RETURNING id
    )
    INSERT INTO workflows_hazardtask_previous (from_hazardtask_id, to_hazardtask_id)
    SELECT opened.id, closed.id FROM opened, closed
"""


def sign(connection: Any, *, number: str, actor: User, facts: Mapping[str, object], at: datetime) -> None:
    """One transaction on Django's connection, without Django's layers."""
    connection.ensure_connection()
    raw = connection.connection
    with raw.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(_LOCK, [number])
        hazard, _version, seq, last_hash, lead, post, visible_to, _round, _due = cursor.fetchone()
        seq += 1
        commitments = json.dumps(
            dict.fromkeys(("responsibility", "measures", "funding", "deadline", "contingency"), "已落实")
        )
        told = json.dumps(
            {**facts, "seq": seq, "actor": actor.pk, "at": at.isoformat(), "prev": last_hash}, sort_keys=True
        )
        sealed = hashlib.sha256(told.encode()).hexdigest()
        cursor.execute(_ASSIGNMENT, [facts["leader"], facts["handler"], lead])
        cursor.execute(
            _HAZARD,
            [seq, seq, sealed, at, facts["interim_control"], [facts["handler"]], commitments, visible_to, hazard],
        )
        cursor.execute(
            _EVENT,
            [hazard, seq, actor.pk, actor.name, post, "安全员", at, at.date(), told, told, last_hash, sealed],
        )
        cursor.execute(_FLOW, {"hazard": hazard, "at": at, "actor": actor.pk, "seq": seq})
        cursor.execute("COMMIT")
