"""Two acts that touch the same rows from two sides: at most one of what excludes the other, nothing half done, no deadlock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from core.errors import Busy, Invalid, NotFound, Stale, WrongState
from hazards.models import Assignment, Hazard, HazardEvent, JudgingClause, RectificationPlan
from hazards.services import Outcome, perform
from hazards.states import State
from organizations.models import User
from tests.support.district import District
from tests.support.invariants import check_mergers, check_one
from tests.support.together import Came, Crowd

Call = Callable[[], Outcome]
# What a loser may be told: that somebody was first, or that what he wants fits no more.
TOLD = (WrongState, Stale, Invalid, Busy, NotFound)
ROUNDS = 4
PLAN = {"goal": "另改", "milestones": "2026-12-01 完工"}


def call(
    d: District, action: str, who: User | None, number: str, *, later: timedelta = timedelta(), **data: object
) -> Call:
    version = d.find(number).version if who else None
    return partial(perform, action, actor=who, at=d.at + later, number=number, version=version, data=data)


def winners(came: list[Came[Outcome]]) -> list[str]:
    for one in came:
        assert one.error is None or isinstance(one.error, TOLD), one.error
    return sorted(one.answer.action for one in came if one.answer)


@pytest.mark.parametrize("n", [2, 4])
def test_each_is_merged_into_the_other(d: District, everybody: Crowd, n: int) -> None:
    """Locks are taken by id, so nobody waits in a ring; one is left to go on."""
    for _ in range(ROUNDS):
        numbers = [d.report() for _ in range(2)]
        ways = [(numbers[i % 2], numbers[1 - i % 2]) for i in range(n)]
        who = [d.safety, d.principal]
        calls = [
            call(d, "merge", who[i // 2 % 2], one, master=other, reason="同一处") for i, (one, other) in enumerate(ways)
        ]
        assert winners(everybody.at_once(calls)) == ["merge"]
        hazards = [d.find(number) for number in numbers]
        assert sorted(hazard.state for hazard in hazards) == ["merged", "reported"]
        check_mergers(hazards)
        for hazard in hazards:
            check_one(hazard, d.at)


def test_three_in_a_ring(d: District, everybody: Crowd) -> None:
    for _ in range(ROUNDS):
        a, b, c = (d.report() for _ in range(3))
        calls = [
            call(d, "merge", d.safety, one, master=other, reason="同一处") for one, other in ((a, b), (b, c), (c, a))
        ]
        assert set(winners(everybody.at_once(calls))) == {"merge"}
        hazards = [d.find(number) for number in (a, b, c)]
        assert "reported" in [hazard.state for hazard in hazards], "all went away"
        check_mergers(hazards)


@pytest.mark.parametrize("act", ["file", "reject", "escalate", "void", "merge"])
def test_the_master_moves_meanwhile(d: District, everybody: Crowd, act: str) -> None:
    """Whatever is first, none goes into a master that has ended."""
    for _ in range(ROUNDS):
        one, master, other = d.report(), d.report(), d.report()
        data: dict[str, dict[str, object]] = {
            "file": {"level": "general", "domain": "04", "competence": "school"},
            "reject": {"reason": "no_hazard", "basis": "已核实"},
            "escalate": {"reason": "无力整改"},
            "void": {"reason": "重复"},
            "merge": {"master": other, "reason": "同一处"},
        }
        calls = [
            call(d, "merge", d.safety, one, master=master, reason="同一处"),
            call(d, act, d.principal, master, **data[act]),
        ]
        won = winners(everybody.at_once(calls))
        assert won, "both lost"
        hazards = [d.find(number) for number in (one, master, other)]
        check_mergers(hazards)
        if hazards[0].state == State.MERGED and act == "merge":
            assert hazards[1].state == State.REPORTED, "a master was merged"
        for hazard in hazards:
            check_one(hazard, d.at)


def test_a_merger_is_undone_while_its_master_moves(d: District, everybody: Crowd) -> None:
    for _ in range(ROUNDS):
        master, other = d.reach("filed"), d.reach("filed")
        d.do("merge", d.office, other, master=master, reason="同一处")
        d.do("unmerge", d.office, other, reason="不是同一处")
        calls = [
            call(d, "confirm_countersign", d.leader, other),
            call(d, "assign", d.office, master, lead=d.units["school"].pk, requirements="加固"),
            call(d, "void", d.director, master, reason="重复"),
        ]
        won = winners(everybody.at_once(calls))
        assert "unmerge" in won or "confirm_countersign" in won, won
        assert d.find(other).state == State.FILED
        check_one(d.find(other), d.at)
        check_one(d.find(master), d.at)


@pytest.mark.parametrize("n", [2, 4])
def test_a_part_is_finished_while_it_is_taken_away(d: District, everybody: Crowd, n: int) -> None:
    for _ in range(ROUNDS):
        number = d.reach_with("sibling")
        d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
        part = Assignment.objects.get(hazard=d.find(number), unit=d.units["sibling"])
        calls = [
            call(d, "finish_part", d.sibling_safety, number, result="已腾"),
            call(d, "change_parties", d.office, number, remove=part.pk, reason="不用配合"),
            call(d, "finish_part", d.sibling_principal, number, result="已腾"),
            call(d, "change_parties", d.director, number, remove=part.pk, reason="不用配合"),
        ]
        [won] = winners(everybody.at_once(calls[:n]))
        assert Assignment.objects.get(pk=part.pk).state == {"finish_part": "done", "change_parties": "canceled"}[won]
        check_one(d.find(number), d.at)


@pytest.mark.parametrize("n", [2, 4])
def test_a_plan_is_approved_while_it_is_written_anew(d: District, everybody: Crowd, n: int) -> None:
    for _ in range(ROUNDS):
        number = d.reach_plan("in_review")
        calls = [
            call(d, "approve_plan", d.director, number),
            call(d, "save_plan", d.safety, number, **PLAN),
            call(d, "return_plan", d.leader, number, comment="补预案"),
            call(d, "save_plan", d.principal, number, **PLAN),
        ]
        [won] = winners(everybody.at_once(calls[:n]))
        assert won in ("approve_plan", "return_plan")
        plan = RectificationPlan.objects.get(hazard=d.find(number))
        assert plan.state == {"approve_plan": "approved", "return_plan": "draft"}[won]
        assert plan.goal != "另改", "a plan under review was changed"
        check_one(d.find(number), d.at)


@pytest.mark.parametrize("who", ["leader", "director"])
def test_the_second_person_acts_as_the_limit_passes(d: District, everybody: Crowd, who: str) -> None:
    """Consent, or the proposer's own no, against the clock."""
    for _ in range(ROUNDS):
        number = d.reach("assigned")
        d.do("void", d.director, number, reason="重复")
        action = "confirm_countersign" if who == "leader" else "decline_countersign"
        calls = [
            call(d, action, d.people[who], number, **({} if who == "leader" else {"note": "点错了"})),
            call(d, "lapse_countersign", None, number, later=timedelta(days=30)),
        ]
        [won] = winners(everybody.at_once(calls))
        hazard = d.find(number)
        assert hazard.state == (State.VOIDED if won in ("void", "confirm_countersign") else State.ASSIGNED)
        check_one(hazard, d.at + timedelta(days=30))


def test_a_major_is_filed_once_whoever_is_first(d: District, everybody: Crowd) -> None:
    """The leader agrees, another declines, the limit passes, the office files it as less: one of them."""
    clause = JudgingClause.objects.order_by("pk").first()
    assert clause is not None
    for _ in range(ROUNDS):
        number = d.report()
        d.do("escalate", d.safety, number, reason="疑似重大")
        d.do("file", d.office, number, level="major", domain="04", competence="school", clause=clause.pk)
        calls = [
            call(d, "confirm_countersign", d.leader, number),
            call(d, "decline_countersign", d.chief, number, note="未达到"),
            call(d, "file", d.director, number, level="general", domain="04", competence="school"),
            call(d, "lapse_countersign", None, number, later=timedelta(days=30)),
        ]
        assert len(winners(everybody.at_once(calls))) == 1
        check_one(d.find(number), d.at + timedelta(days=30))


@pytest.mark.parametrize("n", [2, 4])
def test_it_is_looked_at_again_while_it_is_reopened(d: District, everybody: Crowd, n: int) -> None:
    """A look changes nothing, so both may stand; one reopens it."""
    for _ in range(ROUNDS):
        number = d.reach("closed")
        photos = {who: [str(d.photo(d.people[who]).pk)] for who in ("office", "director")}
        calls = [
            call(d, "reopen", d.office, number, cause="rebound", findings="又松", photos=photos["office"]),
            call(d, "look_back", d.leader, number, result="rebound", findings="又松"),
            call(d, "reopen", d.director, number, cause="rebound", findings="又松", photos=photos["director"]),
            call(d, "look_back", d.chief, number, result="holds", findings="好"),
        ]
        won = winners(everybody.at_once(calls[:n]))
        assert won.count("reopen") == 1
        hazard = d.find(number)
        assert hazard.state == State.RECTIFYING
        assert Hazard.objects.filter(pk=hazard.pk).count() == 1
        assert HazardEvent.objects.filter(hazard=hazard, action="reopen").count() == 1
        check_one(hazard, d.at)
