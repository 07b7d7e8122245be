"""What each action asks and leads to: architecture 3.3 and 3.4, guards and effects of process.md a.4.

Every deed changes a copy of the case; a guard raises Refused, and the copy is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.reference import days, rules
from tests.reference.book import Book
from tests.reference.case import Case, Part, Plan
from tests.reference.recording import rows_recorded_by
from tests.reference.rows import Row
from tests.reference.staff import CAMPUS, OUTSIDE, TREE, Held

WHOSE = {"DEP": "department", "TWN": "township", "SVC": "owner"}
ELIMINATED = {"demolished", "shut_down", "out_of_use", "vanished"}


class Refused(Exception):
    """`kind` is the class of the refusal: 403, 409 or 422."""

    def __init__(self, kind: int, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@dataclass
class Try:
    """One attempt: on whose case, by whom and by which post, with what."""

    book: Book
    case: Case
    person: str
    # The post acted by; none for the clock.
    by: Held | None
    data: dict[str, Any] = field(default_factory=dict)
    # Entered for somebody else (代录), who is not named by an account.
    recorded: bool = False
    second: str = ""
    # Other cases that it changes, by their place in the book.
    others: dict[int, Case] = field(default_factory=dict)
    index: int = -1
    action: str = ""

    @property
    def judges(self) -> set[str]:
        """Whose judgement it is, with whom they stood in for."""
        return {*(self.doer.people if self.doer else ()), *([self.second] if self.second else [])}

    @property
    def doer(self) -> Held | None:
        return None if self.recorded else self.by

    @property
    def level(self) -> str:
        return self.case.rule_level


Deed = Callable[[Try], None]
DEEDS: dict[str, Deed] = {}


def deed(*names: str) -> Callable[[Deed], Deed]:
    def register(function: Deed) -> Deed:
        DEEDS.update(dict.fromkeys(names, function))
        return function

    return register


def need(condition: object, why: str, kind: int = 422) -> None:
    if not condition:
        raise Refused(kind, why)


# --- shared -------------------------------------------------------------------------------------------------------


def set_verifier(t: Try, chosen: str = "") -> None:
    case = t.case
    whose = "school" if case.handling == case.unit and case.source == "school" else ""
    if t.book.is_outside(case):
        whose = "outside"
    verifier, closer, in_one_act = rules.VERIFIES.get((case.level, whose)) or rules.VERIFIES[case.level, ""]
    units = {"campus": case.unit, "issuer": case.handling, "office": t.book.bureau(case)}
    case.verifying, case.closing = chosen or units[verifier], units[closer]
    case.in_one_act = in_one_act and not chosen
    give_to_lister(t)


def give_to_lister(t: Try) -> None:
    """What is listed is judged by the bureau alone; an outside unit's result as ever."""
    case = t.case
    if case.is_listed and case.lead and not t.book.is_outside(case):
        case.verifying = case.closing = t.book.bureau(case)
        case.in_one_act = False


def new_lead(t: Try, unit: str, *, issuer: str, kind: str = "order", reply_on: date | None = None) -> Part:
    lead = Part(t.book.key(), unit, issuer, kind, given_at=t.book.now, reply_on=reply_on)
    lead.due_at = days.limit(t.book.now, t.level)
    t.case.lead = lead
    t.case.sign_by = days.end_of(reply_on) if reply_on else days.SIGN[t.level](t.book.now)
    keep_term(t, lead.limit_on)
    return lead


def keep_term(t: Try, until: date) -> None:
    """A listing does not end before the limit that the lead was given."""
    listing = t.case.listing
    if listing is not None and listing.is_in_force and listing.term_on and listing.term_on < until:
        listing.term_on = until


def kind_for(t: Try, unit: str, issuer: str) -> str:
    """A bureau orders its own tree and asks everybody else; the county orders all."""
    return "request" if t.book.staff.kind(unit) in OUTSIDE and t.book.staff.kind(issuer) in TREE else "order"


def add_co_units(t: Try, units: list[str], issuer: str) -> None:
    case = t.case
    for unit in units:
        need(t.book.staff.kind(unit) in TREE | OUTSIDE, "no co-unit")
        need(unit not in [part.unit for part in case.assignments if part.kind != "control"], "twice")
        case.parts.append(Part(t.book.key(), unit, issuer, kind_for(t, unit, issuer), given_at=t.book.now))


def add_control(t: Try) -> None:
    if not any(part.kind == "control" for part in t.case.parts):
        part = Part(t.book.key(), t.case.unit, t.book.bureau(t.case), "control", "signed", given_at=t.book.now)
        t.case.parts.append(part)


def end_lead(t: Try) -> None:
    """With it goes what only this unit promised, planned and asked for."""
    case = t.case
    case.lead, case.plan, case.support = None, None, None
    case.is_scheduled, case.commitments = False, False


def back_to_filed(t: Try) -> None:
    end_lead(t)
    case = t.case
    case.parts = [part for part in case.parts if part.kind == "control"]
    case.verifying, case.closing, case.in_one_act = "", "", False
    case.state = "filed"


def whose_duty(t: Try, unit: str) -> str:
    kind = t.book.staff.kind(unit)
    return "school" if kind in CAMPUS else WHOSE.get(kind, "bureau")


def hand_to(t: Try, unit: str) -> None:
    """Another unit leads, by order of the same issuer; the age stays."""
    case = t.case
    old = lead_of(t)
    need(unit != old.unit, "leads already")
    need(not case.is_restricted or t.book.staff.kind(unit) in TREE, "not to be told outside")
    was_outside = t.book.is_outside(case)
    end_lead(t)
    case.parts = [part for part in case.parts if part.unit != unit]
    kind = kind_for(t, unit, old.issuer)
    reply_on = days.reply_day(t.book.now, t.level) if kind == "request" else None
    new_lead(t, unit, issuer=old.issuer, kind=kind, reply_on=reply_on)
    is_outside = t.book.is_outside(case)
    if is_outside or was_outside:
        case.competence = whose_duty(t, unit)
    if is_outside != was_outside or case.verifying == unit:
        set_verifier(t)
    if is_outside:
        add_control(t)
    case.state = "assigned"


def transferable(t: Try) -> set[str]:
    """Whom the issuer may give it to: the county anybody outside and the bureau, a bureau its tree and, by letter, others."""
    staff, issuer = t.book.staff, lead_of(t).issuer
    if staff.kind(issuer) == "GOV":
        return t.book.of_region(OUTSIDE | {"EDU"})
    asked = t.book.outside() if staff.kind(issuer) == "EDU" else set()
    return staff.below(issuer, TREE) | asked


def from_county(t: Try, unit: str) -> None:
    case = t.case
    new_lead(t, unit, issuer=case.referred_to)
    case.competence = whose_duty(t, unit)
    case.parts = [part for part in case.parts if part.unit != unit]
    add_control(t)
    set_verifier(t)
    case.state = "assigned"


def lead_of(t: Try) -> Part:
    assert t.case.lead is not None
    return t.case.lead


def start_plan(t: Try, *, is_raised: bool = False) -> None:
    """What was approved for a lower level is reviewed again."""
    if not t.book.needs_plan(t.case):
        return
    if t.case.plan is None:
        t.case.plan = Plan(t.book.key())
    elif t.case.plan.state == "approved" and is_raised:
        t.case.plan.state = "draft"


def the_row(t: Try, action: str) -> Any:
    """The one chosen, else the only one that the post may act on."""
    found: list[Row] = t.book.rows(t.case, action)
    if t.recorded and t.by:
        found = rows_recorded_by(t.book, t.case, action, t.by)
    elif not t.recorded:
        found = [row for row in found if t.by in t.book.for_row(t.person, t.case, action, row)]
    if t.data.get("row") is not None:
        found = [row for row in found if row.key == t.data["row"]]
    need(len(found) == 1, "which one")
    return found[0]


def people_of_lead(t: Try) -> list[str]:
    """Units whose people may be named: the lead's, and the actor's own where it serves one below it."""
    staff, unit = t.book.staff, t.case.lead.unit if t.case.lead else t.case.unit
    above = [one.post[0] for one in staff.posts_of(t.person) if one.post[0] in staff.path(unit)]
    return [unit, *above]
