"""The clock: firings beside Viewflow's timers, an idle sweep over many limits, people's acts during a wave."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from bench import viewflow_step
from bench.copies import copy_hazard
from bench.report import Report, lower_quartile
from bench.scale import FULL
from bench.server import in_processes
from bench.sign import VERSION, sign_facts
from deadlines.models import Deadline, DeadlineFiring
from deadlines.policies import policy_for
from deadlines.sweep import claim, sweep_all, sweep_once
from hazards.models import HazardEvent
from hazards.services import perform
from tests.support.district import District, build_district
from workflows.consistency import list_mismatches

RUNS = 7
BATCH = 500
# Due in all runs together: ten thousand.
UNITS_PER_RUN = 3
SERVICES_PER_RUN = 60
TIMERS_PER_RUN = 60
WAVE = 5_000
ACTS = 400 if FULL else 150
MANY, FEW = 1_000_000, 10_000
IDLE_TICKS = 200
DUE = 1_000


def measure_firings(report: Report) -> None:
    """Rows and services beside Viewflow's timers; two processes beside one; people during a wave."""
    district = build_district()
    soon, late = _rung_soon(district), _rung_drafts(district)
    _rates(report, soon, late)
    _processes(report, soon)
    _wave(report, district, soon)
    report.add("rows that disagree after the firings", sum(1 for _ in list_mismatches(late.at)), "rows", "<= 0")


class Pattern:
    """A hazard whose next rung comes at a moment, to be copied."""

    def __init__(self, hazard_id: int, at: datetime) -> None:
        self.hazard_id, self.at = hazard_id, at

    def copy(self, n: int) -> None:
        """n more, all due at `at`; the pattern itself stays as it is."""
        own = Deadline.objects.filter(subject_id=self.hazard_id)
        own.update(wake_at=F("next_fire_at"))
        copy_hazard(self.hazard_id, n)
        own.update(wake_at=None)


def _next_fire(hazard_id: int) -> datetime:
    moment = Deadline.objects.filter(subject_id=hazard_id, kind="limit").values_list("next_fire_at", flat=True).get()
    assert moment is not None
    return moment


def _rung_soon(district: District) -> Pattern:
    """The first rung of a unit's ladder: a reminder, a colour, a paper, rows for who is told."""
    pk = district.find(district.reach("rectifying")).pk
    return Pattern(pk, _next_fire(pk))


def _rung_drafts(district: District) -> Pattern:
    """The rung that drafts a bulletin, all before it having come in their time."""
    pk = district.find(district.reach("rectifying")).pk
    while True:
        at = _next_fire(pk)
        planned = Deadline.objects.get(subject_id=pk, kind="limit")
        if HazardEvent.objects.filter(hazard=pk, action="warn").count() == 5:
            return Pattern(pk, at)
        Deadline.objects.exclude(subject_id=pk).update(wake_at=None)
        assert sweep_all(at).fired.n_acted, planned


def _hold_back() -> None:
    """Nothing that is not of the present run is due."""
    Deadline.objects.filter(wake_at__isnull=False).update(wake_at=None)


def _rates(report: Report, soon: Pattern, late: Pattern) -> None:
    rates: dict[str, list[float]] = {"rows": [], "services": [], "timers": []}
    for run in range(RUNS + 1):
        for name, found in (
            ("rows", _timed(soon, BATCH * UNITS_PER_RUN)),
            ("services", _timed(late, SERVICES_PER_RUN)),
            ("timers", _timed_timers()),
        ):
            if run:  # the first one warms caches and plans
                rates[name].append(found)
    rows, services, timers = (lower_quartile(rates[name]) for name in ("rows", "services", "timers"))
    report.add("firings that only write rows", rows, "firings/s")
    report.add("firings through a service", services, "firings/s")
    report.add("Viewflow's workflow_timers", timers, "firings/s")
    report.add("rows beside workflow_timers", rows / timers, "times", ">= 30")
    report.add("services beside workflow_timers", services / timers, "times", ">= 4")


def _timed(pattern: Pattern, n: int) -> float:
    _hold_back()
    pattern.copy(n)
    begin = time.perf_counter()
    fired = sweep_all(pattern.at).fired
    taken = time.perf_counter() - begin
    assert fired.n_acted == n, fired
    return n / taken


def _timed_timers() -> float:
    viewflow_step.open_timers(TIMERS_PER_RUN)
    begin = time.perf_counter()
    fired = viewflow_step.fire_timers()
    assert fired == TIMERS_PER_RUN
    return fired / (time.perf_counter() - begin)


def _processes(report: Report, soon: Pattern) -> None:
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _run in range(3):
        for n in rates:
            _hold_back()
            soon.copy(BATCH * 6)
            begin = time.perf_counter()
            fired = sum(in_processes(n, lambda _index: sweep_all(soon.at).fired.n_acted))
            rates[n].append(fired / (time.perf_counter() - begin))
            assert fired == BATCH * 6
    report.add("two sweeping processes beside one", max(rates[2]) / max(rates[1]), "times", ">= 1.5")


def _wave(report: Report, district: District, soon: Pattern) -> None:
    """How fast one person's acts go through while another process fires thousands."""
    assigned, facts = district.find(district.reach("assigned")).pk, sign_facts(district)
    first, second = copy_hazard(assigned, ACTS), copy_hazard(assigned, ACTS)

    def sign(number: str) -> None:
        perform("sign", actor=district.safety, at=district.at, number=number, version=VERSION, data=facts)

    def both(index: int) -> float:
        if index:
            sweep_all(soon.at)
            return 0.0
        return _timed_acts(sign, second)

    _hold_back()
    alone = in_processes(1, lambda _index: _timed_acts(sign, first))[0]
    soon.copy(WAVE)
    during = in_processes(2, both)[0]
    report.add("acts of people, alone", alone, "acts/s")
    report.add("acts of people during a wave of firings", during, "acts/s")
    report.add("acts during a wave beside alone", during / alone, "times", ">= 0.5")


def _timed_acts(act: Callable[[str], object], numbers: list[str]) -> float:
    begin = time.perf_counter()
    for number in numbers:
        act(number)
    return len(numbers) / (time.perf_counter() - begin)


def measure_idle(report: Report) -> None:
    """A sweep that finds nothing, and one that finds a thousand, among few and among many limits."""
    district = build_district()
    soon = _rung_soon(district)
    ticks, waves = {}, {}
    for n in (FEW, MANY):
        _fill(n, district, soon.at + timedelta(days=30))
        ticks[n] = _tick(soon.at)
        waves[n] = _due_among(soon)
    _print_plan(report, soon.at)
    report.add(f"idle sweep, {MANY:,} limits beside {FEW:,}", ticks[MANY] / ticks[FEW], "times", "<= 1.3")
    report.add(f"{DUE:,} due among {MANY:,} beside among {FEW:,}", waves[MANY] / waves[FEW], "times", "<= 1.3")
    assert DeadlineFiring.objects.count() >= 2 * DUE


def _fill(n: int, district: District, wake_at: datetime) -> None:
    """Armed limits of as many open hazards, none of them due; their hazards are never read."""
    standing = Deadline.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO deadlines_deadline (region_code, created_at, subject_id, kind, row_id, state, policy_id, ladder, level,
                owner_unit_id, arming, armed_at, due_at, fired_until, next_fire_at, wake_at, n_failures, failure)
            SELECT '361100', %(at)s, -n, 'limit', n, 'armed', %(policy)s, 'unit', 'general', %(owner)s, 1, %(at)s, %(at)s, %(at)s,
                   %(at)s + n * interval '1 second', %(at)s + n * interval '1 second', 0, ''
            FROM generate_series(%(first)s::bigint, %(last)s) n
            """,
            {
                "at": wake_at, "policy": policy_for(None, wake_at.date()), "owner": district.units["edu"].pk,
                "first": standing, "last": n,
            },
        )  # fmt: skip
        cursor.execute("VACUUM (ANALYZE) deadlines_deadline")


def _tick(at: datetime) -> float:
    """Seconds of the middle one of many sweeps that find nothing."""
    _let_sleep(at)
    taken = []
    for _ in range(IDLE_TICKS):
        begin = time.perf_counter()
        assert not claim(at, BATCH)
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[len(taken) // 2]


def _let_sleep(at: datetime) -> None:
    Deadline.objects.filter(wake_at__lte=at).update(wake_at=None)


def _due_among(soon: Pattern) -> float:
    found = []
    for _ in range(3):
        _let_sleep(soon.at)
        soon.copy(DUE)
        begin = time.perf_counter()
        while sweep_once(soon.at).n_claimed:
            pass
        found.append(time.perf_counter() - begin)
    return min(found)


def _print_plan(report: Report, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT id FROM deadlines_deadline WHERE wake_at <= %s ORDER BY wake_at LIMIT 500 FOR UPDATE SKIP LOCKED",
            [at],
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    report.add("sequential scans in the plan of the sweep", plan.count("Seq Scan"), "scans", "<= 0")
