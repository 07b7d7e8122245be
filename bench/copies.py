"""Many hazards like one: the rows that the services wrote for it, by COPY, with ids, numbers and hashes of their own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.db import connection

from core.numbering import check_digit, file_number
from deadlines.models import Deadline
from hazards import log
from hazards.models import Assignment, Hazard, HazardEvent
from workflows.models import HazardProcess, HazardTask

Values = dict[str, Any]
PREVIOUS = HazardTask.previous.through
# Numbers of a year that no service gives out here.
YEAR = 2099
_serials = count(1)


@dataclass(frozen=True)
class Pattern:
    """Every row of one hazard by column."""

    hazard: Values
    assignments: list[Values]
    events: list[Values]
    processes: list[Values]
    tasks: list[Values]
    previous: list[Values]
    deadlines: list[Values]


def read_pattern(hazard_id: int) -> Pattern:
    tasks = _read(HazardTask, "hazard_id = %s", hazard_id)
    return Pattern(
        hazard=_read(Hazard, "id = %s", hazard_id)[0],
        assignments=_read(Assignment, "hazard_id = %s", hazard_id),
        events=_read(HazardEvent, "hazard_id = %s", hazard_id),
        processes=_read(HazardProcess, "hazard_id = %s", hazard_id),
        tasks=tasks,
        previous=_read(PREVIOUS, "from_hazardtask_id = ANY(%s)", [task["id"] for task in tasks]),
        deadlines=_read(Deadline, "subject_id = %s", hazard_id),
    )


def next_numbers() -> tuple[str, str]:
    """(receipt number, file number) that no other hazard of this database has."""
    serial = next(_serials)
    body = f"{YEAR}{serial:010d}"
    return f"S{body}{check_digit(body)}", file_number("361102", YEAR, serial)


def copy_hazard(hazard_id: int, n: int) -> list[str]:
    """The file numbers of n more hazards like this one."""
    pattern = read_pattern(hazard_id)
    rows: dict[Any, list[Values]] = {
        m: [] for m in (Hazard, Assignment, HazardEvent, HazardProcess, HazardTask, PREVIOUS, Deadline)
    }
    ids = {m: iter(_draw_ids(m, n * max(1, len(group)))) for m, group in _groups(pattern).items()}
    for _ in range(n):
        _add_copy(pattern, rows, ids)
    # The lead assignment and its hazard name each other.
    leads = [(row["id"], row["lead_assignment_id"]) for row in rows[Hazard] if row["lead_assignment_id"]]
    write_rows(Hazard, [{**row, "lead_assignment_id": None} for row in rows[Hazard]])
    for model in (Assignment, HazardEvent, HazardProcess, HazardTask, PREVIOUS, Deadline):
        write_rows(model, rows[model])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE hazards_hazard h SET lead_assignment_id = x.lead"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS x(id, lead) WHERE h.id = x.id",
            [[a for a, _ in leads], [b for _, b in leads]],
        )
        cursor.execute("ANALYZE")
    return [row["file_number"] for row in rows[Hazard]]


def _groups(pattern: Pattern) -> dict[Any, list[Values]]:
    return {
        Hazard: [pattern.hazard], Assignment: pattern.assignments, HazardEvent: pattern.events,
        HazardProcess: pattern.processes, HazardTask: pattern.tasks, PREVIOUS: pattern.previous,
        Deadline: pattern.deadlines,
    }  # fmt: skip


def _add_copy(pattern: Pattern, rows: dict[Any, list[Values]], ids: Mapping[Any, Any]) -> None:
    receipt, filed = next_numbers()
    hazard = {**pattern.hazard, "id": next(ids[Hazard]), "receipt_number": receipt, "file_number": filed}
    renamed: dict[Any, dict[int, int]] = {}
    for model, group in _groups(pattern).items():
        if model is Hazard:
            continue
        renamed[model] = {row["id"]: next(ids[model]) for row in group}
        for row in group:
            copied = {**row, "id": renamed[model][row["id"]]}
            if "hazard_id" in row:
                copied["hazard_id"] = hazard["id"]
            if model is HazardTask:
                copied["process_id"] = renamed[HazardProcess][row["process_id"]]
            if model is Deadline:
                copied["subject_id"] = hazard["id"]
                # Of an assignment; the step and the whole have none.
                copied["row_id"] = renamed[Assignment].get(row["row_id"], row["row_id"])
            if model is PREVIOUS:
                for column in ("from_hazardtask_id", "to_hazardtask_id"):
                    copied[column] = renamed[HazardTask][row[column]]
            rows[model].append(copied)
    if hazard["lead_assignment_id"]:
        hazard["lead_assignment_id"] = renamed[Assignment][hazard["lead_assignment_id"]]
    hazard["last_hash"] = _seal_again(rows[HazardEvent][-len(pattern.events) :], hazard, renamed[Assignment])
    rows[Hazard].append(hazard)


def _seal_again(events: Sequence[Values], hazard: Values, leads: Mapping[int, int]) -> str:
    """Give the copied events the numbers of their hazard and a chain of their own; returns its last hash."""
    previous = ""
    for event in sorted(events, key=lambda e: e["seq"]):
        changes = dict(event["changes"])
        for name in ("receipt_number", "file_number"):
            if name in changes:
                changes[name] = [changes[name][0], hazard[name]]
        if "lead_assignment_id" in changes:
            changes["lead_assignment_id"] = [leads.get(pk, pk) for pk in changes["lead_assignment_id"]]
        event["changes"], event["prev_hash"] = changes, previous
        event["hash"] = previous = log.seal(HazardEvent(**event))
    return previous


def _read(model: Any, where: str, key: int | list[int]) -> list[Values]:
    columns = [field.column for field in model._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {model._meta.db_table} WHERE {where} ORDER BY id", [key])
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        for name, value in row.items():
            if isinstance(value, str) and model._meta.get_field(_field(name)).get_internal_type() == "JSONField":
                row[name] = json.loads(value)
    return rows


def _field(column: str) -> str:
    return column.removesuffix("_id") if column not in ("id",) else column


def _draw_ids(model: Any, n: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [model._meta.db_table, n]
        )
        return [pk for (pk,) in cursor.fetchall()]


def write_rows(model: Any, rows: Iterable[Values]) -> None:
    """COPY rows of one table; values as psycopg2 reads them."""
    rows = list(rows)
    if not rows:
        return
    columns = list(rows[0])
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN CSV NULL '\\N'", text)


def _cell(value: object) -> object:
    if value is None:
        return "\\N"
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value
