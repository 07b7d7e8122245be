"""All limits of 10,000 and of 100,000 open hazards reckoned anew: how fast, and in how much memory."""

from __future__ import annotations

import resource
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from time import perf_counter
from typing import Any

from django.db import connection

from bench.report import Report
from bench.server import clone, in_processes
from core.calendar_rows import change_day
from core.clock import StillClock
from core.models import AuditEntry
from deadlines.models import Deadline
from hazards.clock_check import list_clock_mismatches
from hazards.models import Assignment, Hazard, HazardEvent
from hazards.recomputing import DONE
from tests.support.databases import Databases
from tests.support.district import build_district
from workflows.consistency import turns_of

FEW, MANY = 10_000, 100_000
# The third working day before the last day of the pattern's limit is another one after this.
HOLIDAY = date(2026, 12, 4)
# Ids of copies begin here, each copy with room for its events.
FIRST, ROOM = 1_000_000, 100


def measure_recompute(report: Report, databases: Databases) -> None:
    grown: dict[str, dict[int, float]] = {"check": {}, "move": {}}
    rates: dict[str, float] = {}
    for n in (FEW, MANY):
        with clone(databases, f"recompute_{n}"):
            at = _fill(n)
            for name in _WORKS:
                [(seconds, megabytes)] = in_processes(1, partial(_measured, name, at, n))
                rates[name], grown[name][n] = n / seconds, megabytes
    words = {"check": "limits proved to be as reckoned", "move": "limits moved to another calendar"}
    for name, said in words.items():
        report.add(f"{said}, {MANY:,} open hazards", rates[name], "hazards/s")
        more = grown[name][MANY] - grown[name][FEW]
        report.add(f"{said}: memory beside that of {FEW:,}", more, "MB", "<= 20")


def _measured(name: str, at: datetime, n: int, _index: int) -> tuple[float, float]:
    """(seconds, MB by which the process grew at its height)"""
    before, begin = _peak(), perf_counter()
    _WORKS[name](at, n)
    return perf_counter() - begin, _peak() - before


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _check(at: datetime, n: int) -> None:
    assert not list(list_clock_mismatches(at, turns_of=turns_of))


def _move(at: datetime, n: int) -> None:
    """The change itself sees to it once it is sure."""
    change_day(on=HOLIDAY, mark=(False, "bench"), actor=None, at=at)
    told = AuditEntry.objects.filter(action=DONE).latest("pk").detail
    assert (told["looked"], told["rungs"], told["failed"]) == (n, n, []), told


_WORKS: dict[str, Callable[[datetime, int], None]] = {"check": _check, "move": _move}


def _fill(n: int) -> datetime:
    """As many hazards under rectification as one that the services brought there; gives their moment."""
    StillClock.reset()
    district = build_district()
    hazard = district.find(district.reach("rectifying"))
    values = {"hazard": hazard.pk, "lead": hazard.lead_assignment_id, "n": n - 1, "first": FIRST}
    with connection.cursor() as cursor:
        # Copies name each other before all of them stand.
        cursor.execute("BEGIN")
        for model, key, replaced in _copied():
            cursor.execute(_copy(model, key, replaced), values)
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
    return district.at


def _copied() -> list[tuple[Any, str, dict[str, str]]]:
    """(model, which rows of the pattern, {column: of a copy})"""
    me, lead = "%(first)s + g", "%(first)s + g"
    serial = "lpad(g::text, 10, '0')"
    return [
        (
            Hazard, "id = %(hazard)s",
            {
                "id": me, "lead_assignment_id": lead, "receipt_number": f"'S2099' || {serial} || '0'",
                "file_number": f"'361102-2099-' || {serial}",
            },
        ),
        (Assignment, "id = %(lead)s", {"id": lead, "hazard_id": me}),
        (HazardEvent, "hazard_id = %(hazard)s", {"id": f"({me}) * {ROOM} + seq", "hazard_id": me}),
        (
            Deadline, "subject_id = %(hazard)s",
            {"id": "nextval(pg_get_serial_sequence('deadlines_deadline', 'id'))", "subject_id": me,
             "row_id": f"CASE WHEN kind = 'limit' THEN {lead} ELSE row_id END"},
        ),
    ]  # fmt: skip


def _copy(model: Any, key: str, replaced: dict[str, str]) -> str:
    table, columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
    values = ", ".join(replaced.get(column, column) for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table}"
        f" CROSS JOIN generate_series(1, %(n)s::bigint) g WHERE {key}"
    )
