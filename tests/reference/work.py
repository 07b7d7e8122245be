"""The work of lead and co-units, plans, and what comes by time or by a second person."""

from __future__ import annotations

from tests.reference.case import Asked, Part, Plan
from tests.reference.deeds import Refused, Try, add_co_units, deed, lead_of, need, people_of_lead, start_plan, the_row
from tests.reference.giving import set_filed
from tests.reference.listing import ask_acceptance, list_by_level
from tests.reference.measures import draft_for_event
from tests.reference.staff import TREE


@deed("sign")
def _sign(t: Try) -> None:
    case, lead = t.case, lead_of(t)
    if t.book.is_outside(case):
        need(t.data.get("handler_name"), "who works on it")
    else:
        units = people_of_lead(t)
        need(all(t.book.staff.belongs_to(t.data[name], units) for name in ("leader", "handler")), "not of the unit")
        lead.leader, lead.handler = t.data["leader"], t.data["handler"]
        case.rectifiers.add(lead.handler)
        case.commitments = True
    lead.state, case.state = "signed", "rectifying"
    start_plan(t)


@deed("record_service", "deem_received")
def _take_as_received(t: Try) -> None:
    is_clock = t.by is None
    need(lead_of(t).kind != "request", "a letter is not served", 409 if is_clock else 422)
    need(not is_clock or t.book.now >= t.case.sign_by, "still in time", 409)
    if t.data.get("refused"):
        draft_for_event(t, ["interview"], lead_of(t).unit, "refused")
    lead_of(t).state, t.case.state = "signed", "rectifying"
    start_plan(t)


@deed("report_progress")
def _report_progress(t: Try) -> None:
    need(not t.book.waits_for_plan(t.case), "no approved plan")
    if t.doer:
        t.case.rectifiers |= t.doer.people
    t.case.after_photo = t.case.after_photo or bool(t.data.get("photos"))


@deed("submit")
def _submit(t: Try) -> None:
    case = t.case
    need(lead_of(t).asked_back != "requested", "asked to be rid of it", 409)
    need(not t.book.waits_for_plan(case), "no approved plan")
    need(all(part.state == "confirmed" for part in case.co_parts), "parts are open")
    case.commitments = case.commitments or not t.book.is_outside(case)
    lead_of(t).state, case.state, case.after_photo = "done", "submitted", True
    lead_of(t).told_at = t.book.now
    ask_acceptance(t)
    t.book.add_doer(case, t.doer)
    if not case.rectifiers and t.doer:
        # Nobody is named who did it: the head who reports it stands for the work.
        case.rectifiers |= t.doer.people


@deed("save_plan")
def _save_plan(t: Try) -> None:
    case = t.case
    need(case.plan is None or case.plan.state != "in_review", "under review")
    if case.plan is None:
        case.plan = Plan(t.book.key())
    t.book.add_doer(case, t.doer)
    case.plan.state, case.plan.is_whole = "draft", True
    if not t.book.needs_plan(case):
        case.plan.state, case.commitments = "approved", True


@deed("submit_plan")
def _submit_plan(t: Try) -> None:
    plan = t.case.plan
    need(plan and plan.state == "draft" and plan.is_whole, "nothing to send")
    assert plan is not None
    plan.state = "in_review"
    t.book.add_doer(t.case, t.doer)


@deed("approve_plan")
def _approve_plan(t: Try) -> None:
    plan: Plan = the_row(t, "approve_plan")
    plan.state, t.case.commitments = "approved", True


@deed("return_plan")
def _return_plan(t: Try) -> None:
    plan: Plan = the_row(t, "return_plan")
    plan.state = "draft"


@deed("sign_part")
def _sign_part(t: Try) -> None:
    row: Part = the_row(t, "sign_part")
    name = t.data.get("handler", "")
    staff = t.book.staff
    if name:
        by = [t.by.post[0]] if t.by else []
        need(staff.belongs_to(name, [part.unit for part in t.case.co_parts]), "not of a co-unit")
        need(staff.belongs_to(name, [row.unit, *by]), "not of the unit")
        t.case.rectifiers.add(name)
    else:
        has_people = not t.recorded and staff.kind(row.unit) in TREE
        need(t.data.get("handler_name") and not has_people, "who works on it")
    row.handler, row.state = name, "signed"


@deed("finish_part")
def _finish_part(t: Try) -> None:
    row: Part = the_row(t, "finish_part")
    row.state = "done"
    t.book.add_doer(t.case, t.doer)


@deed("confirm_part")
def _confirm_part(t: Try) -> None:
    row: Part = the_row(t, "confirm_part")
    row.state = "confirmed"


@deed("return_part")
def _return_part(t: Try) -> None:
    row: Part = the_row(t, "return_part")
    row.state = "signed"


@deed("request_support")
def _request_support(t: Try) -> None:
    case, staff = t.case, t.book.staff
    need(case.support is None, "one at a time")
    lead = lead_of(t)
    to = lead.issuer if staff.kind(lead.issuer) == "GOV" else t.book.bureau(case)
    if staff.kind(lead.issuer) != "GOV" and staff.kind(lead.unit) == "EDU":
        bodies = [name for name in t.book.of_region({"GOV"}) if any(one.post[0] == name for one in staff.held)]
        to = bodies[0] if bodies else to
    case.support = Asked(t.book.key(), to, t.data["kind"])
    case.asked_units.add(to)


@deed("answer_support")
def _answer_support(t: Try) -> None:
    t.case.support = None


@deed("record_control", "add_evidence", "arrange_visit")
def _stays(t: Try) -> None: ...


@deed("amend")
def _amend(t: Try) -> None:
    need(not t.case.is_sealed, "sealed")


@deed("move_paper_limit")
def _move_paper_limit(t: Try) -> None:
    need(t.case.paper_unit, "no paper")


@deed("change_parties")
def _change_parties(t: Try) -> None:
    """The issuer changes who takes part and who verifies, the lead unit its own people."""
    case, data, staff = t.case, t.data, t.book.staff
    by = t.by.post if t.by else None
    if t.recorded:
        # Whose act it was: the first who may.
        open_posts = [post for party in ("issuer", "lead") for post in t.book.permitted(case, "change_parties", party)]
        by = open_posts[0] if open_posts else None
    of_issuer, of_lead = {"add", "remove", "verifier"} & set(data), {"leader", "handler"} & set(data)
    need(not of_issuer or by in t.book.permitted(case, "change_parties", "issuer"), "the issuer's")
    need(not of_lead or by in t.book.permitted(case, "change_parties", "lead"), "the lead's")
    if "add" in data:
        need(case.state in ("assigned", "rectifying"), "told as done")
        add_co_units(t, data["add"], lead_of(t).issuer)
    if "handler" in data:
        need(staff.belongs_to(data["handler"], people_of_lead(t)), "not of the unit")
        need(case.state != "assigned", "not signed")
        need(data["handler"] not in case.verifiers, "verified it")
        lead_of(t).handler = data["handler"]
        case.rectifiers.add(data["handler"])


# --- what a clock does, and a second person -----------------------------------------------------------------------


@deed("lapse_countersign")
def _lapse_countersign(t: Try) -> None:
    row = t.case.proposal
    need(row is not None and t.book.now >= row.due_at, "nothing lapsed", 409)
    assert row is not None
    t.case.proposal = None
    if row.action == "file" and row.data["level"] == "major":
        filing = Try(t.book, t.case, row.proposer, None, row.data)
        try:
            set_filed(filing)
        except Refused:
            # It could not be filed so any more, and waits as it was.
            return
        t.case.is_pending = True
        list_by_level(filing)
        t.case.state = "filed"


@deed("decline_countersign")
def _decline_countersign(t: Try) -> None:
    the_row(t, "decline_countersign")
    t.case.proposal = None
