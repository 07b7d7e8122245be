"""One act in the reference: what it comes to, and the case after it. The order is that of architecture 1.2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.reference import days, rules
from tests.reference import ends as _ends
from tests.reference import giving as _giving
from tests.reference import times as _times
from tests.reference import work as _work
from tests.reference.book import Book, Nobody
from tests.reference.case import Case, Last, Proposal
from tests.reference.deeds import DEEDS, Refused, Try, need
from tests.reference.recording import may_record
from tests.reference.staff import CAMPUS, COUNTY_BODIES, Held

# Each registers its deeds.
assert _ends and _giving and _times and _work
assert set(DEEDS) <= set(rules.FROM)


@dataclass(frozen=True)
class Ask:
    """An act as somebody tries it."""

    case: int
    action: str
    # Empty for the clock.
    person: str
    by: Held | None = None
    data: dict[str, Any] = field(default_factory=dict)
    is_old: bool = False
    recorded: bool = False
    # Whose consent is entered, by his account.
    named: str = ""


def attempt(book: Book, ask: Ask) -> int:
    """200, or 202 where it waits for a second person, 403, 404, 409, 422. Changes the book only when it succeeds."""
    try:
        return _attempt(book, ask)
    except Refused as refused:
        return refused.kind
    except Nobody:
        return 422


def _attempt(book: Book, ask: Ask) -> int:
    case = book.cases[ask.case]
    is_clock = not ask.person
    need(is_clock or book.sees(ask.person, case), "out of scope", 404)
    need(case.state in rules.FROM[ask.action] and not ask.is_old, "wrong state or stale", 409)
    if not is_clock:
        if ask.recorded:
            need(ask.by in may_record(book, ask.person, case, ask.action), "may not record", 403)
        else:
            need(ask.by in book.may(ask.person, case, ask.action), "not his step", 403)
    if ask.action == "confirm_countersign":
        _confirm(book, ask, case)
        return 200
    after = case.copy()
    t = Try(book, after, ask.person, ask.by, ask.data, ask.recorded, index=ask.case)
    if is_weighty(after, ask):
        _do(t, case, ask.action)
        proposed = case.copy()
        _propose(book, ask, proposed)
        _keep(book, ask, proposed, case, is_alone=True)
        return 202
    _do(t, case, ask.action)
    _keep(book, ask, after, case, is_alone=True)
    _keep_others(book, t)
    return 200


def _do(t: Try, before: Case, action: str) -> None:
    """The deed, what falls with it, and that somebody is there for all that waits after it."""
    t.action = action
    DEEDS[action](t)
    end_what_is_moot(t.case, before)
    t.book.owing(t.case)
    t.book.require_turns(t.case)
    for other in t.others.values():
        t.book.owing(other)


def _keep(
    book: Book, ask: Ask, after: Case, before: Case, *, is_alone: bool, actor: str = "", by: Held | None = None
) -> None:
    forgotten = before.copy()
    forgotten.last = None
    who, held = actor or ask.person, by or ask.by
    after.last = Last(
        ask.action, who, held.post if held else None, before.state != after.state and before.state != "new",
        is_alone and bool(who), forgotten,
    )  # fmt: skip
    book.cases[ask.case] = after


def _keep_others(book: Book, t: Try) -> None:
    """What a merger did to the other case is an act on it, too, and nothing that could be taken back."""
    for place, other in t.others.items():
        other.last = Last("absorb or release", t.person, t.by.post if t.by else None, False, True, None)
        book.cases[place] = other


def end_what_is_moot(after: Case, before: Case) -> None:
    """A proposal does not outlive the turn it was made in, nor any small row the case."""
    turn = [(one.state, one.lead.key if one.lead else 0, one.round, one.cycle, one.level) for one in (after, before)]
    if turn[0] != turn[1] and after.proposal and before.proposal and after.proposal.key == before.proposal.key:
        after.proposal = None
    if before.state == "rectifying" and after.state != "rectifying":
        # Who has told that it is done, or works on it no longer, wants no more time.
        after.extension = None
    if after.state not in rules.TERMINAL or before.state in rules.TERMINAL:
        return
    after.support, after.instructions = None, []
    after.extension, after.listing, after.suspensions = None, None, []
    after.measures = [row for row in after.measures if row.state != "draft"]
    for row in after.measures:
        row.state = "settled"
    after.plan = after.plan if after.plan and after.plan.state == "approved" else None
    if after.state != "closed":
        after.parts = []


# --- dual control -------------------------------------------------------------------------------------------------


def is_weighty(case: Case, ask: Ask) -> bool:
    """Filing or confirming 重大, referring, regrading down from it, unmerging, voiding what was assigned; a second verifier."""
    match ask.action:
        case "file":
            return ask.data["level"] == "major" or case.suspected or (case.is_restricted and case.n_appeals > 0)
        case "reject":
            return case.is_restricted and case.n_appeals > 0
        case "refer" | "unmerge":
            return True
        case "void":
            return case.state not in ("reported", "returned", "filed")
        case "regrade":
            return case.level == "major"
        case "pass_verification":
            return bool(ask.data.get("second"))
    return False


def _propose(book: Book, ask: Ask, case: Case) -> None:
    need(case.proposal is None, "one at a time")
    held = ask.by
    assert held is not None
    named = ask.data.get("second", "")
    row = Proposal(
        book.key(), ask.action, dict(ask.data), ask.person, held.post, held.stands_for,
        days.COUNTERSIGN[case.rule_level](book.now), named, ask.recorded,
    )  # fmt: skip
    posts = book.seconds(case, row)
    need(posts, "nobody to agree")
    if case.is_restricted and not named:
        # A confidential matter is told to one named person only.
        row.named = book.staff.holders(posts[0], {row.proposer, row.stands_for} - {""})[0].person
    case.proposal = row


def _confirm(book: Book, ask: Ask, case: Case) -> None:
    row = case.proposal
    need(row, "nothing waits", 409)
    assert row is not None
    second = ask.person
    if ask.recorded:
        need(ask.named, "whose consent")
        posts = book.seconds(case, row)
        need(any(held.post in posts for held in book.staff.posts_of(ask.named)), "not his to agree")
        need(ask.named != ask.person, "his own to do", 403)
        second = ask.named
    behind = {row.proposer, row.stands_for} - {""}
    stood_in_for = ask.by.stands_for if ask.by and not ask.recorded else ""
    need(not {second, stood_in_for} & behind, "two people", 403)
    need(case.state in rules.FROM[row.action], "no longer possible", 409)
    by = [held for held in book.may(row.proposer, case, row.action) if held.post == row.post]
    if row.recorded:
        by = [held for held in may_record(book, row.proposer, case, row.action) if held.post == row.post]
    need(by, "who proposed it may not any more", 409)
    after = case.copy()
    after.proposal = None
    t = Try(book, after, row.proposer, by[0], row.data, row.recorded, second, index=ask.case)
    _do(t, case, row.action)
    _keep(book, Ask(ask.case, row.action, row.proposer, by[0]), after, case, is_alone=False)
    _keep_others(book, t)


# --- a new case ---------------------------------------------------------------------------------------------------


def report(
    book: Book, person: str, unit: str, *, domain: str, suspected: bool = False, direct: bool = False, days_ago: int = 0
) -> int:
    """201 with a new case at the end of the book, or the class of the refusal."""
    staff = book.staff
    held = staff.posts_of(person)
    if not held:
        return 403
    path = staff.path(unit)
    posts = [
        one for one in held
        if one.post[0] in path or staff.kind(one.post[0]) in COUNTY_BODIES
        or (staff.kind(one.post[0]) in ("SEC", "SUB") and staff.units[one.post[0]].parent in path)
    ]  # fmt: skip
    if not posts:
        return 422
    nearest = max(len(staff.path(one.post[0])) for one in posts)
    by = [one for one in posts if len(staff.path(one.post[0])) == nearest][0]
    kind = staff.kind(by.post[0])
    source = (
        "school"
        if kind in CAMPUS
        else {"CEN": "central", "DEP": "department", "GOV": "department", "TWN": "township"}.get(kind, "bureau")
    )
    bureau = staff.bureau_over(unit)
    handling = bureau
    if domain != "08" and not suspected and not direct:
        handling = (
            unit if source == "school" else by.post[0] if source == "central" and "file" in book.mandates else bureau
        )
    case = Case(
        unit, person, by.post, domain, source, (book.now - days.DAY * days_ago).date(), handling,
        channel="direct" if direct else "", suspected=suspected,
    )  # fmt: skip
    try:
        book.owing(case)
    except Nobody:
        return 422
    case.last = Last("report", person, by.post, False, True, None)
    book.cases.append(case)
    return 201
