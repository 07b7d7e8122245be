"""Anybody tries anything at any time: what it comes to and where it leads is what a plain-Python reference says.

The reference (`tests/reference`) is a second reading of architecture 3 and process.md a.4; it asks nothing of the code
under test. After every act both are compared, and the invariants of architecture 3.5 looked at.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from core.clock import StillClock
from hazards.actions import ACTIONS
from organizations.kinds import PostKind, UnitKind
from tests.reference import rules
from tests.reference.book import Book
from tests.reference.choices import Chooser
from tests.support.district import District, make_person, make_unit
from tests.support.invariants import check_mergers, check_one
from tests.support.playing import Move, Players
from tests.support.stories import play

# How a step goes: mostly what is awaited, by who may.
WAYS = (
    *["awaited"] * 12, *["legal"] * 5, *["recorded"] * 3, *["wild"] * 3, "old", *["time"] * 2, "people", "report",
)  # fmt: skip
# Cases that one example plays with.
N_PLAYED = 4
# What no person asks for: written with other acts, or by a change of units.
NEVER_ASKED = {
    "absorb", "release", "move_unit", "pass_on", "request_countersign", "lapse_reading",
    # The clock's own: tests/deadlines plays each rung, tests/hazards/test_clock_machine.py the sweep at random.
    "warn", "draft_measure", "draft_listing", "list_overdue", "escalate_overdue", "take_over", "recompute",
}  # fmt: skip
# Each has a file of its own; they change nothing that the reference keeps, or bring in what only another body decides:
# a notice of a higher body (record_listing), another version of the rules (adopt_policy).
APART = {"withdraw_evidence", "report", "record_listing", "adopt_policy"}
REPORTERS = ("teacher", "safety", "central", "office", "fire", "town", "outsider", "coordinator", "section", "hermit")


class Machine(RuleBasedStateMachine):
    players: ClassVar[Players]
    # As the stories left both worlds.
    start: ClassVar[Book]
    numbers: ClassVar[list[str]]
    names: ClassVar[list[str]]
    at_start: ClassVar[datetime]

    @initialize(played=st.lists(st.integers(0, 10_000), min_size=N_PLAYED, max_size=N_PLAYED))
    def begin(self, played: list[int]) -> None:
        StillClock.set(self.at_start)
        self.example = transaction.atomic()
        self.example.__enter__()
        self.played = sorted({n % len(self.start.cases) for n in played})
        self.players.begin(self.start, self.numbers)
        self.players.told.append(f"cases {[(n, self.names[n]) for n in self.played]}")

    def teardown(self) -> None:
        if not hasattr(self, "example"):
            return
        for line in self.players.told:
            note(line)
        try:
            if not transaction.get_rollback():
                self.all_is_whole()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def all_is_whole(self) -> None:
        """What is asked once for all acts of an example: logs, mergers, numbers, readers."""
        at, hazards = self.players.d.at, [self.players.find(self.players.numbers[n]) for n in self.played]
        for hazard in hazards:
            check_one(hazard, at)
        check_mergers(hazards)
        self.players.compare_readers(self.played)

    @rule(way=st.sampled_from(WAYS), seed=st.integers(0, 2**20))
    def step(self, way: str, seed: int) -> None:
        rng = Random(seed)
        if way == "time":
            self.players.time_passes(rng.randint(1, 90))
        elif way == "people":
            self.players.change_people(rng.choice(["leaves", "comes back", "stands in", "hands over"]), rng)
        elif way == "report":
            self.somebody_reports(rng)
        else:
            ask = Chooser(self.players.book, rng).step("legal" if way == "old" else way, self.played)
            self.players.act(replace(ask, is_old=way == "old" and bool(ask.person)))

    def somebody_reports(self, rng: Random) -> None:
        if len(self.players.numbers) > len(self.numbers):
            return
        code = self.players.report(
            rng.choice(REPORTERS), rng.choice(["school", "school", "point", "village"]),
            domain=rng.choice(["04", "02", "08"]), suspected=rng.random() < 0.2, direct=rng.random() < 0.2,
        )  # fmt: skip
        if code == 201:
            self.played.append(len(self.players.numbers) - 1)


def add_village(d: District) -> None:
    """One person is principal, safety officer and fixer."""
    d.units["village"] = make_unit(UnitKind.SCH, "山里小学", d.units["central"])
    d.people["hermit"] = make_person("hermit", d.units["village"], PostKind.SAFETY, PostKind.PRINCIPAL)


def explore(district: District, *, examples: int, steps: int, salt: int | None) -> set[Move]:
    """Plays, and gives the moves that were made. The same salt plays the same."""
    add_village(district)
    players = Players(district)
    Machine.players, Machine.names = players, play(players)
    Machine.start, Machine.numbers, Machine.at_start = players.book, [*players.numbers], district.at
    # In `make test` the log of a case is replayed once, when its example ends: it tells of every act.
    players.replays = salt is None
    machine = settings(
        max_examples=examples, stateful_step_count=steps, derandomize=False, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False, phases=[Phase.generate],
    )  # fmt: skip
    played = type("Played", (Machine,), {})
    run_state_machine_as_test(played if salt is None else seed(salt)(played), settings=machine)
    return players.moves


def test_the_reference_knows_every_action() -> None:
    assert set(rules.FROM) == set(ACTIONS) - NEVER_ASKED - APART
    assert set(rules.PARTY) == set(rules.FROM) - rules.CLOCK


def test_the_reference_asks_nothing_of_the_code_under_test() -> None:
    """A second reading, not a second way to call the first."""
    for path in (Path(__file__).parents[1] / "reference").glob("*.py"):
        for line in path.read_text().splitlines():
            words = line.split()
            if words[:1] in (["from"], ["import"]):
                top = words[1].split(".")[0]
                assert words[1].startswith("tests.reference") or top in sys.stdlib_module_names, f"{path}: {line}"


@pytest.mark.parametrize("salt", [1, 2])
def test_anybody_tries_anything(district: District, salt: int) -> None:
    """200 × 50, on two workers where there are two."""
    explore(district, examples=100, steps=50, salt=salt)


@pytest.mark.prove
def test_anybody_tries_anything_for_long(district: District) -> None:
    explore(district, examples=2000, steps=50, salt=None)
