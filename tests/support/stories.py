"""Cases as far as people bring them, so that a random example begins anywhere: told once, to both worlds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.reference.recording import may_record
from tests.reference.step import Ask
from tests.support.playing import Players

GENERAL = {"level": "general", "domain": "04", "competence": "school"}
SIGNIFICANT = {"level": "significant", "domain": "04", "competence": "school"}
MAJOR = {"level": "major", "domain": "04", "competence": "school", "clause": True}
OUTSIDE_BUILDING = {"level": "general", "domain": "04", "competence": "department"}
OUTSIDE_MAJOR = {"level": "major", "domain": "04", "competence": "department", "clause": True}
OUTSIDE = {"level": "general", "domain": "02", "competence": "department"}


class Teller:
    """One case under way; each line an act that has to succeed."""

    def __init__(self, players: Players, who: str = "teacher", unit: str = "school", **facts: Any) -> None:
        self.players = players
        assert players.report(who, unit, **facts) == 201
        self.index = len(players.numbers) - 1

    def does(self, who: str, action: str, *, recorded: bool = False, **data: Any) -> Teller:
        book = self.players.book
        case = book.cases[self.index]
        able = may_record(book, who, case, action) if recorded else book.may(who, case, action)
        assert able, f"{who} may not {action}"
        code = self.players.act(Ask(self.index, action, who, able[0], data, recorded=recorded))
        assert code in (200, 202), f"{action} by {who} came to {code}"
        return self


def filed(p: Players, as_what: dict[str, Any], who: str = "teacher") -> Teller:
    """By the office; what is weighty waits for the leader."""
    case = Teller(p, who).does("safety", "escalate").does("office", "file", **as_what)
    return case.does("leader", "confirm_countersign") if as_what["level"] == "major" else case


def rectifying(p: Players, as_what: dict[str, Any], **more: Any) -> Teller:
    case = filed(p, as_what).does("office", "assign", lead="school", **more)
    return case.does("safety", "sign", leader="principal", handler="teacher")


def planned(p: Players, as_what: dict[str, Any]) -> Teller:
    case = rectifying(p, as_what).does("safety", "save_plan").does("safety", "submit_plan")
    return case.does("leader" if as_what["level"] == "major" else "director", "approve_plan")


def own(p: Players) -> Teller:
    return Teller(p).does("safety", "self_handle", leader="principal", handler="teacher")


def referred(p: Players, as_what: dict[str, Any] = OUTSIDE) -> Teller:
    return filed(p, as_what).does("office", "refer", to="gov", lead="fire").does("leader", "confirm_countersign")


def ordered(p: Players, lead: str) -> Teller:
    return referred(p).does("coordinator", "assign_referred", lead=lead)


def verified(p: Players, as_what: dict[str, Any]) -> Teller:
    case = planned(p, as_what) if as_what["level"] != "general" else rectifying(p, as_what)
    case.does("principal", "submit")
    if as_what["level"] == "general":
        return case.does("office", "pass_verification")
    return case.does("office", "pass_verification", second="section").does("section", "confirm_countersign")


def with_parts(p: Players) -> Teller:
    return rectifying(p, GENERAL, co_units=["sibling", "fire"])


def merged(p: Players) -> Teller:
    master = Teller(p)
    return Teller(p).does("safety", "merge", master=master.index)


def merged_when_filed(p: Players) -> Teller:
    master = filed(p, GENERAL)
    return filed(p, GENERAL).does("office", "merge", master=master.index)


def verified_in_confidence(p: Players) -> Teller:
    case = Teller(p, domain="08").does("bureau_confidant", "file", **{**SIGNIFICANT, "domain": "08"})
    case.does("bureau_confidant", "assign", lead="school").does(
        "confidant", "sign", leader="confidant", handler="confidant"
    ).does("confidant", "save_plan").does("confidant", "submit_plan").does("bureau_confidant", "approve_plan")
    return case.does("confidant", "submit").does("bureau_confidant", "pass_verification", second_name="某专家")


def with_bulletin(case: Teller) -> Teller:
    case.does("office", "propose_measure", kind="bulletin", to="school", cause="拖延")
    return case.does("leader", "decide_measure", ruling="issue")


def listed(case: Teller) -> Teller:
    return case.does("office", "propose_listing", trigger="L-4").does("leader", "decide_listing", ruling="list")


def asked_to_be_used_again(p: Players) -> Teller:
    """By the head of the school that stopped it, who does not answer himself."""
    case = verified(p, GENERAL).does("safety", "suspend", kind="room", scope="三楼")
    return case.does("principal", "request_resume")


def blamed(p: Players) -> Teller:
    """Not closed before the leader has decided."""
    return verified(p, GENERAL).does("office", "propose_measure", kind="accountability", to="school", cause="虚假整改")


def with_signed_part(p: Players) -> Teller:
    case = filed(p, GENERAL).does("office", "assign", lead="school", co_units=["sibling"])
    return case.does("sibling_safety", "sign_part", handler="sibling_safety")


STORIES: dict[str, Callable[[Players], Teller]] = {
    "reported": Teller,
    "reported of a direct channel": lambda p: Teller(p, direct=True),
    "reported as perhaps major": lambda p: Teller(p, suspected=True),
    "reported in confidence": lambda p: Teller(p, domain="08"),
    "reported by the fire brigade": lambda p: Teller(p, "fire", domain="02"),
    "reported at the point": lambda p: Teller(p, "central", "point"),
    "reported in the village": lambda p: Teller(p, "hermit", "village"),
    "handled in the village": lambda p: Teller(p, "hermit", "village").does(
        "hermit", "self_handle", leader="hermit", handler="hermit"
    ),
    "returned": lambda p: Teller(p).does("safety", "return_for_supplement"),
    "rejected": lambda p: Teller(p).does("safety", "reject"),
    "rejected by the office": lambda p: Teller(p).does("safety", "escalate").does("office", "reject"),
    "filed": lambda p: filed(p, GENERAL),
    "filed as outside": lambda p: filed(p, OUTSIDE),
    "waits to be filed as major": lambda p: Teller(p).does("safety", "escalate").does("office", "file", **MAJOR),
    "filed as major": lambda p: filed(p, MAJOR),
    "waits to be referred": lambda p: filed(p, OUTSIDE).does("office", "refer", to="gov", lead="transport"),
    "referred": referred,
    "notified": lambda p: filed(p, OUTSIDE).does("office", "notify", lead="fire"),
    "notified without account": lambda p: filed(p, OUTSIDE).does("office", "notify", lead="transport"),
    "assigned": lambda p: filed(p, GENERAL).does("office", "assign", lead="school"),
    "ordered": lambda p: ordered(p, "fire"),
    "ordered without account": lambda p: ordered(p, "transport"),
    "worked on outside": lambda p: ordered(p, "fire").does("fire", "sign", handler_name="某"),
    "submitted outside": lambda p: ordered(p, "fire").does("fire", "sign", handler_name="某").does("fire", "submit"),
    "asked back": lambda p: ordered(p, "fire").does("fire", "request_return"),
    "own": own,
    "own submitted": lambda p: own(p).does("principal", "submit"),
    "rectifying": lambda p: rectifying(p, GENERAL),
    "with parts": with_parts,
    "with a part at work": lambda p: with_parts(p).does(
        "sibling_safety", "sign_part", handler="sibling_safety"
    ).does("sibling_safety", "finish_part"),
    "significant": lambda p: rectifying(p, SIGNIFICANT),
    "plan in review": lambda p: rectifying(p, SIGNIFICANT).does("safety", "save_plan").does("safety", "submit_plan"),
    "plan of a major": lambda p: planned(p, MAJOR),
    "needs money": lambda p: rectifying(p, GENERAL).does("safety", "request_support", kind="funding"),
    "submitted": lambda p: rectifying(p, GENERAL).does("principal", "submit"),
    "submitted significant": lambda p: planned(p, SIGNIFICANT).does("principal", "submit"),
    "verified": lambda p: verified(p, GENERAL),
    "verified significant": lambda p: verified(p, SIGNIFICANT),
    "closed": lambda p: verified(p, GENERAL).does("office", "close", closure_type="rectified"),
    "closed after a bulletin": lambda p: with_bulletin(verified(p, GENERAL)).does(
        "office", "close", closure_type="rectified"
    ),
    "extended": lambda p: rectifying(p, GENERAL).does(
        "safety", "request_extension", until=p.book.now.date() + timedelta(days=20)
    ),
    "out of use": lambda p: verified(p, GENERAL).does("safety", "suspend", kind="room", scope="三楼"),
    "asked to be used again": asked_to_be_used_again,
    "blamed when verified": blamed,
    "listed": lambda p: listed(rectifying(p, GENERAL)),
    "listed and told as done": lambda p: listed(rectifying(p, GENERAL)).does("safety", "save_plan").does(
        "safety", "submit_plan"
    ).does("director", "approve_plan").does("principal", "submit"),
    "filed as a major fire hazard": lambda p: filed(p, {**MAJOR, "domain": "02"}),
    "called to an interview": lambda p: rectifying(p, GENERAL).does(
        "office", "propose_measure", kind="interview", to="school", cause="拖延"
    ).does("leader", "decide_measure", ruling="issue"),
    "merged": merged,
    "filed by the school": lambda p: Teller(p).does("safety", "file", **GENERAL),
    "waits to be filed as less": lambda p: Teller(p, suspected=True).does("office", "file", **GENERAL),
    "voided": lambda p: filed(p, GENERAL).does("director", "void"),
    "assigned with a part at work": with_signed_part,
    "assigned with a part done": lambda p: with_signed_part(p).does("sibling_safety", "finish_part"),
    "notice taken on": lambda p: filed(p, OUTSIDE).does("office", "notify", lead="fire").does(
        "fire", "sign", handler_name="某"
    ),
    "referred building": lambda p: referred(p, OUTSIDE_BUILDING),
    "referred major": lambda p: referred(p, OUTSIDE_MAJOR),
    "assigned major": lambda p: filed(p, MAJOR).does("office", "assign", lead="school"),
    "verified in confidence": verified_in_confidence,
    "submitted major": lambda p: planned(p, MAJOR).does("principal", "submit"),
    "verified major": lambda p: verified(p, MAJOR),
    "merged when filed": merged_when_filed,
}  # fmt: skip


def play(players: Players) -> list[str]:
    """Tells them all; the name of each case by its place, empty for one that stands beside."""
    names: list[str] = []
    for name, story in STORIES.items():
        told = story(players)
        names += [""] * (told.index + 1 - len(names))
        names[told.index] = name
    return names
