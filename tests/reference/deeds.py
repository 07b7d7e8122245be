"""What each action asks and leads to: architecture 3.3 and 3.4, guards and effects of process.md a.4.

Every deed changes a copy of the case; a guard raises Refused, and the copy is thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.reference import days, rules
from tests.reference.book import Book, Row
from tests.reference.case import Asked, Case, Part, Plan
from tests.reference.recording import rows_recorded_in
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


def new_lead(t: Try, unit: str, *, issuer: str, kind: str = "order", reply_on: date | None = None) -> Part:
    lead = Part(t.book.key(), unit, issuer, kind, given_at=t.book.now, reply_on=reply_on)
    lead.due_at = days.limit(t.book.now, t.level)
    t.case.lead = lead
    t.case.sign_by = days.end_of(reply_on) if reply_on else days.SIGN[t.level](t.book.now)
    return lead


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


def start_plan(t: Try) -> None:
    if t.book.needs_plan(t.case) and t.case.plan is None:
        t.case.plan = Plan(t.book.key())


def the_row(t: Try, action: str) -> Any:
    """The one chosen, else the only one that the post may act on."""
    found: list[Row] = t.book.rows(t.case, action)
    if t.recorded and t.by:
        found = rows_recorded_in(t.book, t.case, action, t.by.post[0])
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


# --- until it is filed --------------------------------------------------------------------------------------------


@deed("return_for_supplement")
def _return_for_supplement(t: Try) -> None:
    need(t.case.n_supplements < 2, "twice at most")
    t.case.n_supplements += 1
    t.case.state = "returned"


@deed("supplement")
def _supplement(t: Try) -> None:
    t.case.state = "reported"


@deed("reject")
def _reject(t: Try) -> None:
    t.case.state = "rejected"
    t.case.rejected_by, t.case.rejected_at = frozenset({t.person}), t.book.now
    t.case.rejected_in = t.by.post[0] if t.by else ""


@deed("escalate")
def _escalate(t: Try) -> None:
    t.case.handling = above_of(t, t.case.handling, "file")


def above_of(t: Try, unit: str, action: str) -> str:
    """The central school where it has a mandate, else the bureau."""
    staff, above = t.book.staff, t.book.staff.superior(unit)
    while above and not (
        staff.kind(above) == "EDU"
        or (staff.kind(above) == "CEN" and t.level == "general" and action in t.book.mandates)
    ):
        above = staff.superior(above)
    need(above, "nobody above")
    return above


@deed("file")
def _file(t: Try) -> None:
    case, level, competence = t.case, t.data["level"], t.data["competence"]
    need(level != "major" or t.data.get("clause"), "no clause")
    need((t.data["domain"] == "08") == case.is_restricted, "domains do not mix")
    need(not case.is_restricted or competence in ("school", "bureau"), "not to be told outside")
    if case.handling == case.unit:
        need(level == "general" and competence == "school", "not the school's")
    elif t.book.staff.kind(case.handling) == "CEN":
        need(level == "general" and "file" in t.book.mandates, "no mandate")
    case.level, case.competence, case.domain = level, competence, t.data["domain"]
    case.has_clause, case.is_filed, case.state = level == "major", True, "filed"


def _is_own(case: Case) -> bool:
    return case.handling == case.unit and case.source == "school" and not case.suspected


@deed("self_handle")
def _self_handle(t: Try) -> None:
    case, staff = t.case, t.book.staff
    units = people_of_lead(t)
    need(all(staff.belongs_to(t.data[name], units) for name in ("leader", "handler")), "not of the school")
    need(_is_own(case), "not the school's own")
    case.level, case.competence, case.is_filed = "general", "school", True
    lead = new_lead(t, case.unit, issuer=case.handling)
    set_verifier(t)
    lead.leader, lead.handler, lead.state = t.data["leader"], t.data["handler"], "signed"
    case.rectifiers.add(lead.handler)
    case.commitments, case.state = True, "rectifying"


@deed("fix_on_spot")
def _fix_on_spot(t: Try) -> None:
    case = t.case
    need(not case.is_restricted and _is_own(case), "not the school's own")
    need(t.book.now.date() - case.found_on <= timedelta(days=3), "too long ago")
    case.level, case.competence, case.is_filed, case.closure = "general", "school", True, "on_the_spot"
    lead = new_lead(t, case.unit, issuer=case.handling)
    set_verifier(t)
    lead.leader, lead.handler, lead.state = t.person, t.person, "done"
    case.rectifiers |= (t.by.people if t.by else set()) | {t.person}
    case.commitments, case.after_photo, case.state = True, True, "submitted"


# --- to whom ------------------------------------------------------------------------------------------------------


@deed("assign")
def _assign(t: Try) -> None:
    case, staff = t.case, t.book.staff
    need(t.data["lead"] in staff.below(case.handling, TREE), "not in its tree")
    need(case.competence in ("school", "bureau"), "not the tree's duty")
    if staff.kind(case.handling) == "CEN":
        need(case.level == "general" and "assign" in t.book.mandates, "no mandate")
    chosen = t.data.get("verifier", "")
    sections = {one for one in t.book.of_region({"SEC"}) if staff.units[one].parent == case.handling}
    near = {one for one in staff.path(case.unit) if staff.kind(one) in TREE} | {case.handling} | sections
    need(not chosen or chosen in near, "not between")
    need(chosen not in {t.data["lead"], *t.data.get("co_units", [])}, "works on it")
    new_lead(t, t.data["lead"], issuer=case.handling)
    add_co_units(t, t.data.get("co_units", []), case.handling)
    set_verifier(t, chosen)
    case.state = "assigned"


@deed("notify")
def _notify(t: Try) -> None:
    case = t.case
    need(case.competence not in ("school", "bureau"), "the tree's own duty")
    need(t.data["lead"] in t.book.outside(), "not outside")
    reply_on = t.data.get("reply_on") or days.reply_day(t.book.now, t.level)
    new_lead(t, t.data["lead"], issuer=t.book.bureau(case), kind="request", reply_on=reply_on)
    add_control(t)
    set_verifier(t)
    case.state = "assigned"


@deed("refer")
def _refer(t: Try) -> None:
    case = t.case
    need(case.competence not in ("school", "bureau"), "the tree's own duty")
    case.referred_to, case.proposed_lead, case.state = t.data["to"], t.data.get("lead", ""), "referred"


@deed("assign_referred")
def _assign_referred(t: Try) -> None:
    need(t.data["lead"] in t.book.of_region(OUTSIDE | {"EDU"}), "not the county's")
    from_county(t, t.data["lead"])
    add_co_units(t, t.data.get("co_units", []), t.case.referred_to)


@deed("claim")
def _claim(t: Try) -> None:
    from_county(t, t.case.proposed_lead)


@deed("send_back_referral")
def _send_back(t: Try) -> None:
    t.case.competence, t.case.proposed_lead, t.case.state = t.data["competence"], "", "filed"


@deed("lapse_notice")
def _lapse_notice(t: Try) -> None:
    lead = lead_of(t)
    need(lead.kind == "request" and lead.reply_on and lead.asked_back != "requested", "no letter", 409)
    assert lead.reply_on is not None
    # Who took it on is given until his limit.
    until = lead.due_at if t.case.state == "rectifying" else days.end_of(lead.reply_on)
    need(t.book.now >= until, "still in time", 409)
    t.case.n_unanswered += 1
    back_to_filed(t)


@deed("transfer")
def _transfer(t: Try) -> None:
    need(t.data["lead"] in transferable(t), "not the issuer's")
    hand_to(t, t.data["lead"])


@deed("request_return")
def _request_return(t: Try) -> None:
    row: Part = the_row(t, "request_return")
    # One that was asked of before is not among those to choose from.
    need(not row.asked_back, "once only", 409 if t.data.get("row") is None else 422)
    need(row.state in ("sent", "signed"), "done already", 409)
    if row.kind == "request":
        until = days.after_days(row.given_at, days.NOTICE[t.level])
        until = max(until, days.end_of(row.reply_on)) if row.reply_on else until
    else:
        until = days.ASK_RETURN[t.level](row.given_at)
    need(t.book.now < until, "too late")
    row.asked_back = "requested"


@deed("rule_return")
def _rule_return(t: Try) -> None:
    case, ruling = t.case, t.data["ruling"]
    row: Part = the_row(t, "rule_return")
    need(ruling != "transfer" or t.data.get("lead"), "to whom")
    need(not t.data.get("lead") or t.data["lead"] in transferable(t), "not the issuer's")
    if ruling == "keep":
        row.asked_back = "kept"
    elif row is not case.lead:
        case.parts.remove(row)
        if ruling == "transfer":
            unit = t.data["lead"]
            need(unit != row.unit and unit not in [part.unit for part in case.assignments], "takes part already")
            kind = kind_for(t, unit, row.issuer)
            case.parts.append(Part(t.book.key(), unit, row.issuer, kind, given_at=t.book.now))
    elif ruling == "transfer":
        hand_to(t, t.data["lead"])
    else:
        back_to_filed(t)


# --- the work -----------------------------------------------------------------------------------------------------


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
        DEEDS["file"](Try(t.book, t.case, row.proposer, None, row.data))
        t.case.is_pending = True


@deed("decline_countersign")
def _decline_countersign(t: Try) -> None:
    the_row(t, "decline_countersign")
    t.case.proposal = None
