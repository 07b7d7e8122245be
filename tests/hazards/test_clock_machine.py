"""Anybody does anything, days pass, the clock sweeps or does not, the calendar and the rules change: it all agrees.

After each step every open hazard has somebody at a post, a due moment and a next firing, and what the clock keeps is
what it would reckon (invariants 2, 5, 12, 13 of architecture 3.5).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any, ClassVar

import pytest
from django.core.exceptions import MultipleObjectsReturned, ObjectDoesNotExist
from django.db import transaction
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from core.cached_rows import clear_all
from core.calendar_rows import change_day
from core.clock import StillClock, today
from core.errors import DomainError, Invalid
from deadlines.models import Deadline
from deadlines.sweep import sweep_all
from hazards.clock_check import list_clock_mismatches
from hazards.recomputing import recompute_open
from hazards.selectors import access_hazard, list_possible_actions
from hazards.services import perform
from organizations.models import User
from tests.api.test_actions import EXAMPLES
from tests.support import outside as o
from tests.support.district import District
from tests.support.policies import second_policy
from workflows.consistency import list_mismatches, turns_of

WAYS = (*["act"] * 14, *["hours"] * 3, *["days"] * 2, *["sweep"] * 4, "holiday")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
FILES = ("photos", "after_photos", "signed_sheet")
PEOPLE = (
    "teacher", "safety", "principal", "central", "section", "office", "director", "leader", "chief", "coordinator", "fire",
    "sibling_safety", "sibling_principal",
)  # fmt: skip


class Machine(RuleBasedStateMachine):
    district: ClassVar[District]
    done: ClassVar[Counter[str]]

    @initialize(kinds=st.lists(st.integers(0, 7), min_size=2, max_size=3))
    def begin(self, kinds: list[int]) -> None:
        StillClock.reset()
        clear_all()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.told: list[str] = []
        self.numbers = [self._begun(kind) for kind in kinds]
        self.check(swept=False)

    def _begun(self, kind: int) -> str:
        d = self.district
        begun = [
            d.report, lambda: d.reach("filed"), lambda: d.reach("rectifying"), lambda: d.reach_with("sibling"),
            d.reach_significant, lambda: d.graded("major", "assigned"), lambda: o.notified(d), lambda: o.signed(d),
        ]  # fmt: skip
        number = begun[kind]()
        self.told.append(f"{number}: {begun[kind]} at {kind}")
        return number

    def teardown(self) -> None:
        if not hasattr(self, "example"):
            return
        for line in self.told:
            note(line)
        try:
            if not transaction.get_rollback():
                found = [f"{one.hazard}: {one.what}" for one in list_mismatches(self.district.at)]
                assert found == []
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)
            clear_all()

    @rule(way=st.sampled_from(WAYS), salt=st.integers(0, 2**20))
    def step(self, way: str, salt: int) -> None:
        rng = Random(salt)
        match way:
            case "act":
                self._act(rng)
            case "hours":
                StillClock.advance(timedelta(hours=rng.randint(1, 20)))
            case "days":
                StillClock.advance(timedelta(days=rng.randint(1, 40), hours=rng.randint(0, 23)))
            case "sweep":
                self._sweep()
            case "holiday":
                self._change_day(rng)
        self.told.append(f"{way} at {self.district.at}")
        self.check(swept=way == "sweep")

    def check(self, *, swept: bool) -> None:
        at = self.district.at
        found = list(list_clock_mismatches(at, turns_of=turns_of, swept_at=at if swept else None))
        assert found == []

    def _sweep(self) -> None:
        """Whatever moved on because of it is due at the same moment, too."""
        tally = sweep_all(self.district.at)
        self.done["fired"] += bool(tally.n_claimed)
        assert tally.failed == [], list(
            Deadline.objects.filter(failed_at__isnull=False).values_list("failure", flat=True)
        )

    def _change_day(self, rng: Random) -> None:
        on = today(self.district.at) + timedelta(days=rng.randint(0, 20))
        mark = rng.choice([(False, "放假"), (True, "调休") if on.weekday() >= 5 else (False, "放假"), None])
        try:
            with transaction.atomic():
                change_day(on=on, mark=mark, actor=None, at=self.district.at)
        except Invalid:
            return
        self.done["recomputed"] += recompute_open(self.district.at, days=frozenset({on})).n_moved

    def _act(self, rng: Random) -> None:
        number, who = rng.choice(self.numbers), self.district.people[rng.choice(PEOPLE)]
        try:
            case = access_hazard(who, number, self.district.at)
        except DomainError:
            return
        names = [one.action.name for one in list_possible_actions(case) if one.action.name in EXAMPLES]
        if not names:
            return
        # What is awaited half of the time, so that a hazard gets somewhere.
        name = names[0] if rng.random() < 0.4 else rng.choice(names)
        self._try(name, who, number)

    def _try(self, name: str, who: User, number: str) -> None:
        try:
            with transaction.atomic():
                data = self._given(name, who)
                perform(
                    name, actor=who, at=self.district.at, number=number, data=data,
                    version=self.district.find(number).version,
                )  # fmt: skip
        except (ObjectDoesNotExist, MultipleObjectsReturned):
            # The example names the one row of a story of its own.
            return
        except DomainError as error:
            self.told.append(f"{number} {name} by {who.username}: {type(error).__name__} {error.message}")
            return
        self.done[name] += 1
        self.told.append(f"{number} {name} by {who.username}")

    def _given(self, name: str, who: User) -> dict[str, Any]:
        """As in the example of the API, with days as far from now as there, and files of who acts."""
        d = self.district
        if name == "adopt_policy":
            return {"policy": second_policy(d), "reason": "按新规则办理"}
        later = today(d.at) - today(StillClock.START)
        data = dict(EXAMPLES[name].fields(d))
        for field, value in data.items():
            if field in FILES:
                data[field] = [str(d.photo(who).pk)]
            elif isinstance(value, str):
                data[field] = ISO.sub(lambda day: (date.fromisoformat(day[0]) + later).isoformat(), value)
        return data


def explore(district: District, *, examples: int, steps: int, salt: int | None) -> Counter[str]:
    played = type("Played", (Machine,), {"district": district, "done": Counter()})
    machine = settings(
        max_examples=examples, stateful_step_count=steps, derandomize=False, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=False, phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(played if salt is None else seed(salt)(played), settings=machine)
    return played.done  # type: ignore[attr-defined, no-any-return]


def test_whatever_happens_the_clock_is_what_it_would_reckon(district: District) -> None:
    done = explore(district, examples=25, steps=30, salt=4)
    assert len(done) > 20, f"too little happened: {done}"


@pytest.mark.prove
def test_whatever_happens_for_long(district: District) -> None:
    done = explore(district, examples=1500, steps=50, salt=None)
    assert len(done) > 40, f"too little happened: {done}"
