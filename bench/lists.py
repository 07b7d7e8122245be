"""The list page at 50,000 and at 1,000,000 hazards: statements, buffers, plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment, teardown_test_environment
from django.urls import reverse

from bench.load import load_hazards
from bench.report import Report
from bench.server import clone
from bench.tree import Province, build_province
from core.cached_rows import clear_all
from core.clock import StillClock
from organizations.models import User
from tests.support.databases import Databases, with_database
from workflows.consistency import list_mismatches

LARGE_TABLES = {"hazards_hazard", "hazards_assignment", "hazards_audiencekey", "workflows_hazardtask"}
SMALL, LARGE = 50_000, 1_000_000
FILTERS: Mapping[str, Mapping[str, str]] = {"no filter": {}, "state": {"state": "rectifying"}, "q": {"q": "灭火器"}}
# The audience of each row as keys_for would make it, set-based.
_KEYS = """
    SELECT count(*) FROM hazards_hazard h JOIN organizations_unit u ON u.id = h.unit_id
    LEFT JOIN hazards_assignment a ON a.id = h.lead_assignment_id
    WHERE h.visible_to <> (
        SELECT array_agg(DISTINCT key::int ORDER BY key::int) FROM (
            SELECT unnest(u.path || ARRAY[h.handling_unit_id, h.verifying_unit_id, h.closing_unit_id, a.unit_id]) * 4 AS key
            UNION ALL SELECT unnest(ARRAY[h.reporter_id, a.leader_id, a.handler_id]) * 4 + 2
        ) keys WHERE key IS NOT NULL)
"""


@dataclass(frozen=True)
class Page:
    n_queries: int
    n_rows: int
    buffers: int
    sequential: tuple[str, ...]
    milliseconds: float


def measure_lists(report: Report, databases: Databases) -> None:
    found: dict[int, dict[tuple[str, str], Page]] = {}
    for n in (SMALL, LARGE):
        with clone(databases, f"list_{n}") as name:
            province = build_province()
            load_hazards(with_database(databases.owner, name), province, n)
            report.add(f"rows that disagree after loading {n:,}", _n_wrong(), "rows", "<= 0")
            found[n] = _measure_pages(province)
    for scope, kind in found[SMALL]:
        small, large = found[SMALL][scope, kind], found[LARGE][scope, kind]
        at = f"list, {scope}, {kind}"
        report.add(f"{at}: queries", max(small.n_queries, large.n_queries), "queries", "<= 8")
        report.add(f"{at}: buffers at {SMALL:,}", small.buffers, "buffers")
        report.add(f"{at}: buffers at {LARGE:,}", large.buffers, "buffers")
        report.add(f"{at}: buffers, large beside small", large.buffers / small.buffers, "times", "<= 2")
        report.add(f"{at}: sequential scans of hazards at {LARGE:,}", len(large.sequential), "scans", "<= 0")
        report.add(f"{at}: rows on the page, the fewer", min(small.n_rows, large.n_rows), "rows")
        report.add(f"{at}: time at {LARGE:,}", large.milliseconds, "ms")


def _n_wrong() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_KEYS)
        keys = int(cursor.fetchone()[0])
    return keys + sum(1 for _ in list_mismatches(StillClock.START, deep=False))


def _measure_pages(province: Province) -> dict[tuple[str, str], Page]:
    clear_all()
    setup_test_environment()
    try:
        return {
            (scope, kind): _measure(user, params)
            for scope, user in province.viewers().items()
            for kind, params in FILTERS.items()
        }
    finally:
        teardown_test_environment()


def _measure(user: User, params: Mapping[str, str]) -> Page:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("hazard_list")
    client.get(address, params)  # caches of reference rows and the session's first write
    with CaptureQueriesContext(connection) as captured:
        begin = perf_counter()
        answer = client.get(address, params)
        taken = (perf_counter() - begin) * 1000
    assert answer.status_code == 200, answer.status_code
    statements = [query["sql"] for query in captured.captured_queries]
    counted = [sql for sql in statements if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET"))]
    plans = [plan for sql in counted if sql.startswith(("SELECT", "WITH", "(SELECT")) for plan in [_explain(sql)]]
    return Page(
        n_queries=len(counted),
        n_rows=len(answer.context["page"].rows),
        buffers=sum(buffers for buffers, _ in plans),
        sequential=tuple(scan for _, scans in plans for scan in scans),
        milliseconds=taken,
    )


def _explain(sql: str) -> tuple[int, list[str]]:
    """(shared buffers touched, sequential scans of large tables)"""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}")
        answer = cursor.fetchone()[0]
    plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"], list(_sequential(plan))


def _sequential(node: dict[str, Any]) -> Any:
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE_TABLES:
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _sequential(child)
