"""More time for the work, and what is out of use: process.md a.3, a.4 T22 and T28, a.5; requirements.md 1.6."""

from __future__ import annotations

from datetime import date

from tests.reference import days
from tests.reference.case import Extension, Part, Suspension
from tests.reference.deeds import Try, deed, keep_term, lead_of, need, the_row
from tests.reference.staff import CAMPUS, Post

OF_BUILDING = {"room", "school"}
LONGEST = days.DAY * 366


def acting_unit(t: Try, *parties: str) -> str:
    """The unit that speaks; of what is entered for others that of the first who may. A section speaks for its bureau."""
    staff = t.book.staff
    if not t.recorded:
        assert t.by is not None
        unit = t.by.post[0]
    else:
        posts = [post for party in parties for post in _posts_of(t, party)]
        units = [t.book.party_unit(t.case, party) for party in parties]
        unit = posts[0][0] if posts else min((one for one in units if one), key=lambda one: staff.units[one].rank)
    return staff.units[unit].parent if staff.kind(unit) == "SEC" else unit


def _posts_of(t: Try, party: str) -> list[Post]:
    """`work` is the campus as it works on its own rooms."""
    action = {"lead": "submit", "handling": "file", "work": "submit"}.get(party, t.action)
    if party == "work":
        return t.book.nearest(t.case, t.case.unit, action)
    return t.book.permitted(t.case, action, party)


# --- extension ----------------------------------------------------------------------------------------------------


def who_asks(t: Try) -> frozenset[str]:
    """Nobody here where it came by letter."""
    return frozenset() if t.recorded or t.by is None else t.by.people


@deed("request_extension")
def _request(t: Try) -> None:
    case, lead, until = t.case, lead_of(t), t.data["until"]
    need(case.extension is None, "one at a time")
    need(not case.is_scheduled, "by the plan of years")
    need(case.closure != "on_the_spot", "on the spot")
    need(lead.n_granted < days.EXTENSIONS[t.level], "no more")
    need(lead.limit_on < until and t.book.now.date() <= until <= longest(t, lead), "not such a day")
    listing = case.listing
    to = listing.lister if listing is not None and listing.is_in_force else lead.issuer
    case.extension = Extension(t.book.key(), to, until, who_asks(t))
    case.asked_units.add(to)


def longest(t: Try, lead: Part) -> date:
    """A share of the first limit counts from the present one; of 重大 a number of days from the first."""
    today, first = t.book.now.date(), lead.first_on or lead.limit_on
    if t.level == "major":
        return first + days.DAY * days.EXTENSION_DAYS
    share = max(1, (first - lead.given_at.date()).days * days.EXTENSION_SHARE[t.level] // 100)
    return max(lead.limit_on, today) + days.DAY * share


@deed("withdraw_extension")
def _take_back(t: Try) -> None:
    need(t.case.extension, "nothing is asked")
    t.case.extension = None


@deed("rule_extension")
def _rule_extension(t: Try) -> None:
    case, lead = t.case, lead_of(t)
    row: Extension = the_row(t, "rule_extension")
    case.extension = None
    if t.data["ruling"] != "grant":
        return
    until = t.data.get("until") or row.until
    need(t.book.now.date() <= until <= row.until and until > lead.limit_on, "not such a day")
    lead.n_granted += 1
    move_limit(t, until)


def move_limit(t: Try, until: date) -> None:
    """The first day is kept; the term of a listing goes along."""
    lead = lead_of(t)
    lead.first_on = lead.first_on or lead.limit_on
    lead.due_at = days.end_of(until)
    keep_term(t, until)


@deed("set_limit")
def _set_limit(t: Try) -> None:
    case, lead, until = t.case, lead_of(t), t.data["until"]
    today, listing = t.book.now.date(), t.case.listing
    need(not case.is_scheduled, "by the plan of years")
    need(case.extension is None, "answer what is asked")
    need(today <= until <= today + LONGEST and until != lead.limit_on, "not such a day")
    need(until >= lead.limit_on or lead.state == "sent", "what was received is not shortened")
    if listing is not None and listing.is_in_force and listing.term_on and until > listing.term_on:
        need(acting_unit(t, "issuer", "bureau") == listing.lister, "the lister's")
    move_limit(t, until)


# --- suspension ---------------------------------------------------------------------------------------------------


def stop_use(t: Try, kind: str, scope: str, issuer: str, *, is_mandatory: bool = False) -> None:
    case, staff = t.case, t.book.staff
    need(not any((row.kind, row.scope) == (kind, scope) for row in case.suspensions), "out of use already")
    if issuer != case.unit and staff.kind(issuer) not in ("CEN", "EDU"):
        issuer = case.unit if staff.kind(issuer) in CAMPUS else t.book.bureau(case)
    case.suspensions.append(Suspension(t.book.key(), kind, scope, issuer, case.unit, is_mandatory))
    case.asked_units |= {issuer, case.unit}


@deed("suspend")
def _suspend(t: Try) -> None:
    stop_use(t, t.data["kind"], t.data["scope"], acting_unit(t, "campus", "bureau"))


@deed("prove_guard")
def _prove(t: Try) -> None:
    the_row(t, "prove_guard")


def may_be_used(t: Try) -> bool:
    """Verified, or appraised as safe."""
    return t.case.state == "verified" or t.case.appraisal in ("A", "B")


@deed("request_resume")
def _request_resume(t: Try) -> None:
    row: Suspension = the_row(t, "request_resume")
    need(may_be_used(t), "not safe yet")
    row.state, row.asked_by = "resume_requested", who_asks(t)


@deed("rule_resume")
def _rule_resume(t: Try) -> None:
    row: Suspension = the_row(t, "rule_resume")
    match t.data["ruling"]:
        case "refuse":
            need(row.state == "resume_requested", "nothing is asked")
            row.state = "in_force"
            return
        case "revoke":
            need(not row.is_mandatory, "must be out of use")
        case _:
            need(may_be_used(t), "not safe yet")
    t.case.suspensions.remove(row)


@deed("end_use")
def _end_use(t: Try) -> None:
    t.case.suspensions.remove(the_row(t, "end_use"))


@deed("record_appraisal")
def _appraisal(t: Try) -> None:
    """A building of class D is out of use from now on."""
    case = t.case
    need(case.domain == "04", "only buildings")
    case.appraisal, case.reappraised = t.data["grade"], False
    if case.support and case.support.kind == "appraisal":
        case.support = None
    if case.appraisal == "D" and not any(row.kind in OF_BUILDING for row in case.suspensions):
        stop_use(t, "room", "D", acting_unit(t, "lead", "handling", "work"), is_mandatory=True)
