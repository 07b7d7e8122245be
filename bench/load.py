"""Hazards by the hundred thousand: rows as the services leave them, by COPY, without a log."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from itertools import accumulate
from random import Random
from typing import Any

import psycopg2
from django.db import connection as django_connection
from viewflow.workflow.fields import get_flow_ref

from bench.copies import next_numbers
from bench.tree import County, Province
from core.clock import StillClock
from hazards.models import Assignment, Domain, Hazard
from hazards.search import bigrams
from hazards.states import TERMINAL, State
from organizations.keys import person_key, unit_key
from organizations.models import Unit
from workflows.consistency import _nodes_as_json
from workflows.flows import HazardFlow

CHUNK = 20_000
# The observed school has as many hazards in a small table as in a large one.
IN_QUIET_SCHOOL = 60
# Per cent of all hazards.
STATES = {
    State.CLOSED: 58, State.RECTIFYING: 15, State.REPORTED: 6, State.SUBMITTED: 6, State.ASSIGNED: 5, State.FILED: 3,
    State.VERIFIED: 3, State.RETURNED: 2, State.REJECTED: 1, State.VOIDED: 1,
}  # fmt: skip
# (domain, place, what is wrong, weight)
TEXTS = [
    ("02", "走廊", "灭火器压力不足", 8), ("02", "宿舍", "疏散通道堆放杂物", 7), ("02", "教学楼", "应急灯不亮", 5),
    ("04", "教学楼", "栏杆松动", 12), ("04", "操场", "围墙开裂", 8), ("05", "食堂", "留样不足", 10),
    ("05", "食堂", "冰箱生熟混放", 6), ("03", "校门外道路", "没有减速带", 9), ("07", "门卫室", "来访未登记", 8),
    ("12", "校车", "安全带损坏", 5), ("19", "配电房", "线路老化", 10), ("18", "操场", "树枝枯死", 6), ("16", "校门", "摊点占道", 6),
]  # fmt: skip
# Share of fire hazards that the bureau gives to the fire brigade.
TO_FIRE = 0.6
_LED = {State.ASSIGNED, State.RECTIFYING, State.SUBMITTED, State.VERIFIED, State.CLOSED}

HAZARD_COLUMNS = (
    "id", "receipt_number", "file_number", "region_code", "created_at", "unit_id", "place", "domain_id", "description",
    "found_on", "finder", "source", "source_note", "channel", "is_restricted", "suspected_major", "interim_control",
    "reporter_id", "reporter_post_id", "level", "competence", "handling_unit_id", "handling_action", "handling_since",
    "lead_assignment_id", "verifying_unit_id", "closing_unit_id", "closes_in_one_act", "rectifiers", "commitments", "round",
    "n_supplements", "closure_type", "closed_at", "cycle", "responsible_post_id", "due_at", "visible_to", "search",
    "version", "last_seq", "last_hash", "state",
)  # fmt: skip
ASSIGNMENT_COLUMNS = (
    "id", "hazard_id", "unit_id", "issuer_unit_id", "issuer_post_id", "requirements", "assigned_at", "limit_on", "due_at",
    "leader_id", "handler_id", "state",
)  # fmt: skip
_FLOW = """
    INSERT INTO workflows_hazardprocess (id, flow_class, status, created, finished, hazard_id, cycle, data)
    SELECT id, %(flow)s, CASE WHEN state = ANY(%(terminal)s) THEN 'DONE' ELSE 'NEW' END, created_at,
           CASE WHEN state = ANY(%(terminal)s) THEN closed_at END, id, 1, '{}' FROM hazards_hazard;
    INSERT INTO workflows_hazardtask (process_id, hazard_id, flow_task, flow_task_type, status, created, token, post_id,
                                      unit_id, due_at, data)
    SELECT h.id, h.id, %(nodes)s::jsonb ->> h.state, 'HUMAN', 'NEW', h.created_at, 'start', h.responsible_post_id,
           p.unit_id, h.due_at, '{}'
    FROM hazards_hazard h JOIN organizations_post p ON p.id = h.responsible_post_id
"""
_TABLES = ("hazards_hazard", "hazards_assignment", "workflows_hazardprocess", "workflows_hazardtask")


def load_hazards(owner_url: str, province: Province, n: int) -> None:
    """n hazards over all schools, some much busier than others, spread over two years."""
    rows = _Rows(province, n)
    with closing(psycopg2.connect(owner_url)) as connection:
        with connection, connection.cursor() as cursor, without_indexes(cursor), with_defaults(cursor):
            for first in range(1, n + 1, CHUNK):
                rows.write(cursor, range(first, min(first + CHUNK, n + 1)))
            cursor.execute(
                _FLOW,
                {"flow": get_flow_ref(HazardFlow), "terminal": sorted(TERMINAL), "nodes": _nodes_as_json()},
            )
            cursor.execute("INSERT INTO hazards_audiencekey SELECT key, id FROM hazards_hazard, unnest(visible_to) key")
            for table in _TABLES:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), %s)", [2 * n])
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """Drop what slows a load, then make it again as it was; constraints are checked then."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'c') ORDER BY contype = 'f'",
        [list(_TABLES)],
    )
    constraints = cursor.fetchall()
    for table, name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary",
        [list(_TABLES)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute("ALTER TABLE hazards_hazard DISABLE TRIGGER USER")
    yield
    cursor.execute("ALTER TABLE hazards_hazard ENABLE TRIGGER USER")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


@contextmanager
def with_defaults(cursor: Any) -> Iterator[None]:
    """Let the database fill in what a row of this load leaves out, as the models would."""
    left_out = [
        (model._meta.db_table, field)
        for model, columns in ((Hazard, HAZARD_COLUMNS), (Assignment, ASSIGNMENT_COLUMNS))
        for field in model._meta.concrete_fields
        if not field.null and field.column not in columns
    ]
    for table, field in left_out:
        value = field.get_db_prep_save(field.get_default(), django_connection)
        cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "{field.column}" SET DEFAULT %s', [value])
    yield
    for table, field in left_out:
        cursor.execute(f'ALTER TABLE {table} ALTER COLUMN "{field.column}" DROP DEFAULT')


class _Rows:
    def __init__(self, province: Province, n: int) -> None:
        self.province, self.n, self.random = province, n, Random(7)
        self.schools = list(province.schools)
        self.quiet = self.schools[0]
        others = self.schools[1:]
        self.random.shuffle(others)
        self.others = others
        # A few schools report most.
        self.weights = list(accumulate(1 / (rank + 10) for rank in range(len(others))))
        self.domains = dict(Domain.objects.values_list("code", "id"))
        self.lexemes: dict[str, list[str]] = {}

    def write(self, cursor: Any, ids: range) -> None:
        hazards, assignments = _Csv(), _Csv()
        schools = self.random.choices(self.others, cum_weights=self.weights, k=len(ids))
        states = self.random.choices(list(STATES), weights=list(STATES.values()), k=len(ids))
        texts = self.random.choices(TEXTS, weights=[text[3] for text in TEXTS], k=len(ids))
        for pk, (county, school), state, text in zip(ids, schools, states, texts, strict=True):
            turn, is_quiet = divmod(pk, self.n // IN_QUIET_SCHOOL)
            if is_quiet == 0 and turn <= IN_QUIET_SCHOOL:
                (county, school), state = self.quiet, list(STATES)[turn % 5]
                text = TEXTS[turn % len(TEXTS)]
            self._add(hazards, assignments, pk, county, school, state, text)
        hazards.copy(cursor, "hazards_hazard", HAZARD_COLUMNS)
        assignments.copy(cursor, "hazards_assignment", ASSIGNMENT_COLUMNS)

    def _add(
        self, hazards: _Csv, assignments: _Csv, pk: int, county: County, school: Unit, state: State, text: Any
    ) -> None:
        domain, place, what, _weight = text
        posts, holders = self.province.posts, self.province.holders
        by_school = state in (State.REPORTED, State.RETURNED)
        handling = school if by_school else county.bureau
        lead = None
        if state in _LED:
            lead = county.fire if domain == "02" and self.random.random() < TO_FIRE else school
        lead_kind = "contact" if lead is county.fire else "safety"
        reporter, worker = holders[school.pk, "teacher"], holders[lead.pk, lead_kind] if lead else None
        if state == State.ASSIGNED:
            worker = None
        verifying = county.bureau.pk if lead else None
        owing = {
            State.REPORTED: (school.pk, "safety"), State.RETURNED: (school.pk, "teacher"),
            State.FILED: (county.bureau.pk, "office_clerk"), State.SUBMITTED: (county.bureau.pk, "office_clerk"),
            State.VERIFIED: (county.bureau.pk, "office_clerk"),
            State.ASSIGNED: (lead.pk if lead else 0, lead_kind), State.RECTIFYING: (lead.pk if lead else 0, lead_kind),
        }.get(state)  # fmt: skip
        units = {*school.path, handling.pk, *([lead.pk] if lead else [])}
        keys = {unit_key(pk) for pk in units} | {person_key(p) for p in (reporter, worker) if p}
        at = StillClock.START - timedelta(minutes=self.n - pk) / max(1, self.n // 700_000)
        receipt, filed = next_numbers()
        filed_number = None if by_school or state == State.REJECTED else filed
        due = at + timedelta(days=15) if owing else None
        hazards.add(
            pk, receipt, filed_number, school.prefecture_code, at, school.pk, place, self.domains[domain], what,
            at.date(), "某人", "school", "", "normal", "f", "f", "",
            reporter, posts[school.pk, "teacher"], "" if by_school else "general", "" if by_school else "school", handling.pk,
            "report", at, pk if lead else None, verifying, verifying, "f", "{}", "{}", 1,
            0, "rectified" if state == State.CLOSED else "", at if state in TERMINAL else None, 1, posts[owing] if owing else None,
            due, "{" + ",".join(map(str, sorted(keys))) + "}", self._vector(place, what, receipt, filed_number or "", school.name),
            0, 0, "", state,
        )  # fmt: skip
        if lead:
            signed = "sent" if state == State.ASSIGNED else "confirmed" if state == State.CLOSED else "signed"
            assignments.add(
                pk, pk, lead.pk, county.bureau.pk, posts[county.bureau.pk, "office_clerk"], "", at, at.date(),
                at + timedelta(days=15), worker, worker, signed,
            )  # fmt: skip

    def _vector(self, *texts: str) -> str:
        """As to_tsvector('simple', …) makes of the bigrams."""
        words: set[str] = set()
        for text in texts:
            words.update(self.lexemes.get(text) or self._keep(text))
        return " ".join(f"'{word}'" for word in words)

    def _keep(self, text: str) -> list[str]:
        found = bigrams(text)
        if not text[-1:].isdigit():
            self.lexemes[text] = found
        return found


class _Csv:
    def __init__(self) -> None:
        self.text = io.StringIO()
        self.writer = csv.writer(self.text)

    def add(self, *cells: object) -> None:
        self.writer.writerow(["\\N" if cell is None else cell for cell in cells])

    def copy(self, cursor: Any, table: str, columns: tuple[str, ...]) -> None:
        self.text.seek(0)
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN CSV NULL '\\N'", self.text)
