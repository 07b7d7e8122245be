"""Who enters what another did on paper or by phone (代录): architecture 3.2."""

from __future__ import annotations

from tests.reference import rules
from tests.reference.book import Book
from tests.reference.case import Case
from tests.reference.rows import Row, askers
from tests.reference.staff import TREE, Held


def may_record(book: Book, person: str, case: Case, action: str) -> list[Held]:
    """The posts by which a person enters what another did."""
    if action in rules.NEVER_RECORDED or case.is_restricted:
        return []
    staff, found = book.staff, []
    for held in staff.posts_of(person):
        unit, kind = held.post
        if kind not in rules.RECORDERS.get(staff.kind(unit), ()):
            continue
        if not any(records_for(book, case, unit, acting) for acting in acting_units(book, case, action)):
            continue
        if not _judges_own(case, person, unit, action) and not _answers_own(book, case, held, action):
            found.append(held)
    return found


def acting_units(book: Book, case: Case, action: str) -> set[str]:
    party = rules.PARTY[action]
    lead = case.lead.unit if case.lead else ""
    match party:
        case "row":
            units = {book.row_unit(case, action, row) for row in book.rows(case, action)}
        case "issuer or lead":
            units = {book.party_unit(case, "issuer"), lead}
        case "control":
            units = {lead, case.unit}
        case "superior":
            units = {book.bureau(case)}
        case _:
            # Of several parties the first is meant; the others act themselves.
            units = {book.party_unit(case, party.split(" or ")[0])}
    return units - {""}


def records_for(book: Book, case: Case, mine: str, unit: str) -> bool:
    """The own body's leaders, units below; of outside ones who ordered them or was asked to."""
    staff = book.staff
    if mine in staff.path(unit):
        return True
    if staff.kind(unit) in TREE:
        return False
    given = [part for part in case.assignments if part.kind != "control"]
    bodies = {part.issuer for part in given if part.unit == unit} | ({case.referred_to} - {""})
    if mine in bodies:
        return True
    has_recorder = any(
        staff.holders((body, kind)) for body in bodies for kind in rules.RECORDERS.get(staff.kind(body), ())
    )
    ruled = unit in {case.referred_to, *(part.issuer for part in given)}
    return mine == book.bureau(case) and (ruled or not has_recorder)


def _judges_own(case: Case, person: str, unit: str, action: str) -> bool:
    if action in ("confirm_countersign", "decline_countersign"):
        return case.proposal is not None and person in (case.proposal.proposer, case.proposal.stands_for)
    if action not in rules.JUDGING:
        return False
    return person in case.rectifiers or (case.lead is not None and case.lead.unit == unit)


def _answers_own(book: Book, case: Case, held: Held, action: str) -> bool:
    return action in ("rule_extension", "rule_resume") and not rows_recorded_by(book, case, action, held)


def rows_recorded_by(book: Book, case: Case, action: str, held: Held) -> list[Row]:
    """The rows about which the holder of a post may enter what was done; nobody types the answer to what he asked."""
    rows = [row for row in book.rows(case, action) if not askers(action, row) & held.people]
    return [row for row in rows if records_for(book, case, held.post[0], book.row_unit(case, action, row))]
