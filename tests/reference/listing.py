"""Listed for supervision (挂牌督办): process.md a.5, a.6, b.3; regulation.md 2.4, 2.7, 2.10."""

from __future__ import annotations

from tests.reference import days
from tests.reference.case import Listing
from tests.reference.deeds import Try, deed, give_to_lister, need, start_plan, the_row
from tests.reference.measures import draft_for_event
from tests.reference.staff import TREE

# 重大 of these domains is listed whatever anybody thinks of it.
BY_DOMAIN = {"02": "L-1", "09": "L-2"}
OF_MAJOR = {"L-1", "L-2", "L-3"}


def may_be_listed(t: Try) -> bool:
    return not t.case.is_restricted and t.case.listing is None and t.case.state != "verified"


def is_of_bureau(t: Try) -> bool:
    """A unit of its own works on it, or will."""
    case = t.case
    if case.lead is None:
        return case.competence in ("school", "bureau")
    return t.book.staff.kind(case.lead.unit) in TREE - {"EDU"}


def propose(t: Try, trigger: str, authority: str = "") -> None:
    case, is_own = t.case, is_of_bureau(t)
    authority = authority or ("sector" if is_own else "county")
    need(is_own or authority != "sector", "only the county lists them")
    lister = t.book.bureau(case)
    if authority != "sector":
        bodies = [one for one in sorted(t.book.of_region({"GOV"})) if t.book.nearest(case, one, "decide_listing")]
        lister = bodies[0] if bodies else lister
    case.listing = Listing(t.book.key(), trigger, authority, lister, lister)


def impose(t: Try) -> None:
    case, row = t.case, t.case.listing
    assert row is not None
    need(t.book.nearest(case, row.supervisor, "visit_supervision"), "nobody to visit")
    today, lead = t.book.now.date(), case.lead
    term = days.after_calendar_days(t.book.now, days.LISTING_TERM[t.level], rolls=t.level != "major")
    row.term_on = lead.limit_on if lead and lead.limit_on > today else (term - days.DAY).date()
    is_judged = case.state == "submitted"
    row.state, row.needs_plan = ("acceptance_requested" if is_judged else "listed"), not is_judged and _asks_plan(t)
    give_to_lister(t)
    if case.state == "rectifying":
        start_plan(t)


def _asks_plan(t: Try) -> bool:
    is_planned = t.case.plan is not None and t.case.plan.state == "approved"
    return not is_planned and not t.book.is_outside(t.case)


def list_by_level(t: Try) -> None:
    """What a level brings with it."""
    case = t.case
    if case.level != "major":
        if case.listing and not case.is_listed and case.listing.trigger in OF_MAJOR:
            case.listing = None
        return
    if case.listing is None:
        if not may_be_listed(t) or not t.book.nearest(case, t.book.bureau(case), "decide_listing"):
            return
        propose(t, BY_DOMAIN.get(case.domain, "L-3"))
    row = case.listing
    assert row is not None
    if not row.is_in_force:
        # Whatever it was proposed for before, now it must be.
        row.trigger = BY_DOMAIN.get(case.domain, row.trigger)
    is_certain = row.trigger in BY_DOMAIN.values() and not case.is_pending and row.authority == "sector"
    if not row.is_in_force and is_certain and case.state != "verified":
        impose(t)


# --- with the main line: acceptance is verification ---------------------------------------------------------------


def ask_acceptance(t: Try) -> None:
    row = t.case.listing
    if row and row.state == "listed":
        _note_missed(t, row)
        row.state = "acceptance_requested"


def pass_acceptance(t: Try) -> None:
    if t.case.listing and t.case.is_listed:
        t.case.listing.state = "passed"


def fail_acceptance(t: Try) -> None:
    row = t.case.listing
    if row is None or row.state not in ("acceptance_requested", "passed"):
        return
    row.needs_plan = row.needs_plan or _asks_plan(t)
    row.state = "listed"
    if _note_missed(t, row) and t.case.lead:
        draft_for_event(t, ["accountability"], t.case.lead.unit, "term")


def _note_missed(t: Try, row: Listing) -> bool:
    if row.is_missed or row.term_on is None or t.book.now.date() <= row.term_on:
        return False
    row.is_missed = True
    return True


def doubt_acceptance(t: Try) -> None:
    if t.case.listing and t.case.listing.state == "passed":
        t.case.listing.state = "acceptance_requested"


def settle(t: Try) -> None:
    """Its object is gone."""
    if t.case.listing and t.case.is_listed:
        t.case.listing.state = "passed"
    else:
        t.case.listing = None


# --- what people decide -------------------------------------------------------------------------------------------


@deed("propose_listing")
def _propose_listing(t: Try) -> None:
    case, trigger = t.case, t.data["trigger"]
    need(may_be_listed(t), "can't be listed")
    need(
        trigger not in BY_DOMAIN.values() or (case.level == "major" and BY_DOMAIN.get(case.domain) == trigger),
        "not such",
    )
    need(trigger != "L-3" or case.level == "major", "no major")
    need(trigger != "L-7" or case.domain == "12", "no bus")
    propose(t, trigger, t.data.get("authority", ""))


@deed("decide_listing")
def _decide_listing(t: Try) -> None:
    case = t.case
    row: Listing = the_row(t, "decide_listing")
    if t.data["ruling"] == "list":
        need(case.state != "verified", "verified already")
        is_bureaus = t.book.staff.kind(row.lister) == "EDU"
        need(not is_bureaus or (row.authority == "sector" and is_of_bureau(t)), "not the bureau's to list")
        impose(t)
        return
    need(not _is_bound(t, row) or case.state == "verified", "must be listed")
    case.listing = None


def _is_bound(t: Try, row: Listing) -> bool:
    """What the bureau must list by its kind, while it is what it is."""
    return row.trigger in BY_DOMAIN.values() and t.case.level == "major" and row.authority == "sector"


@deed("visit_supervision")
def _visit(t: Try) -> None:
    the_row(t, "visit_supervision")


@deed("delist")
def _delist(t: Try) -> None:
    row: Listing = the_row(t, "delist")
    is_accepted = row.state == "passed" and t.case.state == "verified"
    need(is_accepted != bool(t.data.get("is_wrong")), "accepted, or listed by mistake")
    need(is_accepted or not _is_bound(t, row), "must be listed")
    t.case.asked_units |= {row.lister, row.supervisor}
    t.case.listing = None
