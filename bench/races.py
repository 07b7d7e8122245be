"""Two people press the same button at once: how long the loser waits to hear who was first."""

from __future__ import annotations

import time
from dataclasses import dataclass
from multiprocessing import get_context

from bench.copies import copy_hazard
from bench.report import Report, percentile
from bench.scale import RACES
from bench.server import in_processes
from bench.sign import VERSION, sign_facts
from core.errors import DomainError
from hazards.services import perform
from organizations.models import User
from tests.support.district import build_district
from workflows.consistency import list_mismatches

WARM = 20


@dataclass(frozen=True)
class Click:
    seconds: float
    # Empty for the winner.
    answer: str
    status: int


def measure_races(report: Report) -> None:
    district = build_district()
    actors = (district.safety, district.principal)
    numbers = copy_hazard(district.find(district.reach("assigned")).pk, WARM + RACES)
    facts, at = sign_facts(district), district.at
    gate = get_context("fork").Barrier(len(actors))

    def click_all(index: int) -> list[Click]:
        clicks = []
        for number in numbers:
            gate.wait()
            begin = time.perf_counter()
            try:
                perform("sign", actor=actors[index], at=at, number=number, version=VERSION, data=facts)
                clicks.append(Click(time.perf_counter() - begin, "", 200))
            except DomainError as exc:
                clicks.append(Click(time.perf_counter() - begin, exc.message, exc.status))
        return clicks

    races = list(zip(*in_processes(len(actors), click_all), strict=True))[WARM:]
    _report(report, actors, races)
    # Rows that came by COPY and were then moved by the services.
    report.add("rows that disagree after the races", sum(1 for _ in list_mismatches(at)), "rows", "<= 0")


def _report(report: Report, actors: tuple[User, ...], races: list[tuple[Click, ...]]) -> None:
    winners, losers, told = [], [], 0
    for race in races:
        won = [index for index, click in enumerate(race) if click.status == 200]
        if len(won) != 1:
            continue
        winner, loser = race[won[0]], race[1 - won[0]]
        winners.append(winner.seconds * 1000)
        losers.append(loser.seconds * 1000)
        told += loser.status == 409 and actors[won[0]].name in loser.answer and "签收" in loser.answer
    report.add("races of two with not exactly one winner", len(races) - len(winners), "races", "<= 0")
    report.add("losers not told who did what", len(losers) - told, "races", "<= 0")
    report.add("winner of a race, p99", percentile(winners, 99), "ms")
    report.add("loser of a race, p99", percentile(losers, 99), "ms")
    report.add("loser beside winner, p99", percentile(losers, 99) / percentile(winners, 99), "times", "<= 3")
