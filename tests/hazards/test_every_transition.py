"""Every state is reached and every transition taken, in both worlds; what can't be is listed with its reason.

Each transition is looked for on the cases that stand where it begins: by who may, with what he may sensibly fill in.
Each try is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

from django.db import transaction

from core.clock import StillClock
from hazards.models import HazardEvent
from hazards.states import State
from tests.hazards.test_machine import add_village
from tests.reference import rules
from tests.reference.choices import Chooser
from tests.reference.step import Ask
from tests.support.coverage import Move, main_moves, moves_told, small_moves
from tests.support.district import District
from tests.support.playing import Players
from tests.support.stories import STORIES, play

TRIES = 14
# By which a second person is asked in a state.
PROPOSALS = ("refer", "void", "regrade", "file", "unmerge", "pass_verification")
Before = tuple[str, dict[str, object]]
_ISSUED = ("decide_measure", {"ruling": "issue", "wants_reply": False})
_LISTED: list[Before] = [("propose_listing", {"trigger": "L-4"}), ("decide_listing", {"ruling": "list"})]
# What has to be done before, with what of it must be so.
NEEDS: dict[str, list[Before]] = {
    "answer_support": [("request_support", {})],
    "rule_return": [("request_return", {})],
    "reply_instruction": [("instruct", {})],
    "withdraw_extension": [("request_extension", {})],
    "rule_extension": [("request_extension", {})],
    "prove_guard": [("suspend", {})],
    "request_resume": [("suspend", {}), ("record_appraisal", {"grade": "A"})],
    "rule_resume": [("suspend", {})],
    "end_use": [("suspend", {})],
    "decide_measure": [("propose_measure", {"kind": "bulletin", "to": "school"})],
    "record_interview": [("propose_measure", {"kind": "interview", "to": "school"}), _ISSUED],
    "reply_measure": [
        ("propose_measure", {"kind": "bulletin", "to": "school"}),
        ("decide_measure", {"ruling": "issue", "wants_reply": True}),
    ],
    "withdraw_measure": [("propose_measure", {"kind": "bulletin", "to": "school"}), _ISSUED],
    "decide_listing": _LISTED[:1],
    "visit_supervision": _LISTED,
    "delist": _LISTED,
}

# Begun by no person or in no state that a case of the stories has; each has a test of its own.
ELSEWHERE = {
    "report": "begins a case: every story",
    "absorb": "told on the master of a merger: tests/hazards/test_absorb.py",
    "release": "told on the master of a merger undone: tests/hazards/test_release.py",
    "move_unit": "comes with a merger of schools: tests/hazards/test_moving.py",
    "pass_on": "comes with a change of posts: tests/hazards/test_pass_on.py, and the random machine",
    "request_countersign": "told instead of an act that waits for a second person; below as that act's",
    "lapse_reading": "comes by time: tests/hazards/test_lapse_reading.py",
    "withdraw_evidence": "changes a file and nothing of the case: tests/hazards/test_withdraw_evidence.py",
    "warn": "comes by time: tests/hazards/test_warn.py, as all of the clock's own",
    "draft_measure": "comes by time: tests/hazards/test_draft_measure.py",
    "draft_listing": "comes by time: tests/hazards/test_draft_listing.py",
    "list_overdue": "comes by time: tests/hazards/test_list_overdue.py",
    "escalate_overdue": "comes by time: tests/hazards/test_escalate_overdue.py",
    "take_over": "of what stood before the clock: tests/hazards/test_take_over.py",
    "recompute": "comes with the calendar: tests/hazards/test_recompute.py",
    "adopt_policy": "wants another version of the rules: tests/hazards/test_adopt_policy.py",
    "record_listing": "of another body's notice: tests/hazards/test_record_listing.py",
    "move_paper_limit": "of a department's own paper, which no story has: tests/hazards/test_move_paper_limit.py",
}
NEVER: dict[Move, str] = {
    ("fix_on_spot", "new", "submitted"): "begins a case: tests/hazards/test_fix_on_spot.py",
    (
        "confirm_countersign",
        "returned",
        "returned",
    ): "to return a report ends what was proposed, and nothing is proposed of it",
    ("decline_countersign", "returned", "returned"): "as above",
    ("lapse_countersign", "returned", "returned"): "as above",
    ("request_resume", "reported", "reported"): "what is verified or appraised as safe is used again: both come later",
    ("request_resume", "returned", "returned"): "as above",
    ("propose_listing", "verified", "verified"): "what is verified is not listed any more",
    ("visit_supervision", "submitted", "submitted"): "what is told as done waits for its acceptance, not for a visit",
    ("visit_supervision", "verified", "verified"): "as above",
}
# A row that is over ends with no case, nor what is listed: that is taken off first; what was issued is settled.
_OVER = {
    "extension": ("granted", "refused", "withdrawn"),
    "suspension": ("lifted", "permanent"),
    "supervision": ("declined", "delisted", "listed", "acceptance_requested", "passed"),
    "measure": ("declined", "withdrawn", "settled", "issued", "awaiting_reply"),
}
NEVER_SMALL: dict[Move, str] = {
    ("part", "canceled", "confirmed"): "only a living assignment is settled",
    (
        "supervision",
        "passed",
        "listed",
    ): "accepted by another body, then failed here: tests/hazards/test_record_listing.py",
    **{(machine, state, "ended"): "see above" for machine, states in _OVER.items() for state in states},
}

Told = tuple[str, str, dict[str, object]]
_VOID: list[Told] = [("director", "void", {}), ("leader", "confirm_countersign", {})]
_ASK_RESUME: Told = ("safety", "request_resume", {})
_PASS: Told = ("office", "pass_verification", {"second_name": "某专家"})
_BULLETIN: Told = ("office", "propose_measure", {"kind": "bulletin", "to": "school", "cause": "拖延"})
_MINUTES: Told = ("office", "record_interview", {})
# Every move of the clock's rows, story by story.
OF_CLOCK: list[tuple[Any, ...]] = [
    ("extended", ("safety", "withdraw_extension", {})),
    ("extended", ("director", "rule_extension", {"ruling": "grant"})),
    ("extended", ("director", "rule_extension", {"ruling": "refuse"})),
    ("extended", ("principal", "submit", {})),
    ("out of use", _ASK_RESUME, ("principal", "rule_resume", {"ruling": "grant"})),
    ("out of use", _ASK_RESUME, ("principal", "rule_resume", {"ruling": "refuse"})),
    ("out of use", _ASK_RESUME, ("leader", "end_use", {})),
    ("out of use", _ASK_RESUME, *_VOID),
    ("out of use", ("principal", "rule_resume", {"ruling": "grant"})),
    ("out of use", ("leader", "end_use", {})),
    ("out of use", *_VOID),
    ("listed", ("leader", "delist", {"is_wrong": True})),
    ("listed", ("leader", "eliminate", {"closure_type": "vanished"})),
    ("listed and told as done", ("leader", "delist", {"is_wrong": True})),
    ("listed and told as done", ("office", "fail_verification", {})),
    ("listed and told as done", _PASS, ("leader", "return_closure", {})),
    ("filed", ("office", "propose_listing", {"trigger": "L-4"}), ("leader", "decide_listing", {"ruling": "decline"})),
    ("filed", ("office", "propose_listing", {"trigger": "L-4"}), ("director", "void", {})),
    ("called to an interview", ("leader", "withdraw_measure", {})),
    ("called to an interview", _MINUTES, ("leader", "withdraw_measure", {})),
    ("called to an interview", _MINUTES, ("principal", "reply_measure", {})),
    ("called to an interview", *_VOID),
    ("filed", _BULLETIN, ("leader", "decide_measure", {"ruling": "decline"})),
    ("filed", _BULLETIN, ("leader", "decide_measure", {"ruling": "issue", "wants_reply": True})),
    ("filed", _BULLETIN, ("leader", "decide_measure", {"ruling": "issue"})),
    ("filed", _BULLETIN, ("director", "void", {})),
    ("closed after a bulletin", ("leader", "withdraw_measure", {})),
]


class Search:
    def __init__(self, district: District) -> None:
        add_village(district)
        self.players = Players(district)
        self.players.replays = False
        self.names = play(self.players)
        self.start, self.numbers, self.at = self.players.book, [*self.players.numbers], district.at
        self.found: set[Move] = self.players.moves | moves_told(HazardEvent.objects.all())

    def look_for(self, wanted: Iterable[Move]) -> None:
        for action, source, target in sorted(wanted):
            for index in (n for n, case in enumerate(self.start.cases) if case.state == source):
                for n in range(TRIES):
                    if (action, source, target) in self.found:
                        break
                    self.one_try(index, action, Random(f"{action}{index}{n}"))

    def look_for_withdrawals(self, wanted: Iterable[Move]) -> None:
        """By taking back at once each act that leads there."""
        for move in sorted(wanted):
            _, source, target = move
            acts = sorted(
                {action for action, one, to in main_moves() if (one, to) == (target, source)} & set(rules.FROM)
            )
            for action in acts:
                for index in (n for n, case in enumerate(self.start.cases) if case.state == target):
                    for n in range(TRIES):
                        if move not in self.found:
                            self.one_try(index, action, Random(f"{action}{index}{n}"), then="withdraw")

    def one_try(self, index: int, action: str, rng: Random, *, then: str = "") -> None:
        StillClock.set(self.at)
        self.players.begin(self.start, self.numbers)
        with transaction.atomic():
            if self.is_prepared(index, action, rng) and self.does(index, action, rng):
                case = self.players.book.cases[index]
                if case.proposal is not None and case.proposal.action == action:
                    self.does(index, "confirm_countersign", rng)
                if then:
                    self.does(index, then, rng)
            self.keep(index)
            transaction.set_rollback(True)

    def keep(self, index: int) -> None:
        told = HazardEvent.objects.filter(hazard__receipt_number=self.players.numbers[index])
        self.found |= self.players.moves | moves_told(told)

    def is_prepared(self, index: int, action: str, rng: Random) -> bool:
        case = self.players.book.cases[index]
        if action in ("confirm_countersign", "decline_countersign", "lapse_countersign") and case.proposal is None:
            for proposal in PROPOSALS:
                if case.state in rules.FROM[proposal] and self.players.book.cases[index].proposal is None:
                    self.does(index, proposal, rng)
            if self.players.book.cases[index].proposal is None:
                return False
        if not self.has_row(index, action):
            for need, fixed in NEEDS.get(action, []):
                if not self.does(index, need, rng, **fixed):
                    return False
        if action in rules.CLOCK:
            self.players.time_passes(24 * 40)
        return True

    def has_row(self, index: int, action: str) -> bool:
        """Whether the case has what the act is about already."""
        book = self.players.book
        return rules.PARTY.get(action) == "row" and bool(book.rows(book.cases[index], action))

    def does(self, index: int, action: str, rng: Random, **fixed: object) -> bool:
        book = self.players.book
        chooser, case = Chooser(book, rng), book.cases[index]
        if case.state not in rules.FROM[action]:
            return False
        if action in rules.CLOCK:
            return self.players.act(chooser.ask(index, action)) in (200, 202)
        able = chooser.who_may(case, action)
        recorded = not able
        able = able or chooser.who_records(case, action)
        if not able:
            return False
        ask = chooser.ask(index, action, who=rng.choice(able), recorded=recorded)
        return self.players.act(replace(ask, data={**ask.data, **fixed})) in (200, 202)

    def tell(self, story: str, *acts: tuple[str, str, dict[str, object]]) -> None:
        """What chance is too thin for."""
        StillClock.set(self.at)
        self.players.begin(self.start, self.numbers)
        index = self.names.index(story)
        with transaction.atomic():
            for who, action, data in acts:
                may = self.players.book.may(who, self.players.book.cases[index], action)
                assert may, (story, who, action)
                held = may[0]
                code = self.players.act(Ask(index, action, who, held, data))
                assert code in (200, 202), (story, action, code)
            self.keep(index)
            transaction.set_rollback(True)


def is_withdrawable(move: Move) -> bool:
    """An act of one person alone leads from where the withdrawal leads back to."""
    _, source, target = move
    alone = set(rules.FROM) - rules.CLOCK - {"withdraw", "refer", "unmerge", "confirm_countersign"}
    return source != target and any((one, target, source) in main_moves() for one in alone)


def test_every_transition_is_taken(district: District) -> None:
    assert set(STORIES)
    search = Search(district)
    assert {case.state for case in search.start.cases} == set(State.values), "a state without a story"
    withdrawn = {move for move in main_moves() if move[0] == "withdraw" and is_withdrawable(move)}
    wanted = {move for move in main_moves() if move[0] not in {*ELSEWHERE, "withdraw"}} - set(NEVER)
    search.look_for(wanted)
    search.look_for_withdrawals(withdrawn)
    search.tell("assigned", ("director", "void", {}), ("safety", "sign", {"leader": "principal", "handler": "teacher"}))
    search.tell("reported", ("leader", "instruct", {"to": "school"}), ("safety", "reject", {}))
    search.tell("with parts", ("leader", "eliminate", {"closure_type": "demolished"}))
    search.tell("plan of a major", ("safety", "save_plan", {}))
    search.tell("plan of a major", ("office", "transfer", {"lead": "sibling"}))
    search.tell("plan in review", ("office", "transfer", {"lead": "sibling"}))
    search.tell("significant", ("office", "transfer", {"lead": "sibling"}))
    search.tell("assigned with a part done", ("office", "transfer", {"lead": "sibling"}))
    search.tell("assigned with a part at work", ("office", "transfer", {"lead": "sibling"}))
    search.tell("needs money", ("office", "transfer", {"lead": "sibling"}))
    search.tell("needs money", ("office", "answer_support", {"ruling": "grant"}))
    search.tell("needs money", ("office", "answer_support", {"ruling": "decline"}))
    for story, *acts in OF_CLOCK:
        search.tell(story, *acts)
    search.tell(
        "submitted",
        ("office", "propose_listing", {"trigger": "L-4"}),
        ("leader", "decide_listing", {"ruling": "list"}),
        ("office", "pass_verification", {"second_name": "某专家"}),
        ("leader", "delist", {}),
    )
    missing = sorted((wanted | withdrawn) - search.found)
    assert missing == [], f"{len(missing)} of {len(wanted | withdrawn)} never taken: {missing}"
    small = sorted(small_moves() - search.found - set(NEVER_SMALL))
    assert small == [], f"{len(small)} of {len(small_moves())} never taken: {small}"
