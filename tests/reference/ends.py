"""How a case is judged, ends, and comes back: the deeds from submission on, and corrections."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from tests.reference import days, rules
from tests.reference.case import Asked
from tests.reference.deeds import (
    DEEDS,
    ELIMINATED,
    Refused,
    Try,
    above_of,
    deed,
    lead_of,
    need,
    set_verifier,
    start_plan,
    the_row,
)


@deed("return_submission")
def _return_submission(t: Try) -> None:
    lead_of(t).state, t.case.state = "signed", "rectifying"


@deed("fail_verification")
def _fail(t: Try) -> None:
    case = t.case
    lead_of(t).state, case.state = "signed", "rectifying"
    case.round, case.closure, case.verifiers, case.after_photo = case.round + 1, "", set(), False


@deed("pass_verification")
def _pass(t: Try) -> None:
    case = t.case
    if case.level != "general":
        need(t.second or t.data.get("second_name"), "two verify")
    case.verifiers = {*(t.doer.people if t.doer else ()), t.second} - {""}
    lead_of(t).state, case.state = "confirmed", "verified"


def require_closable(t: Try, closure: str) -> None:
    case = t.case
    is_eliminated = case.closure in ELIMINATED
    need(is_eliminated or not t.book.waits_for_plan(case), "no plan")
    need(is_eliminated or t.book.is_outside(case) or case.commitments, "no commitments")
    need(all(part.state == "confirmed" for part in case.co_parts), "parts are open")
    if case.level == "major":
        need(
            case.has_clause and case.double == {"department", "staff"} and not case.is_pending, "重大 has more to show"
        )
    if not is_eliminated and closure not in ("demolished", "shut_down"):
        need(case.appraisal not in ("C", "D") or (case.appraisal == "C" and case.reappraised), "not appraised again")


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
    need(closure != "on_the_spot" or case.closure == "on_the_spot", "not on the spot")
    end(t, closure)


@deed("return_closure")
def _return_closure(t: Try) -> None:
    case = t.case
    lead_of(t).state, case.state, case.verifiers = "done", "submitted", set()
    case.closure = "" if case.closure in ELIMINATED else case.closure


@deed("void")
def _void(t: Try) -> None:
    t.case.state = "voided"


@deed("eliminate")
def _eliminate(t: Try) -> None:
    case, closure = t.case, t.data["closure_type"]
    need(case.appraisal != "D" or closure in ("demolished", "shut_down"), "D is demolished or shut")
    case.closure, case.verifiers = closure, set() if t.recorded else {t.person}
    for part in case.assignments:
        if part.kind != "control":
            part.asked_back = "kept" if part.asked_back == "requested" else part.asked_back
            part.state = "confirmed"
    case.plan = case.plan if case.plan and case.plan.state == "approved" else None
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
    t.case.__dict__.update(before.__dict__)
    t.case.is_filed = is_filed


@deed("regrade")
def _regrade(t: Try) -> None:
    case, level = t.case, t.data["level"]
    need(level != "major" or t.data.get("clause"), "no clause")
    need(level != case.level or (level == "major" and case.is_pending), "the same level")
    case.level, case.is_pending, case.has_clause = level, False, level == "major"
    if case.lead:
        set_verifier(t)
    if case.state == "rectifying":
        start_plan(t)


@deed("record_double_report")
def _double(t: Try) -> None:
    need(t.case.level == "major", "only 重大")
    t.case.double = t.case.double | {t.data["to"]}


@deed("record_appraisal")
def _appraisal(t: Try) -> None:
    need(t.case.domain == "04", "only buildings")
    t.case.appraisal, t.case.reappraised = t.data["grade"], False


@deed("schedule")
def _schedule(t: Try) -> None:
    t.case.is_scheduled, t.case.support = True, None


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
    case = t.case
    last_day = case.closed_at.replace(year=case.closed_at.year + 1)
    need(t.book.now <= last_day, "a year is over")
    lead = lead_of(t)
    case.cycle, case.closure, case.verifiers, case.after_photo = case.cycle + 1, "", set(), False
    lead.state, case.state = "signed", "rectifying"


@deed("look_back")
def _look_back(t: Try) -> None: ...


@deed("instruct")
def _instruct(t: Try) -> None:
    case, to = t.case, t.data["to"]
    parties = {case.unit, case.handling, case.verifying, *(part.unit for part in case.assignments)}
    need(to in parties, "no part in it")
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
    t.case.readers.add(t.data["reader"])


MERGE_DAYS = timedelta(days=30)
assert set(DEEDS) <= set(rules.FROM)
