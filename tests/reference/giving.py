"""How a report is filed, and to whom it goes: architecture 3.3, process.md T03 to T16."""

from __future__ import annotations

from datetime import timedelta

from tests.reference import days
from tests.reference.case import Case, Part
from tests.reference.deeds import (
    Try,
    add_co_units,
    add_control,
    back_to_filed,
    deed,
    from_county,
    hand_to,
    kind_for,
    lead_of,
    need,
    new_lead,
    people_of_lead,
    set_verifier,
    the_row,
    transferable,
)
from tests.reference.listing import list_by_level
from tests.reference.staff import OUTSIDE, TREE


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
    set_filed(t)
    list_by_level(t)
    t.case.state = "filed"


def set_filed(t: Try) -> None:
    case, level, competence = t.case, t.data["level"], t.data["competence"]
    need(level != "major" or t.data.get("clause"), "no clause")
    need((t.data["domain"] == "08") == case.is_restricted, "domains do not mix")
    need(not case.is_restricted or competence in ("school", "bureau"), "not to be told outside")
    if case.handling == case.unit:
        need(level == "general" and competence == "school", "not the school's")
    elif t.book.staff.kind(case.handling) == "CEN":
        need(level == "general" and "file" in t.book.mandates, "no mandate")
    case.level, case.competence, case.domain = level, competence, t.data["domain"]
    case.has_clause, case.is_filed = level == "major", True


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
    lead.due_at, lead.told_at = days.after_calendar_days(t.book.now, days.ON_SPOT, rolls=False), t.book.now
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
