"""Many hazards assigned or referred in one act beside as many single calls; statements for each assignment more."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.copies import copy_hazard
from bench.report import Report, lower_quartile
from bench.scale import BULK_ROWS
from hazards.services import perform
from organizations.kinds import UnitKind
from organizations.models import User
from tests.support.district import District, build_district, make_unit

RUNS = 3
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET")
CO_UNITS = (0, 1, 5, 20)


def measure_bulk(report: Report) -> None:
    district = build_district()
    _count_co_units(report, district)
    school = {"lead": district.units["school"].pk, "requirements": "限期整改"}
    _compare(report, district, "assign", _filed(district, "school"), school)
    refer = {"to": district.units["gov"].pk, "reason": "消防部门职责", "control": "专人值守"}
    _compare(report, district, "refer", _filed(district, "department"), refer)


def _filed(district: District, competence: str) -> str:
    number = district.report(domain="02")
    district.do("escalate", district.safety, number, reason="请教育局安排")
    district.do("file", district.office, number, level="general", domain="02", competence=competence)
    return number


def _compare(report: Report, district: District, action: str, pattern: str, data: Mapping[str, object]) -> None:
    """Rows a second of one bulk request beside those of single requests and of single calls of the service, by turns."""
    hazard = district.find(pattern)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(district.office)
    rates: dict[str, list[float]] = {"bulk": [], "single": [], "service": []}
    for _run in range(RUNS):
        numbers = list(map(str, copy_hazard(hazard.pk, 3 * BULK_ROWS)))
        parts = [numbers[n::3] for n in range(3)]
        rates["bulk"].append(_bulk(client, action, parts[0], data, hazard.version))
        rates["single"].append(_single(client, action, parts[1], data, hazard.version))
        rates["service"].append(_service(district.office, district, action, parts[2], data, hazard.version))
    bulk, single, service = (lower_quartile(rates[name]) for name in ("bulk", "single", "service"))
    report.add(f"{action}, {BULK_ROWS} rows in one request", bulk, "rows/s")
    report.add(f"{action}, single requests", single, "rows/s")
    report.add(f"{action}, in bulk beside single requests", bulk / single, "times", ">= 0.8")
    report.add(f"{action}, in bulk beside single calls of the service", bulk / service, "times", ">= 0.8")


def _bulk(client: Client, action: str, numbers: Sequence[str], data: Mapping[str, object], version: int) -> float:
    body = {"numbers": numbers, "action": action, "data": data, "versions": dict.fromkeys(numbers, version)}
    begin = time.perf_counter()
    answer = client.post("/api/v1/hazards/bulk/", body, content_type="application/json")
    taken = time.perf_counter() - begin
    assert answer.status_code == 200, answer.content[:300]
    wrong = [row for row in answer.json()["results"] if row["status"] != 200]
    assert not wrong and len(answer.json()["results"]) == len(numbers), wrong[:1]
    return len(numbers) / taken


def _single(client: Client, action: str, numbers: Sequence[str], data: Mapping[str, object], version: int) -> float:
    begin = time.perf_counter()
    for number in numbers:
        body = {**data, "version": version}
        answer = client.post(f"/api/v1/hazards/{number}/actions/{action}/", body, content_type="application/json")
        assert answer.status_code == 200, answer.content[:300]
    return len(numbers) / (time.perf_counter() - begin)


def _service(
    actor: User, district: District, action: str, numbers: Sequence[str], data: Mapping[str, object], version: int
) -> float:
    begin = time.perf_counter()
    for number in numbers:
        perform(action, actor=actor, at=district.at, number=number, version=version, data=data)
    return len(numbers) / (time.perf_counter() - begin)


def _count_co_units(report: Report, district: District) -> None:
    """Each co-unit more costs the same."""
    units = [make_unit(UnitKind.SCH, f"配合小学{n}", district.units["central"]) for n in range(max(CO_UNITS))]
    counts: dict[int, int] = {}
    for n in (0, *CO_UNITS):  # the first fills the caches
        number = _filed(district, "school")
        version = district.find(number).version
        data = {
            "lead": district.units["school"].pk,
            "requirements": "整改",
            "co_units": [unit.pk for unit in units[:n]],
            "co_task": "配合" if n else "",
        }
        with CaptureQueriesContext(connection) as queries:
            perform("assign", actor=district.office, at=district.at, number=number, version=version, data=data)
        counts[n] = sum(_n_statements(query["sql"]) for query in queries.captured_queries)
    for n, count in counts.items():
        report.add(f"statements of assign with {n} co-units", count, "statements", "<= 10" if n == 0 else None)
    per_unit = [(counts[b] - counts[a]) / (b - a) for a, b in ((1, 5), (5, 20))]
    report.add("statements for each co-unit more", max(per_unit), "statements")
    report.add("difference between few and many co-units", abs(per_unit[0] - per_unit[1]), "statements", "<= 0")


def _n_statements(message: str) -> int:
    """One message may carry several statements, each an EXECUTE."""
    return 0 if message.startswith(NOT_COUNTED) else message.count("EXECUTE bihuan_") or 1
