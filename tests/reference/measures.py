"""Measures of the ladder: process.md b.1, b.2, b.5; regulation.md 2.10."""

from __future__ import annotations

from tests.reference.case import Measure
from tests.reference.deeds import Try, deed, need, the_row
from tests.reference.staff import TREE

SANCTIONS = {"bulletin", "interview", "accountability", "transfer"}
LETTERS = {"urge_letter", "county_supervision"}
RUNNING = {"issued", "awaiting_reply"}


def is_fitting(t: Try, kind: str, unit: str) -> bool:
    """A bureau decides about units of its own, and writes about those that it cannot order."""
    is_own = t.book.staff.kind(unit) in TREE - {"EDU"}
    return not t.case.is_restricted and kind in (SANCTIONS if is_own else LETTERS)


def is_under_way(t: Try, kind: str, unit: str, cause: str) -> bool:
    same = [row for row in t.case.measures if (row.kind, row.unit) == (kind, unit)]
    return any(row.state == "draft" or (row.state in RUNNING and row.cause == cause) for row in same)


def draft(t: Try, kind: str, unit: str, cause: str) -> None:
    t.case.measures.append(Measure(t.book.key(), kind, unit, t.book.bureau(t.case), cause))


def draft_for_event(t: Try, kinds: list[str], unit: str, cause: str) -> None:
    """What an event that skips rungs brings; without it where nobody could decide."""
    if t.case.is_restricted or not t.book.nearest(t.case, t.book.bureau(t.case), "decide_measure"):
        return
    wanted = [kind if is_fitting(t, kind, unit) else "county_supervision" for kind in kinds]
    for kind in dict.fromkeys(wanted):
        if not is_under_way(t, kind, unit, cause):
            draft(t, kind, unit, cause)


def parties(t: Try) -> set[str]:
    case = t.case
    units = {case.unit, case.handling, case.verifying, case.closing, case.referred_to}
    return (units | {part.unit for part in case.assignments}) - {""}


@deed("remind")
def _remind(t: Try) -> None:
    need(t.data["to"] in parties(t) and t.book.owes(t.case, t.data["to"])[0], "owes nothing")


@deed("propose_measure")
def _propose(t: Try) -> None:
    kind, unit = t.data["kind"], t.data["to"]
    need(unit in parties(t) and is_fitting(t, kind, unit), "not against that unit")
    need(not is_under_way(t, kind, unit, t.data["cause"]), "under way", 409)
    need(kind != "urge_letter" or t.book.owes(t.case, unit)[1], "owes nothing")
    draft(t, kind, unit, t.data["cause"])


@deed("decide_measure")
def _decide(t: Try) -> None:
    row: Measure = the_row(t, "decide_measure")
    if t.data["ruling"] != "issue":
        t.case.measures.remove(row)
        return
    wants_reply = t.data.get("wants_reply", False)
    need(not wants_reply or row.kind in ("bulletin", "urge_letter"), "asks for no answer")
    is_answered = wants_reply or row.kind == "urge_letter"
    row.state = "issued" if row.kind == "interview" else "awaiting_reply" if is_answered else "settled"
    posts = t.book.posts_for_row(t.case, "decide_measure", row)
    if t.recorded:
        row.decided_post = posts[0] if posts else None
    else:
        row.decided_by, row.decided_post = t.person, t.by.post if t.by else None


@deed("record_interview")
def _record_interview(t: Try) -> None:
    row: Measure = the_row(t, "record_interview")
    row.state = "awaiting_reply"


@deed("reply_measure")
def _reply_measure(t: Try) -> None:
    row: Measure = the_row(t, "reply_measure")
    row.state = "settled"


@deed("withdraw_measure")
def _take_back(t: Try) -> None:
    t.case.measures.remove(the_row(t, "withdraw_measure"))
