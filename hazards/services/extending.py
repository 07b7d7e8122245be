"""More time for the work: when it may be asked for, how long it may be, and how a new limit comes into force.

Source: process.md a.3 (extension), a.4 T22, a.5; regulation.md 2.4.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from deadlines.calendars import calendar_of
from deadlines.models import Measure
from hazards.case import Case
from hazards.limits import end_of, get_limit
from hazards.models import Assignment, Extension, Hazard, Supervision
from hazards.services.act import Act
from hazards.services.filing import LONGEST_LIMIT
from hazards.states import AssignmentKind, AssignmentState, ClosureType, State
from hazards.states_clock import ExtensionState, SupervisionState
from organizations.kinds import UnitKind
from organizations.models import Unit

AHEAD, DECISION, COUNT, LENGTH = "extension_ahead", "extension_decision", "extension_count", "extension_length"
_UNDER_WAY = (AssignmentState.SENT, AssignmentState.SIGNED)
_LISTED = frozenset({SupervisionState.LISTED, SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.PASSED})


def say_not_extended(case: Case) -> str:
    """Why no more time can be asked for at all, in a sentence; empty where it can."""
    hazard, lead = case.hazard, case.lead
    if lead is None:
        return _("还没有交办，没有整改期限。")
    if case.extension is not None:
        return _("已有一件延期申请在等审批，审批后再提。")
    if hazard.is_scheduled:
        return _("已列入治理计划的，由局领导用“列入治理计划”调整节点和最终日期。")
    if hazard.closure_type == ClosureType.ON_THE_SPOT:
        return _("立行立改的隐患不延期；当场改不了的，请交办单位“重新确定期限”。")
    if has_binding_paper(hazard, lead, today(case.at)):
        return _("期限是%(paper)s写明的，只有发文单位能变更（“变更文书期限”）。") % {"paper": _name_of_paper(hazard)}
    n_most = count_allowed(hazard)
    if hazard.n_extensions and n_granted(lead) >= n_most:
        return _("延期最多 %(n)d 次，已经用完；确有困难请用“提请上级解决”。") % {"n": n_most}
    return ""


def has_binding_paper(hazard: Hazard, lead: Assignment, on: date) -> bool:
    """The limit is that of a legal paper, which its issuer alone may move."""
    paper = hazard.paper_limit_on
    return paper is not None and (lead.limit_on == paper or (paper >= on and lead.limit_on >= paper))


def n_granted(lead: Assignment) -> int:
    return Extension.objects.filter(assignment=lead.pk, state=ExtensionState.GRANTED).count()


def count_allowed(hazard: Hazard) -> int:
    return get_limit(hazard, COUNT).amount


def ask_until(case: Case, lead: Assignment) -> datetime:
    """The first moment that is too late to ask in time: so long before the limit ends as the rules say.

    A limit shorter than that leaves all of it: nobody could have asked earlier.
    """
    row, last = get_limit(case.hazard, AHEAD), lead.limit_on
    if row.measure == Measure.WORKING_DAYS:
        day = calendar_of(case.hazard.unit.path).before_working_days(last, row.amount)
    else:
        day = last - timedelta(days=row.amount)
    until = end_of(day)
    return until if lead.assigned_at < until else lead.due_at


def longest_until(hazard: Hazard, lead: Assignment, at: datetime) -> tuple[date, str]:
    """(the last day that may be granted, the rule in words)

    A share of the original limit counts from the present one, from today where that has passed; a number of days from
    the original one, for all extensions together.
    """
    row, first_on = get_limit(hazard, LENGTH), lead.first_limit_on or lead.limit_on
    if row.measure != Measure.PERCENT:
        return first_on + timedelta(days=row.amount), _("延期累计最长 %(n)d 天") % {"n": row.amount}
    days = max(1, (first_on - today(lead.assigned_at)).days * row.amount // 100)
    said = {"n": days, "share": row.amount}
    return max(lead.limit_on, today(at)) + timedelta(days=days), _("一次最长 %(n)d 天（原期限的 %(share)d%%）") % said


def require_until(act: Act, until_on: date) -> None:
    """A new limit lies ahead, after the present one, and within what rules, paper and listing allow. Raises Invalid."""
    hazard, lead = act.hazard, act.lead
    require_ahead(act, until_on, "until_on")
    if until_on <= lead.limit_on:
        raise Invalid.of(until_on=_("须晚于现在的期限 %(day)s。") % {"day": lead.limit_on.isoformat()})
    last_on, rule = longest_until(hazard, lead, act.at)
    if until_on > last_on:
        raise Invalid.of(
            until_on=_("%(rule)s，最晚到 %(day)s；确需更长的，请用“提请上级解决”。")
            % {"rule": rule, "day": last_on.isoformat()}
        )
    require_within_paper(act, until_on, "until_on")


def require_ahead(act: Act, until_on: date, field_name: str) -> None:
    if until_on < today(act.at):
        raise Invalid.of(**{field_name: _("不能早于今天。")})


def require_within_paper(act: Act, until_on: date, field_name: str) -> None:
    """Nothing goes past a legal paper that still runs, or the term of another body's listing."""
    hazard, paper, row = act.hazard, act.hazard.paper_limit_on, listed(act.case)
    if paper and paper >= today(act.at) and until_on > paper:
        told = {"paper": _name_of_paper(hazard), "day": paper.isoformat()}
        raise Invalid.of(**{field_name: _("不能晚于%(paper)s的期限 %(day)s；只有发文单位能变更。") % told})
    if row and row.is_external and row.term_on and until_on > row.term_on:
        told = {"body": row.lister_name, "day": row.term_on.isoformat()}
        message = _("%(body)s挂牌督办的期限是 %(day)s，请先向挂牌机关申请，同意后用“登记上级挂牌”登记延期。") % told
        raise Invalid.of(**{field_name: message})


def _name_of_paper(hazard: Hazard) -> str:
    return hazard.paper_name or _("法定文书")


def listed(case: Case) -> Supervision | None:
    """The listing that is in force."""
    row = case.supervision
    return row if row is not None and row.state in _LISTED else None


def decider_of(case: Case, lead: Assignment) -> int:
    """Who listed it, else who gave the assignment. Another body's notice leaves the decision where it was."""
    row = listed(case)
    return row.lister_unit_id if row and not row.is_external else lead.issuer_unit_id


def move_limit(act: Act, until_on: date) -> None:
    """The lead's limit and those of co-units that were the same; the first one is kept. Colour and whole follow by it."""
    lead, old = act.lead, act.lead.limit_on
    for part in act.case.parts:
        if part.kind != AssignmentKind.CONTROL and part.state in _UNDER_WAY and part.limit_on == old:
            _set(act.touch(part), until_on)
    _set(lead, until_on)
    _tell_deadline(act, old, until_on)
    act.moves_due = act.hazard.state == State.RECTIFYING
    act.notes["old_limit"] = old.isoformat()


def _tell_deadline(act: Act, old: date, until_on: date) -> None:
    """What was prefilled of the commitments names the new day; what people wrote themselves stays."""
    told = act.hazard.commitments.get("deadline", "")
    if old.isoformat() in told:
        words = told.replace(old.isoformat(), until_on.isoformat())
        act.hazard.commitments = {**act.hazard.commitments, "deadline": words}


def _set(row: Assignment, until_on: date) -> None:
    row.first_limit_on = row.first_limit_on or row.limit_on
    row.limit_on, row.due_at = until_on, end_of(until_on)


def shift_term(act: Act, until_on: date) -> None:
    """The listing's term goes along where it would end before the new limit. Source: process.md a.5."""
    row = listed(act.case)
    if row is None or row.term_on is None or row.term_on >= until_on:
        return
    act.touch(row).term_on = until_on
    row.n_extended += 1


def acting_unit(act: Act) -> Unit:
    """The unit that speaks: that of the post, of whom it is entered for; sections speak for their bureau."""
    unit = act.on_behalf.unit if act.on_behalf else act.case.unit(act.post.unit_id)
    return act.case.unit(unit.parent_id) if unit.kind == UnitKind.SEC and unit.parent_id else unit


def require_within_a_year(act: Act, until_on: date, field_name: str) -> None:
    if until_on > today(act.at) + LONGEST_LIMIT:
        raise Invalid.of(**{field_name: _("整改期限最长一年，更长的请用“列入治理计划”。")})
