"""Anybody tries anything at any time; the hazards stay whole, and go only where a table written by hand lets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core.clock import StillClock, today
from core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from hazards.actions import ACTIONS
from hazards.models import Hazard, HazardEvent
from hazards.routing import awaited_action
from hazards.selectors import access_hazard, in_scope, list_possible_actions
from organizations.models import Holding, User
from organizations.posts import list_held_posts
from organizations.services import appoint, end_holding
from tests.support.district import LONG_AGO, District
from tests.support.invariants import check_invariants

OPEN = "reported returned filed assigned rectifying submitted verified"
# action → {from: where it may lead}. Written from architecture 3.3, not from the code.
TABLE: dict[str, dict[str, str]] = {
    "return_for_supplement": {"reported": "returned"},
    "supplement": {"returned": "reported"},
    "reject": {"reported": "rejected"},
    "file": {"reported": "filed"},
    "self_handle": {"reported": "rectifying"},
    "fix_on_spot": {"reported": "submitted"},
    "confirm_and_close": {"submitted": "closed"},
    "assign": {"filed": "assigned"},
    "sign": {"assigned": "rectifying"},
    "submit": {"rectifying": "submitted"},
    "return_submission": {"submitted": "rectifying"},
    "fail_verification": {"submitted": "rectifying"},
    "pass_verification": {"submitted": "verified"},
    "return_closure": {"verified": "submitted"},
    "close": {"verified": "closed"},
    "void": {"reported": "voided", "returned": "voided", "filed": "voided"},
    "escalate": {"reported": "reported", "filed": "filed"},
    "report_progress": {"rectifying": "rectifying"},
    **{
        action: {state: state for state in OPEN.split()}
        for action in ("amend", "record_control", "add_evidence", "withdraw_evidence")
    },
    # Back to where the act before came from; what that is, the log knows.
    "withdraw": dict.fromkeys(OPEN.split(), OPEN),
}
DOMAINS = ("04", "02", "08", "99")
STARTS = ("reported", "filed", "assigned", "rectifying", "own", "submitted", "verified")
# More hazards than this only slow a run down.
MAX_HAZARDS = 4


def texts(*names: str) -> Callable[[District, User, st.DataObject], dict[str, Any]]:
    return lambda d, who, draw: dict.fromkeys(names, "如实说明")


def some_photos(d: District, who: User, draw: st.DataObject) -> list[str]:
    """Mostly one; none for who holds no post, as he may upload none."""
    has_none = draw.draw(st.integers(0, 4)) == 4 or not list_held_posts(who, d.at)
    return [] if has_none else [str(d.photo(who).pk)]


def some_people(d: District, who: User, draw: st.DataObject) -> dict[str, Any]:
    people = st.sampled_from(["principal", "safety", "teacher", "principal", "teacher", "central"])
    return {
        "leader": d.people[draw.draw(people)].pk,
        "handler": d.people[draw.draw(people)].pk,
        "interim_control": "警戒",
    }


def _file(d: District, who: User, draw: st.DataObject) -> dict[str, Any]:
    return {
        "level": draw.draw(st.sampled_from(["general", "general", "general", "general", "significant", "major"])),
        "domain": draw.draw(st.sampled_from(["04", "04", "08", "99"])),
        "competence": draw.draw(st.sampled_from(["school", "school", "school", "bureau", "department"])),
    }


def _assign(d: District, who: User, draw: st.DataObject) -> dict[str, Any]:
    unit = draw.draw(st.sampled_from(["school", "school", "school", "central", "edu", "point", "fire", "section"]))
    facts: dict[str, Any] = {"lead": d.units[unit].pk, "requirements": "加固"}
    if draw.draw(st.booleans()):
        facts["verifier"] = d.units[draw.draw(st.sampled_from(["school", "central", "section", "edu"]))].pk
    return facts


GIVEN: dict[str, Callable[[District, User, st.DataObject], dict[str, Any]]] = {
    "return_for_supplement": texts("missing"),
    "supplement": texts("supplement"),
    "reject": lambda d, who, draw: {"reason": "no_hazard", "basis": "已核实"},
    "file": _file,
    "self_handle": lambda d, who, draw: {**some_people(d, who, draw), "measures": "换"},
    "fix_on_spot": lambda d, who, draw: {"acted_first": True, "after_photos": some_photos(d, who, draw)},
    "confirm_and_close": lambda d, who, draw: {},
    "assign": _assign,
    "sign": some_people,
    "submit": lambda d, who, draw: {
        **texts("report", "responsibility", "measures", "funding", "deadline", "contingency")(d, who, draw),
        "cost": 1, "photos": some_photos(d, who, draw),
    },
    "return_submission": texts("defects"),
    "fail_verification": texts("failed_points"),
    "pass_verification": texts("opinion"),
    "return_closure": texts("doubt"),
    "close": lambda d, who, draw: {"closure_type": "rectified"},
    "void": texts("reason"),
    "escalate": texts("reason"),
    "report_progress": lambda d, who, draw: {"percent": 100, "progress": "好", "photos": some_photos(d, who, draw)},
    "amend": lambda d, who, draw: {"reason": "核对", "place": draw.draw(st.sampled_from(["教室", "走廊"]))},
    "record_control": texts("interim_control"),
    "add_evidence": lambda d, who, draw: {"photos": some_photos(d, who, draw), "stage": "after"},
    "withdraw_evidence": lambda d, who, draw: {"evidence": draw.draw(st.integers(1, 5)), "reason": "错"},
    "withdraw": texts("reason"),
}  # fmt: skip


class HazardMachine(RuleBasedStateMachine):
    district: ClassVar[District]

    @initialize(started=st.lists(st.sampled_from(STARTS), min_size=2, max_size=3))
    def begin(self, started: list[str]) -> None:
        StillClock.reset()
        self.d = self.district
        self.example = transaction.atomic()
        self.example.__enter__()
        self.numbers = [self.d.reach_own("submitted") if state == "own" else self.d.reach(state) for state in started]

    def teardown(self) -> None:
        # An example may end before it began.
        if hasattr(self, "example"):
            if not transaction.get_rollback():
                check_invariants(self.d.at)
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def who(self, draw: st.DataObject) -> User:
        return self.d.people[draw.draw(st.sampled_from(sorted(self.d.people)))]

    @precondition(lambda self: len(self.numbers) < MAX_HAZARDS)
    @rule(draw=st.data(), domain=st.sampled_from(DOMAINS), flags=st.booleans(), days=st.integers(0, 4))
    def report(self, draw: st.DataObject, domain: str, flags: bool, days: int) -> None:
        who = self.d.people[
            draw.draw(st.sampled_from(["teacher", "teacher", "safety", "central", "office", "fire", "outsider"]))
        ]
        facts: dict[str, Any] = {
            "domain": domain,
            "_occurred_on": today(self.d.at) - timedelta(days),
            "_late_reason": "补录",
        }
        if flags:
            facts |= {"suspected_major": draw.draw(st.booleans()), "channel": "direct"}
        try:
            self.numbers.append(self.d.report(who, **facts))
        except Invalid as error:
            # Of another central school, or nobody there for a restricted matter.
            assert who == self.d.outsider or domain == "08", error.message
        except NotAllowed:
            assert not Holding.objects.filter(user=who, until_on=None).exists()

    @rule(draw=st.data(), actions=st.lists(st.sampled_from(sorted(GIVEN)), min_size=2, max_size=6))
    def try_anything(self, draw: st.DataObject, actions: list[str]) -> None:
        for action in actions:
            is_old = draw.draw(st.integers(0, 3)) == 3
            self.attempt(draw, draw.draw(st.sampled_from(self.numbers)), self.who(draw), action, is_old=is_old)

    @rule(draw=st.data(), n=st.integers(1, 4))
    def do_what_is_offered(self, draw: st.DataObject, n: int) -> None:
        for number in draw.draw(st.lists(st.sampled_from(self.numbers), min_size=n, max_size=n)):
            hazard = self.d.find(number)
            holders = User.objects.filter(holdings__post=hazard.responsible_post_id, holdings__until_on=None).order_by(
                "pk"
            )
            if hazard.responsible_post_id is not None and holders:
                self.do_one_offered(draw, hazard, draw.draw(st.sampled_from(list(holders))))

    def offered_to(self, who: User, number: str) -> set[str]:
        return {possible.action.name for possible in list_possible_actions(access_hazard(who, number, self.d.at))}

    def do_one_offered(self, draw: st.DataObject, hazard: Hazard, who: User) -> None:
        case = access_hazard(who, hazard.number, self.d.at)
        offered = [possible.action.name for possible in list_possible_actions(case)]
        awaited = awaited_action(case)
        assert awaited in offered or who.pk in hazard.rectifiers or hazard.level == "significant", (awaited, offered)
        chosen = draw.draw(st.sampled_from([*offered, awaited, awaited]))
        self.attempt(draw, hazard.number, who, chosen, is_offered=True)

    def attempt(
        self,
        draw: st.DataObject,
        number: str,
        who: User,
        action: str,
        *,
        is_old: bool = False,
        is_offered: bool = False,
    ) -> None:
        before = self.d.find(number)
        sees = in_scope(who, self.d.at).filter(pk=before.pk).exists()
        version = before.version - 1 if is_old else before.version
        offered = self.offered_to(who, number) if sees else set()
        data = GIVEN[action](self.d, who, draw)
        n_events = HazardEvent.objects.count()
        try:
            outcome = self.d.do(action, who, number, _version=version, **data)
        except DomainError as error:
            assert HazardEvent.objects.count() == n_events
            assert isinstance(error, NotFound) != sees, "404 is for what is out of scope, and only that"
            if isinstance(error, WrongState):
                assert is_old or before.state not in TABLE[action]
            assert not (is_offered and isinstance(error, NotAllowed | WrongState)), (
                f"{action} was offered: {error.message}"
            )
            return
        assert sees and not is_old
        assert action in offered, f"{action} was possible and not offered"
        assert outcome.state in TABLE[action][before.state].split(), f"{action}: {before.state} to {outcome.state}"
        assert HazardEvent.objects.count() == n_events + 1
        assert self.d.find(number).found_on == before.found_on

    @rule(draw=st.data(), what=st.sampled_from(["hours", "hours", "leaves", "comes back", "mandate"]))
    def meanwhile(self, draw: st.DataObject, what: str) -> None:
        if what == "hours":
            StillClock.advance(timedelta(hours=draw.draw(st.integers(1, 60))))
        elif what == "leaves":
            self.somebody_leaves(self.who(draw))
        elif what == "comes back":
            self.somebody_comes_back(self.who(draw))
        elif not self.d.units["edu"].mandates.exists():
            self.d.mandate()

    def somebody_leaves(self, who: User) -> None:
        holding = Holding.objects.filter(user=who, until_on=None).first()
        if holding:
            try:
                with transaction.atomic():
                    end_holding(actor=None, holding=holding, until_on=today(self.d.at), at=self.d.at)
            except Invalid as error:
                assert "将无人办理" in error.message

    def somebody_comes_back(self, who: User) -> None:
        left = Holding.objects.filter(user=who).exclude(until_on=None).order_by("-pk").first()
        if left and not Holding.objects.filter(user=who, until_on=None).exists():
            Holding.objects.filter(user=who).delete()
            appoint(actor=None, post=left.post, user=who, from_on=LONG_AGO, at=self.d.at)

    @invariant()
    def everything_is_whole(self) -> None:
        if hasattr(self, "numbers"):
            assert check_invariants(self.d.at, deep=False) == len(self.numbers)
            assert Hazard.objects.filter(found_on__gt=today(self.d.at)).count() == 0


def explore(district: District, *, examples: int, steps: int, derandomize: bool) -> None:
    # Else a forgotten action is told after minutes of shrinking.
    assert set(TABLE) == set(GIVEN) == set(ACTIONS) - {"report"}
    HazardMachine.district = district
    run_state_machine_as_test(
        HazardMachine,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, derandomize=derandomize, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_the_table_names_every_action() -> None:
    assert set(TABLE) == set(GIVEN) == set(ACTIONS) - {"report"}
    assert date.min < LONG_AGO


def test_anybody_tries_anything(district: District) -> None:
    explore(district, examples=20, steps=25, derandomize=True)


@pytest.mark.prove
def test_anybody_tries_anything_for_long(district: District) -> None:
    explore(district, examples=200, steps=40, derandomize=False)
