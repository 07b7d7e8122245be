"""`sign` end to end beside one step of Viewflow and beside a plain psycopg2 script."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import script_step, viewflow_step
from bench.copies import copy_hazard
from bench.report import Report, lower_quartile
from bench.scale import ACTS_PER_RUN
from bench.server import in_processes
from hazards.services import perform
from organizations.models import User
from tests.support.district import District, build_district

RUNS = 7
ACTS_PER_TURN = 10
PROCESSES = 4
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SET")
HISTORY = 200
# Issue 4: a full action with its deadline.
MOST_STATEMENTS = "<= 12"

Step = Callable[[int | str], None]
# By step, a list of subjects for each connection.
Batches = dict[str, list[list[int | str]]]


def measure_sign(report: Report) -> None:
    district = build_district()
    steps = make_steps(district)
    _count(report, district)
    pattern = district.find(district.reach("assigned")).pk
    for n in (1, PROCESSES):
        rates = _rates(pattern, steps, n)
        ours, theirs, script = (lower_quartile(rates[name]) for name in ("sign", "viewflow", "script"))
        at = f"{n} connection{'s' if n > 1 else ''}"
        report.add(f"sign, {at}", ours, "acts/s")
        report.add(f"Viewflow assign + execute + Switch, {at}", theirs, "steps/s")
        report.add(f"psycopg2 script of the same rows, {at}", script, "acts/s")
        report.add(f"sign beside Viewflow, {at}", ours / theirs, "times", ">= 2.0")
        report.add(f"sign beside the script, {at} (whole product: 0.35)", ours / script, "times")


def make_steps(district: District) -> dict[str, Step]:
    safety, facts = district.safety, sign_facts(district)
    at = district.at

    def sign(number: int | str) -> None:
        perform("sign", actor=safety, at=at, number=str(number), version=VERSION, data=facts)

    def viewflow(task: int | str) -> None:
        viewflow_step.assign_and_execute(int(task), safety)

    def script(number: int | str) -> None:
        script_step.sign(connection, number=str(number), actor=safety, facts=facts, at=at)

    return {"sign": sign, "viewflow": viewflow, "script": script}


# report, escalate, file, assign: the last of them gave the version.
VERSION = 4


def sign_facts(district: District) -> dict[str, object]:
    return {"leader": district.principal.pk, "handler": district.teacher.pk, "interim_control": "已拉警戒线"}


def _rates(pattern: int, steps: dict[str, Step], n: int) -> dict[str, list[float]]:
    """Acts a second of each step in each run, all steps by turns."""
    each = RUNS * ACTS_PER_RUN * n
    subjects: dict[str, Sequence[int | str]] = {
        "sign": copy_hazard(pattern, each),
        "script": copy_hazard(pattern, each),
        "viewflow": viewflow_step.open_tasks(each),
    }
    feeds = {name: iter(items) for name, items in subjects.items()}
    for name, step in steps.items():  # caches and plans warm, as they are in service
        step(_spare(name, pattern))
    rates: dict[str, list[float]] = {name: [] for name in steps}
    for _run in range(RUNS):
        batches = {name: [list(islice(feed, ACTS_PER_RUN)) for _ in range(n)] for name, feed in feeds.items()}
        found = _rates_by_turns(steps, batches) if n == 1 else _rates_one_by_one(steps, batches)
        for name, rate in found.items():
            rates[name].append(rate)
    return rates


def _rates_by_turns(steps: dict[str, Step], batches: Batches) -> dict[str, float]:
    """A few acts of each step after the other, so that whatever else runs on the machine meets all alike."""
    seconds = dict.fromkeys(steps, 0.0)
    for n in range(0, ACTS_PER_RUN, ACTS_PER_TURN):
        for name, step in steps.items():
            seconds[name] += _timed(step, batches[name][0][n : n + ACTS_PER_TURN])
    return {name: ACTS_PER_RUN / taken for name, taken in seconds.items()}


def _rates_one_by_one(steps: dict[str, Step], batches: Batches) -> dict[str, float]:
    return {name: _rate(step, batches[name]) for name, step in steps.items()}


def _spare(name: str, pattern: int) -> int | str:
    return viewflow_step.open_tasks(1)[0] if name == "viewflow" else copy_hazard(pattern, 1)[0]


def _rate(step: Step, batches: list[list[int | str]]) -> float:
    """Acts a second of several processes that do nothing else."""

    def work(index: int) -> float:
        step(batches[index][0])  # opens what a process needs once
        return _timed(step, batches[index][1:])

    seconds: list[float] = in_processes(len(batches), work)
    return sum((len(batch) - 1) / taken for batch, taken in zip(batches, seconds, strict=True))


def _timed(step: Step, subjects: Sequence[int | str]) -> float:
    begin = time.perf_counter()
    for subject in subjects:
        step(subject)
    return time.perf_counter() - begin


def _count(report: Report, district: District) -> None:
    """Statements and commits of one act, with little and with much history."""
    few, many = district.reach("assigned"), district.reach("assigned")
    while district.find(many).last_seq < HISTORY:
        district.do("record_control", district.safety, many, interim_control="已拉警戒线")
    district.sign(district.reach("assigned"))  # fills the caches of reference rows
    counts = []
    for number in (few, many):
        n_events = district.find(number).last_seq
        statements = _statements(district, number)
        counts.append(sum(_n_statements(sql) for sql in statements))
        report.add(f"statements of sign, {n_events} events of history", counts[-1], "statements", MOST_STATEMENTS)
        report.add(
            f"commits of sign, {n_events} events of history",
            sum(sql.startswith("COMMIT") for sql in statements), "commits", "<= 1",
        )  # fmt: skip
    report.add("statements that more history adds", counts[1] - counts[0], "statements", "<= 0")
    statements = _statements_of_assign(district)
    n_statements = sum(_n_statements(sql) for sql in statements)
    report.add("statements of assign, with the deadlines it arms", n_statements, "statements", MOST_STATEMENTS)
    report.add("commits of assign", sum(sql.startswith("COMMIT") for sql in statements), "commits", "<= 1")


def _n_statements(message: str) -> int:
    """One message may carry several statements, each an EXECUTE."""
    return 0 if message.startswith(NOT_COUNTED) else message.count("EXECUTE bihuan_") or 1


def _statements(district: District, number: str) -> list[str]:
    return _captured("sign", district, district.safety, number, sign_facts(district))


def _statements_of_assign(district: District) -> list[str]:
    """The second one: the first fills caches and prepares what is sent."""
    facts: dict[str, object] = {"lead": district.units["school"].pk, "requirements": "加固"}
    for number in [district.reach("filed") for _ in range(2)]:
        statements = _captured("assign", district, district.office, number, facts)
    return statements


def _captured(action: str, district: District, actor: User, number: str, data: Mapping[str, object]) -> list[str]:
    version = district.find(number).version
    captured: AbstractContextManager[CaptureQueriesContext] = CaptureQueriesContext(connection)
    with captured as queries:
        perform(action, actor=actor, at=district.at, number=number, version=version, data=data)
    return [query["sql"] for query in queries.captured_queries]
