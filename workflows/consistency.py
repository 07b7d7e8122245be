"""What must always agree: hazard, flow rows, log, numbers, audience keys, the post that owes the next act."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from viewflow.workflow.fields import get_task_ref

from core.clock import today
from core.errors import Invalid
from hazards import log
from hazards.audience import guest_keys_of, keys_for
from hazards.case import Case
from hazards.clock_check import OpenTurn, list_clock_mismatches
from hazards.models import Hazard
from hazards.routing import next_side_step, next_step
from hazards.small import SMALLS, Row, is_lead, machines_of
from hazards.states import TERMINAL, State
from organizations.models import User
from workflows.flows import SIDE_FLOWS, HazardFlow
from workflows.models import HazardProcess, HazardTask, SideProcess, SideTask


@dataclass(frozen=True)
class Mismatch:
    hazard: str
    what: str


_TASK = HazardTask._meta.db_table
_PROCESS = HazardProcess._meta.db_table
_SIDE_TASK = SideTask._meta.db_table
_SIDE_PROCESS = SideProcess._meta.db_table
_NUMBER = "coalesce(h.file_number, h.receipt_number)"

# Each answers rows of (number, detail) where something does not agree; set-based, so that a million rows can be checked.
_QUERIES = {
    "open hazard without exactly one open task": f"""
        SELECT {_NUMBER}, count(t.id)::text FROM hazards_hazard h
        LEFT JOIN {_TASK} t ON t.hazard_id = h.id AND t.finished IS NULL
        WHERE NOT h.state = ANY(%(terminal)s) GROUP BY h.id HAVING count(t.id) <> 1""",
    "ended hazard with an open task": f"""
        SELECT {_NUMBER}, t.flow_task FROM hazards_hazard h JOIN {_TASK} t ON t.hazard_id = h.id
        WHERE t.finished IS NULL AND h.state = ANY(%(terminal)s)""",
    "open task at another node than the state": f"""
        SELECT {_NUMBER}, t.flow_task FROM hazards_hazard h JOIN {_TASK} t ON t.hazard_id = h.id
        WHERE t.finished IS NULL AND NOT h.state = ANY(%(terminal)s)
          AND t.flow_task <> (%(nodes)s::jsonb ->> h.state::text)""",
    "open task of another post or limit than the hazard's": f"""
        SELECT {_NUMBER}, t.id::text FROM hazards_hazard h JOIN {_TASK} t ON t.hazard_id = h.id
        WHERE t.finished IS NULL
          AND (t.post_id IS DISTINCT FROM h.responsible_post_id OR t.due_at IS DISTINCT FROM h.due_at)""",
    "open hazard without exactly one unfinished process": f"""
        SELECT {_NUMBER}, count(p.id)::text FROM hazards_hazard h
        LEFT JOIN {_PROCESS} p ON p.hazard_id = h.id AND p.finished IS NULL
        WHERE NOT h.state = ANY(%(terminal)s) GROUP BY h.id HAVING count(p.id) <> 1""",
    "ended hazard with an unfinished process": f"""
        SELECT {_NUMBER}, p.id::text FROM hazards_hazard h JOIN {_PROCESS} p ON p.hazard_id = h.id
        WHERE p.finished IS NULL AND h.state = ANY(%(terminal)s)""",
    "task of another hazard's process": f"""
        SELECT {_NUMBER}, t.id::text FROM {_TASK} t JOIN {_PROCESS} p ON p.id = t.process_id
        JOIN hazards_hazard h ON h.id = t.hazard_id WHERE p.hazard_id <> t.hazard_id""",
    "responsible post that nobody holds": f"""
        SELECT {_NUMBER}, h.responsible_post_id::text FROM hazards_hazard h
        WHERE NOT h.state = ANY(%(terminal)s) AND NOT EXISTS (
            SELECT 1 FROM organizations_holding o JOIN organizations_user u ON u.id = o.user_id
            JOIN organizations_post p ON p.id = o.post_id JOIN organizations_unit n ON n.id = p.unit_id
            WHERE o.post_id = h.responsible_post_id AND u.is_active AND u.admin_role = '' AND n.is_active
              AND o.from_on <= %(today)s AND (o.until_on IS NULL OR o.until_on > %(today)s))""",
    "state between assigned and verified without a lead assignment": f"""
        SELECT {_NUMBER}, h.state FROM hazards_hazard h LEFT JOIN hazards_assignment a ON a.id = h.lead_assignment_id
        WHERE h.state IN ('assigned', 'rectifying', 'submitted', 'verified') AND (a.id IS NULL OR a.hazard_id <> h.id)""",
    "rows by which lists walk differ from visible_to": f"""
        SELECT {_NUMBER}, coalesce(a.key, v.key)::text
        FROM (SELECT id, unnest(visible_to) AS key FROM hazards_hazard) v
        FULL JOIN hazards_audiencekey a ON a.hazard_id = v.id AND a.key = v.key
        JOIN hazards_hazard h ON h.id = coalesce(a.hazard_id, v.id) WHERE a.key IS NULL OR v.key IS NULL""",
    "open side task of a process that is over, or of another hazard": f"""
        SELECT {_NUMBER}, t.id::text FROM {_SIDE_TASK} t JOIN {_SIDE_PROCESS} p ON p.id = t.process_id
        JOIN hazards_hazard h ON h.id = t.hazard_id
        WHERE (t.finished IS NULL AND p.finished IS NOT NULL) OR p.hazard_id <> t.hazard_id""",
    "unfinished side process without exactly one open task": f"""
        SELECT {_NUMBER}, p.id::text FROM {_SIDE_PROCESS} p JOIN hazards_hazard h ON h.id = p.hazard_id
        LEFT JOIN {_SIDE_TASK} t ON t.process_id = p.id AND t.finished IS NULL
        WHERE p.finished IS NULL GROUP BY h.id, p.id HAVING count(t.id) <> 1""",
    "side task of a post that nobody holds": f"""
        SELECT {_NUMBER}, t.post_id::text FROM {_SIDE_TASK} t JOIN hazards_hazard h ON h.id = t.hazard_id
        WHERE t.finished IS NULL AND NOT EXISTS (
            SELECT 1 FROM organizations_holding o JOIN organizations_user u ON u.id = o.user_id
            JOIN organizations_post p ON p.id = o.post_id JOIN organizations_unit n ON n.id = p.unit_id
            WHERE o.post_id = t.post_id AND u.is_active AND u.admin_role = '' AND n.is_active
              AND o.from_on <= %(today)s AND (o.until_on IS NULL OR o.until_on > %(today)s))""",
    "number of the last event differs from the log": f"""
        SELECT {_NUMBER}, h.last_seq::text FROM hazards_hazard h
        WHERE h.last_seq <> (SELECT coalesce(max(seq), 0) FROM hazards_hazardevent e WHERE e.hazard_id = h.id)""",
}

# With each the moments at which turns at its node began: a turn that passed from hand to hand is several tasks.
_TURNS = f"""
    SELECT t.hazard_id, p.machine, p.row_id, t.unit_id, t.due_at, array_agg(earlier.created)
    FROM {_SIDE_TASK} t JOIN {_SIDE_PROCESS} p ON p.id = t.process_id
    JOIN {_SIDE_TASK} earlier ON earlier.process_id = t.process_id AND earlier.flow_task = t.flow_task
    WHERE t.hazard_id = ANY(%s) AND t.finished IS NULL GROUP BY t.id, p.id ORDER BY t.id
"""


def list_mismatches(at: datetime, *, deep: bool = True) -> Iterator[Mismatch]:
    """Everything that does not agree. `deep` also replays each log, recomputes post and audience and what the clock keeps."""
    values: dict[str, Any] = {
        "terminal": sorted(TERMINAL),
        "today": today(at),
        "nodes": _nodes_as_json(),
    }
    with connection.cursor() as cursor:
        for what, sql in _QUERIES.items():
            cursor.execute(sql, values)
            for number, detail in cursor.fetchall():
                yield Mismatch(number, f"{what}: {detail}")
    if deep:
        yield from _recomputed(at)
        yield from (Mismatch(*found) for found in list_clock_mismatches(at, turns_of=turns_of))


def turns_of(hazard_ids: Sequence[int]) -> Mapping[int, Sequence[OpenTurn]]:
    """The open turns of small rows of these hazards, as the clock is to know them."""
    with connection.cursor() as cursor:
        cursor.execute(_TURNS, [list(hazard_ids)])
        rows = cursor.fetchall()
    found: dict[int, list[OpenTurn]] = defaultdict(list)
    for hazard_id, machine, row_id, unit_id, due_at, began in rows:
        found[hazard_id].append(OpenTurn(machine, row_id, unit_id, due_at, frozenset(began)))
    return found


def _nodes_as_json() -> str:
    return json.dumps(
        {state.value: str(get_task_ref(HazardFlow.route.node_for(state))) for state in State if state not in TERMINAL}
    )


def _recomputed(at: datetime) -> Iterator[Mismatch]:
    hazards = (
        Hazard.objects.defer("search")
        .select_related("unit", "domain", "reporter_post__unit", "lead_assignment__unit")
        .order_by("id")
    )
    for hazard in hazards.iterator(chunk_size=500):
        yield from _check_one(hazard, at)


def _check_one(hazard: Hazard, at: datetime) -> Iterator[Mismatch]:
    case = Case(hazard=hazard, actor=User(), at=at, held=[])
    case.remember(hazard.unit)
    lead = hazard.lead_assignment
    told, now = log.replay(hazard.events.order_by("seq")), log.snapshot(hazard, lead)
    rows = list(_living_rows(hazard)) if hazard.has_small_rows else []
    for row in rows:
        now.update(log.snapshot_row(row))
    wrong = sorted(name for name, value in now.items() if not log.is_told(told, name, value))
    if wrong:
        yield Mismatch(hazard.number, f"replay of the log differs in {', '.join(wrong)}")
    guests = guest_keys_of(hazard, today(at))
    if hazard.guest_keys != guests:
        yield Mismatch(hazard.number, f"guest keys are {hazard.guest_keys}, should be {guests}")
    keys = keys_for(hazard, lead, hazard.unit, case.bureau, hazard.reporter_post.unit)
    if keys != sorted(hazard.visible_to):
        yield Mismatch(hazard.number, f"audience keys are {hazard.visible_to}, should be {keys}")
    try:
        post_id = next_step(case, since=at).post_id
    except Invalid as exc:
        yield Mismatch(hazard.number, exc.message)
        return
    if post_id != hazard.responsible_post_id:
        yield Mismatch(hazard.number, f"responsible post is {hazard.responsible_post_id}, should be {post_id}")
    yield from _check_sides(case, rows)


def _living_rows(hazard: Hazard) -> Iterator[Row]:
    """Every small row that is not over, the lead's assignment apart: the log tells it as `lead.`."""
    for small in SMALLS:
        rows = small.model._default_manager.filter(hazard=hazard).exclude(state__in=small.ended).order_by("pk")
        yield from (row for row in rows if not is_lead(hazard, row))


def _check_sides(case: Case, rows: list[Row]) -> Iterator[Mismatch]:
    """Each small row that awaits somebody has its open turn at the post that the rules name; no other has one."""
    hazard = case.hazard
    open_tasks = SideTask.objects.filter(hazard=hazard, finished__isnull=True).select_related("process")
    found = {
        (task.process.machine, task.process.row_id): (str(get_task_ref(task.flow_task)), task.post_id)
        for task in open_tasks
    }
    wanted: dict[tuple[str, int], tuple[str, int]] = {}
    lead = [hazard.lead_assignment] if hazard.lead_assignment else []
    for row in [*rows, *lead]:
        for machine, state in machines_of(hazard, row):
            try:
                step = next_side_step(case, machine, state, row, since=case.at)
            except Invalid as exc:
                yield Mismatch(hazard.number, exc.message)
                continue
            if step:
                node = str(get_task_ref(SIDE_FLOWS[machine].route.node_for(state)))
                wanted[machine, row.pk] = (node, step.post_id)
    for key in sorted(found.keys() | wanted.keys()):
        if found.get(key) != wanted.get(key):
            yield Mismatch(hazard.number, f"side turn {key} is {found.get(key)}, should be {wanted.get(key)}")
