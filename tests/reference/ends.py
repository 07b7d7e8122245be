"""How a case is judged, ends, and comes back: the deeds from submission on, and corrections."""

from __future__ import annotations

from contextlib import suppress
from copy import copy

from tests.reference import days, rules
from tests.reference.case import Asked, Part
from tests.reference.deeds import (
    ELIMINATED,
    Refused,
    Try,
    back_to_filed,
    deed,
    keep_term,
    lead_of,
    need,
    set_verifier,
    start_plan,
    the_row,
)
from tests.reference.giving import above_of
from tests.reference.listing import (
    doubt_acceptance,
    fail_acceptance,
    list_by_level,
    pass_acceptance,
    settle,
)  # fmt: skip
from tests.reference.measures import draft_for_event
from tests.reference.staff import CAMPUS, OUTSIDE, TREE
from tests.reference.times import move_limit

# So often verified in vain, its head is talked to.
INTERVIEW_FROM = 3


@deed("return_submission")
def _return_submission(t: Try) -> None:
    lead = lead_of(t)
    lead.due_at = days.resumed(t.book.now, lead.due_at, lead.told_at)
    fail_acceptance(t)
    lead_of(t).state, t.case.state = "signed", "rectifying"
    # The level may have risen since.
    start_plan(t)


@deed("fail_verification")
def _fail(t: Try) -> None:
    case, lead = t.case, lead_of(t)
    rework = days.after_calendar_days(t.book.now, days.REWORK[t.level], rolls=t.level != "major")
    lead.due_at = days.resumed(t.book.now, lead.due_at, lead.told_at, at_least=rework)
    fail_acceptance(t)
    lead_of(t).state, case.state = "signed", "rectifying"
    case.round, case.closure, case.verifiers = case.round + 1, "", set()
    start_plan(t)
    n_failed = case.round - 1 - case.n_reopened
    if n_failed >= INTERVIEW_FROM:
        draft_for_event(t, ["interview"], lead.unit, f"failed {n_failed} times")


@deed("pass_verification")
def _pass(t: Try) -> None:
    case, second = t.case, t.data.get("second", "")
    need(not t.book.waits_for_plan(case), "the level rose, and there is no plan")
    if case.level != "general" or (case.is_listed and not t.book.is_outside(case)):
        need(second or t.data.get("second_name"), "two verify")
    if second:
        need(second in verifying_people(t), "not of a unit near")
        need(second not in case.rectifiers, "did the work")
        need(second != t.person and (t.second or second not in t.judges), "two people")
        kinds = {held.post[1] for held in t.book.staff.posts_of(second)}
        need(not case.is_restricted or kinds & {"confidant", "leader", "chief"}, "not his to read")
    case.verifiers = t.judges
    pass_acceptance(t)
    lead_of(t).state, case.state = "confirmed", "verified"


def verifying_people(t: Try) -> set[str]:
    """People of the campus's superiors, of the parts of the bureau, of departments and townships."""
    staff = t.book.staff
    path = staff.path(t.case.unit)
    units = [
        one for one, unit in staff.units.items()
        if (one in path and unit.kind in TREE) or unit.kind in OUTSIDE
        or (unit.parent in path and unit.kind in ("SEC", "SUB", "EXP", "CEN"))
    ]  # fmt: skip
    return {
        person for person in {held.person for held in staff.held} | set(staff.home) if staff.belongs_to(person, units)
    }


def require_closable(t: Try, closure: str) -> None:
    case = t.case
    is_eliminated = case.closure in ELIMINATED
    need(is_eliminated or not t.book.waits_for_plan(case), "no plan")
    need(is_eliminated or t.book.is_outside(case) or case.commitments, "no commitments")
    need(is_eliminated or case.after_photo, "nothing to see of it")
    need(all(part.state == "confirmed" for part in case.co_parts), "parts are open")
    if case.level == "major":
        need(
            case.has_clause and case.double == {"department", "staff"} and not case.is_pending, "重大 has more to show"
        )
    if not is_eliminated and closure not in ("demolished", "shut_down"):
        need(case.appraisal not in ("C", "D") or (case.appraisal == "C" and case.reappraised), "not appraised again")
    need(not case.suspensions, "out of use")
    need(case.listing is None, "listed")
    blames = {"accountability", "transfer"}
    need(all(row.state != "draft" or row.kind not in blames for row in case.measures), "undecided about people")


def end(t: Try, closure: str) -> None:
    case = t.case
    case.closure, case.closed_at, case.state = closure, t.book.now, "closed"
    lead_of(t).state = "confirmed"


@deed("confirm_and_close")
def _confirm_and_close(t: Try) -> None:
    need(t.case.in_one_act, "not the school's own")
    closure = t.case.closure or "rectified"
    require_closable(t, closure)
    end(t, closure)


@deed("close")
def _close(t: Try) -> None:
    case, closure = t.case, t.data["closure_type"]
    require_closable(t, closure)
    need(case.closure not in ELIMINATED or closure == case.closure, "decided otherwise")
    fits = {"handed_over", *ELIMINATED}
    need(closure in fits if t.book.is_outside(case) else closure != "handed_over", "not such an end")
    need(closure != "on_the_spot" or case.closure == "on_the_spot", "not on the spot")
    end(t, closure)


@deed("return_closure")
def _return_closure(t: Try) -> None:
    case = t.case
    lead_of(t).state, case.state, case.verifiers = "done", "submitted", set()
    doubt_acceptance(t)
    case.closure = "" if case.closure in ELIMINATED else case.closure


@deed("void")
def _void(t: Try) -> None:
    need(not t.case.is_listed, "listed")
    t.case.state = "voided"


@deed("eliminate")
def _eliminate(t: Try) -> None:
    case, closure = t.case, t.data["closure_type"]
    need(case.appraisal != "D" or closure in ("demolished", "shut_down"), "D is demolished or shut")
    case.closure, case.verifiers = closure, set() if t.recorded else {t.person}
    lead = lead_of(t)
    lead.told_at = t.book.now if lead.told_at == days.BEFORE else lead.told_at
    for part in case.assignments:
        if part.kind != "control":
            part.asked_back = "kept" if part.asked_back == "requested" else part.asked_back
            part.state = "confirmed"
    case.plan = case.plan if case.plan and case.plan.state == "approved" else None
    if closure != "vanished":
        # With its object goes its use.
        case.suspensions = []
    settle(t)
    case.support, case.state = None, "verified"


@deed("withdraw")
def _withdraw(t: Try) -> None:
    last = t.case.last
    need(not t.case.is_sealed, "sealed")
    need(last and last.moved and last.is_alone and last.action != "withdraw", "nothing to take back")
    assert last is not None
    before = last.before
    assert before is not None
    need(before.state not in rules.TERMINAL, "an end is left by its own acts")
    is_filed = t.case.is_filed
    t.case.__dict__.update(before.copy().__dict__)
    # A proposal that ended with the act is made anew, if it is still wanted.
    t.case.proposal = None
    t.case.is_filed = is_filed


@deed("regrade")
def _regrade(t: Try) -> None:
    case, level = t.case, t.data["level"]
    was, ranks = case.level, ("general", "significant", "major")
    need(level != "major" or t.data.get("clause"), "no clause")
    need(level != was or (level == "major" and (case.is_pending or not case.has_clause)), "the same level")
    is_central = t.by is not None and t.book.staff.kind(t.by.post[0]) == "CEN"
    need(not is_central or ranks.index(level) > ranks.index(was) or _mandated(t, was), "a central school only raises")
    was_pending = case.is_pending
    case.level, case.is_pending, case.has_clause = level, False, level == "major"
    if level == was:
        if was_pending:
            list_by_level(t)
        return
    _raise_handling(t)
    if case.lead:
        set_verifier(t)
        if not t.book.needs_plan(case):
            case.plan = case.plan if case.plan and case.plan.state == "approved" else None
        elif case.state == "rectifying":
            start_plan(t, is_raised=ranks.index(level) > ranks.index(was))
        if case.state in ("assigned", "rectifying") and not case.is_scheduled:
            case.lead.due_at = days.limit(t.book.now, level)
            keep_term(t, case.lead.limit_on)
        if case.state == "assigned" and not case.lead.reply_on:
            case.sign_by = days.SIGN[level](t.book.now)
    list_by_level(t)


def _mandated(t: Try, level: str) -> bool:
    return level == "general" and "file" in t.book.mandates


def _raise_handling(t: Try) -> None:
    """What is beyond a school or central school is the next unit's from now on, and so are its assignments."""
    case, kind = t.case, t.book.staff.kind(t.case.handling)
    if kind not in {*CAMPUS, "CEN"} or (kind in CAMPUS and case.level == "general"):
        return
    if kind == "CEN" and _mandated(t, case.level):
        return
    old = case.handling
    case.handling = above_of(t, old, "file")
    for part in case.assignments:
        part.issuer = case.handling if part.issuer == old else part.issuer


@deed("record_double_report")
def _double(t: Try) -> None:
    need(t.case.level == "major", "only 重大")
    t.case.double = t.case.double | {t.data["to"]}


@deed("schedule")
def _schedule(t: Try) -> None:
    t.case.is_scheduled, t.case.support = True, None
    move_limit(t, t.book.now.date() + days.DAY * 400)


@deed("appeal")
def _appeal(t: Try) -> None:
    case = t.case
    need(case.n_appeals < 1, "once only")
    need(t.book.now < days.after_days(case.rejected_at, days.APPEAL_DAYS), "too late")
    case.n_appeals += 1
    # Of the bureau's own decision its leader judges.
    with suppress(Refused):
        case.handling = above_of(t, case.handling, "file")
    case.cycle += 1
    case.state = "reported"


@deed("reopen")
def _reopen(t: Try) -> None:
    case, old, staff = t.case, lead_of(t), t.book.staff
    last_on = case.closed_at.date().replace(year=case.closed_at.year + 1)
    need(t.book.now < days.end_of(last_on), "a year is over")
    case.cycle, case.round, case.closure, case.verifiers = case.cycle + 1, case.round + 1, "", set()
    case.reappraised, case.is_scheduled = False, False
    case.handling = t.book.bureau(case)
    issuer = case.handling if staff.kind(old.unit) in TREE else old.issuer
    lead = Part(t.book.key(), old.unit, issuer, old.kind, "signed", given_at=t.book.now)
    half, rework = (old.limit_on - old.given_at.date()).days // 2, days.REWORK[t.level]
    least = days.after_calendar_days(t.book.now, rework, rolls=t.level != "major")
    lead.due_at = max(days.end_of(t.book.now.date() + days.DAY * half), least)
    lead.leader = old.leader if staff.belongs_to(old.leader, [old.unit]) else ""
    lead.handler = old.handler if staff.belongs_to(old.handler, [old.unit]) else ""
    case.lead, case.plan, case.state, case.n_reopened = lead, None, "rectifying", case.n_reopened + 1
    set_verifier(t)
    start_plan(t)
    if t.data["cause"] == "false":
        draft_for_event(t, ["interview", "accountability"], lead.unit, "false")
    for part in case.parts:
        part.state = "signed" if part.kind == "control" else part.state


@deed("merge")
def _merge(t: Try) -> None:
    case, place = t.case, t.data["master"]
    master = t.book.cases[place].copy()
    need(not case.is_listed and not case.suspensions, "listed or out of use")
    need(t.book.sees(t.person, master) and place != t.index, "not to be found")
    need(master.state not in rules.TERMINAL and master.unit == case.unit, "another case")
    need((master.is_restricted, master.channel) == (case.is_restricted, case.channel), "not to be mixed")
    ranks = ("general", "significant", "major")
    need(ranks.index(case.rule_level) <= ranks.index(master.rule_level), "the weightier takes in the other")
    need(case.state != "assigned" or master.lead, "the other way round")
    need(not any(one.master == t.index for one in t.book.cases), "has taken in others")
    if case.state == master.state:
        master.sign_by = min(master.sign_by, case.sign_by)
    if case.lead and master.lead and not master.is_scheduled and master.state in ("assigned", "rectifying"):
        master.lead = copy(master.lead)
        master.lead.due_at = min(master.lead.due_at, case.lead.due_at)
    if case.lead:
        back_to_filed(t)
    case.state, case.master, case.merged_at = "merged", place, t.book.now
    master.found_on = min(master.found_on, case.found_on)
    master.suspected = master.suspected or (case.suspected and not master.level)
    if not master.is_restricted and master.channel != "direct":
        master.reporters.append(case.reporter)
    t.others[place] = master


@deed("unmerge")
def _unmerge(t: Try) -> None:
    case = t.case
    assert case.master is not None
    master = t.book.cases[case.master].copy()
    is_real = master.state not in ("voided", "rejected")
    need(not is_real or t.book.now < days.end_of(case.merged_at.date() + days.DAY * 30), "too late")
    if case.reporter in master.reporters:
        master.reporters.remove(case.reporter)
    t.others[case.master] = master
    case.master, case.cycle, case.state = None, case.cycle + 1, "filed" if case.level else "reported"


@deed("look_back")
def _look_back(t: Try) -> None: ...


@deed("instruct")
def _instruct(t: Try) -> None:
    case, to = t.case, t.data["to"]
    parties = {case.unit, case.handling, case.verifying, *(part.unit for part in case.assignments)}
    need(to in parties, "no part in it")
    # What went past the school is told to nobody who does not know of it.
    need(case.channel != "direct" or t.book.is_known_in(to, case), "does not know of it")
    case.instructions.append(Asked(t.book.key(), to))
    case.instructed.add(to)


@deed("reply_instruction")
def _reply(t: Try) -> None:
    t.case.instructions.remove(the_row(t, "reply_instruction"))


@deed("seal")
def _seal(t: Try) -> None:
    need(not t.case.is_sealed, "sealed already")
    t.case.is_sealed = True


@deed("grant_reading")
def _grant(t: Try) -> None:
    kinds = {held.post[1] for held in t.book.staff.posts_of(t.data["reader"])}
    need("investigator" in kinds, "no investigator")
    t.case.readers.add(t.data["reader"])
