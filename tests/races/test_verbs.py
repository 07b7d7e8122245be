"""Many act on one hazard at once: one wins, the others are told who did what, nothing is left half done."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from core.errors import NotFound, Stale, WrongState
from hazards.actions import ACTIONS, Party
from hazards.models import HazardEvent
from hazards.selectors import in_scope
from hazards.services import Outcome, perform
from hazards.states import State
from hazards.uploads import ORPHAN_AFTER, purge_orphans
from tests.races.corrections import CORRECTIONS
from tests.races.entries import Data, Entry, entry
from tests.races.listings import LISTINGS
from tests.races.measured import MEASURED
from tests.races.outside import OUTSIDE
from tests.races.time_and_use import TIME_AND_USE
from tests.support.district import District
from tests.support.invariants import check_one
from tests.support.together import Crowd


def _people(d: District) -> Data:
    return {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "警戒"}


def _photo(who: str, field: str = "photos", **more: Any) -> Callable[[District], Data]:
    return lambda d: {field: [str(d.photo(d.people[who]).pk)], **more}


REPORT = {
    "report": "已换", "cost": 0, "responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁", "contingency": "戊",
}  # fmt: skip
AMEND = {"reason": "核对", "place": "三楼"}
WITHDRAW = {"reason": "点错了"}

CONFIRM = entry("confirm_part", "safety", opinion="属实")
PLAN = {
    "goal": "消除", "responsibility": "甲", "measures": "乙", "funding": "丙", "amount": 1, "funding_source": "公用经费",
    "deadline": "丁", "contingency": "戊", "milestones": "2026-12-01 完工",
}  # fmt: skip


def _part_done(d: District) -> str:
    number = d.reach_with("sibling")
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
    d.do("finish_part", d.sibling_safety, number, result="已腾")
    return number


def _signed_part(d: District) -> str:
    number = d.reach_with("sibling")
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
    return number


def _supported(d: District) -> str:
    number = d.reach("rectifying")
    d.do("request_support", d.safety, number, kind="funding", reason="不足", amount=1)
    return number


def _years(d: District) -> Data:
    return {
        "reason": "budget", "note": "下年度", "year": 2027, "until_on": "2028-08-31", "milestones": "2027-03-31 招标",
        "control": "停用", "photos": [str(d.photo(d.leader).pk)],
    }  # fmt: skip


def _appraisal(d: District) -> Data:
    return {
        "grade": "B", "body": "测试公司", "report_number": "1", "appraised_on": "2026-11-20",
        "photos": [str(d.photo(d.safety).pk)],
    }  # fmt: skip


def _end(d: District) -> Data:
    photos = [str(d.photo(d.leader).pk)]
    return {"closure_type": "demolished", "decision": "9号", "arrangement": "已转班", "photos": photos}


# state, how it is reached → who may do what in it
CONTESTS: dict[str, tuple[Callable[[District], str], list[Entry]]] = {
    "reported": (
        lambda d: d.reach("reported"),
        [
            entry("file", "safety", level="general", domain="04", competence="school"),
            Entry("self_handle", "principal", lambda d: {**_people(d), "measures": "换"}),
            entry("return_for_supplement", "safety", missing="缺照片"),
            entry("escalate", "principal", reason="无力整改"),
            entry("reject", "safety", reason="no_hazard", basis="已核实"),
            Entry("fix_on_spot", "teacher", _photo("teacher", "after_photos", acted_first=True)),
            entry("amend", "principal", **AMEND),
            entry("void", "principal", reason="重复"),
        ],
    ),
    "returned": (
        lambda d: d.reach("returned"),
        [
            entry("supplement", "teacher", supplement="已补"),
            entry("supplement", "safety", supplement="已代补"),
            entry("withdraw", "safety", **WITHDRAW),
            entry("amend", "safety", **AMEND),
            entry("void", "principal", reason="重复"),
        ],
    ),
    "filed": (
        lambda d: d.reach("filed"),
        [
            Entry("assign", "office", lambda d: {"lead": d.units["school"].pk, "requirements": "加固"}),
            Entry("assign", "section", lambda d: {"lead": d.units["central"].pk, "requirements": "督办"}),
            entry("withdraw", "office", **WITHDRAW),
            entry("amend", "director", **AMEND),
            entry("void", "director", reason="重复"),
        ],
    ),
    "assigned": (
        lambda d: d.reach("assigned"),
        [
            Entry("sign", "safety", _people),
            Entry("sign", "principal", _people),
            entry("withdraw", "office", **WITHDRAW),
            entry("amend", "office", **AMEND),
        ],
    ),
    "rectifying": (
        lambda d: d.reach("rectifying"),
        [
            Entry("submit", "teacher", _photo("teacher", **REPORT)),
            Entry("submit", "principal", _photo("principal", **REPORT)),
            entry("withdraw", "safety", **WITHDRAW),
            entry("amend", "office", **AMEND),
        ],
    ),
    "a co-unit's part": (
        lambda d: d.reach_with("sibling"),
        [
            Entry("sign_part", "sibling_safety", lambda d: {"handler": d.sibling_safety.pk}),
            Entry("sign_part", "sibling_principal", lambda d: {"handler": d.sibling_safety.pk}),
            Entry(
                "change_parties",
                "office",
                lambda d: {"reason": "加", "add": [d.units["central"].pk], "co_task": "看护"},
            ),
            Entry("change_parties", "principal", lambda d: {"reason": "换", "handler": d.safety.pk}),
        ],
    ),
    "a part in work": (
        _signed_part,
        [
            entry("finish_part", "sibling_safety", result="已腾"),
            entry("finish_part", "sibling_principal", result="已腾"),
            Entry(
                "change_parties",
                "office",
                lambda d: {"reason": "加", "add": [d.units["central"].pk], "co_task": "看护"},
            ),
        ],
    ),
    "a part that is done": (
        _part_done,
        [CONFIRM, entry("confirm_part", "principal"), entry("return_part", "safety", defects="没腾完")],
    ),
    "a plan to write": (
        lambda d: d.reach_plan("draft"),
        [
            entry("submit_plan", "safety"),
            entry("submit_plan", "principal"),
            entry("save_plan", "safety", **PLAN),
            Entry("eliminate", "leader", _end),
        ],
    ),
    "a plan in review": (
        lambda d: d.reach_plan("in_review"),
        [
            entry("approve_plan", "director"),
            entry("approve_plan", "leader"),
            entry("return_plan", "director", comment="补预案"),
            Entry("record_appraisal", "safety", _appraisal),
        ],
    ),
    "support is asked for": (
        _supported,
        [
            entry("answer_support", "office", ruling="grant", answer="给"),
            entry("answer_support", "director", ruling="decline", answer="不给"),
            Entry("schedule", "leader", _years),
            Entry("submit", "principal", _photo("principal", **REPORT)),
        ],
    ),
    "support may be asked for": (
        lambda d: d.reach("rectifying"),
        [
            entry("request_support", "safety", kind="project", reason="立项"),
            entry("request_support", "principal", kind="coordination", reason="协调"),
            Entry("schedule", "leader", _years),
            Entry("schedule", "chief", lambda d: {**_years(d), "photos": [str(d.photo(d.chief).pk)]}),
        ],
    ),
    "submitted": (
        lambda d: d.reach("submitted"),
        [
            entry("pass_verification", "office", opinion="合格"),
            entry("fail_verification", "section", failed_points="松动"),
            entry("return_submission", "director", defects="不清"),
            entry("withdraw", "principal", **WITHDRAW),
            entry("amend", "office", **AMEND),
        ],
    ),
    "submitted by the school itself": (
        lambda d: d.reach_own("submitted"),
        [
            entry("confirm_and_close", "principal"),
            entry("pass_verification", "safety", opinion="合格"),
            entry("return_submission", "principal", defects="不清"),
            entry("amend", "safety", **AMEND),
        ],
    ),
    "verified": (
        lambda d: d.reach("verified"),
        [
            entry("close", "office", closure_type="rectified"),
            entry("close", "leader", closure_type="rectified"),
            entry("return_closure", "director", doubt="存疑"),
            entry("withdraw", "office", **WITHDRAW),
            entry("amend", "office", **AMEND),
        ],
    ),
    **OUTSIDE,
    **CORRECTIONS,
    **LISTINGS,
    **MEASURED,
    **TIME_AND_USE,
}
MOVING = {name for name, action in ACTIONS.items() if action.moves_version and action.party is not Party.CLOCK} - {
    "report"
}


def test_every_verb_that_moves_the_version_takes_part() -> None:
    assert {one.action for _, entries in CONTESTS.values() for one in entries} >= MOVING


def race(d: District, people: Crowd, contest: str, entries: list[Entry]) -> str:
    """One race; returns the action that won."""
    reach, _ = CONTESTS[contest]
    number = reach(d)
    before = d.find(number)

    def call(entry: Entry) -> Callable[[], Outcome]:
        who, data, at = d.people.get(entry.who), entry.data(d), d.at + entry.later
        return lambda: perform(entry.action, actor=who, at=at, number=number, version=before.version, data=data)

    came = people.at_once([call(entry) for entry in entries])
    winners = [(entry, one.answer) for entry, one in zip(entries, came, strict=True) if one.error is None]
    assert len(winners) == 1, came
    [(won, outcome)] = winners
    after = d.find(number)
    event = HazardEvent.objects.get(hazard=after, seq__gt=before.last_seq)
    assert outcome is not None and (outcome.seq, outcome.state) == (event.seq, after.state)
    # Under dual control an act is proposed first, and written as itself by who proposed it when the second agrees.
    agreed = event.data.get("countersigned_by", {}).get("id")
    assert event.action == outcome.action
    assert (d.people[won.who].pk if won.who else None) in (agreed, event.actor_id)
    for tried, one in zip(entries, came, strict=True):
        if isinstance(one.error, NotFound):
            # The winner took it out of his hands.
            assert not in_scope(d.people[tried.who], d.at).filter(pk=after.pk).exists()
        elif one.error is not None:
            assert type(one.error) in (WrongState, Stale), one.error
            told = str(one.error)
            assert f"{event.actor_name}已于" in told and f"“{ACTIONS[event.action].label}”" in told
            assert f"现在是“{State(after.state).label}”" in told
    check_one(after, d.at)
    return won.action


def run_races(d: District, people: Crowd, n: int, *, seed: int) -> set[str]:
    """n races over all contests, of 2, 4 and 16; the verbs that won at least once."""
    draw = Random(seed)
    names = list(CONTESTS)
    won = set()
    for i in range(n):
        contest, size = names[i % len(names)], draw.choice((2, 2, 2, 4, 4, 16))
        entries = CONTESTS[contest][1]
        draws = (
            draw.sample(entries, size)
            if size <= len(entries) and draw.random() < 0.8
            else draw.choices(entries, k=size)
        )
        won.add(race(d, people, contest, draws))
        # The losers' photos would fill their pockets.
        purge_orphans(d.at + 2 * ORPHAN_AFTER)
    return won


def test_a_hundred_races(d: District, everybody: Crowd) -> None:
    run_races(d, everybody, 100, seed=2026)


@pytest.mark.prove
def test_a_thousand_races(d: District, everybody: Crowd) -> None:
    assert run_races(d, everybody, 1000, seed=1123) >= MOVING


@pytest.mark.parametrize("contest", CONTESTS)
def test_the_same_button_pressed_by_sixteen(d: District, everybody: Crowd, contest: str) -> None:
    first = CONTESTS[contest][1][0]
    assert race(d, everybody, contest, [first] * 16) == first.action
