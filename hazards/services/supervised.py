"""What the main line does to a listing: acceptance is verification, one visit and one opinion. Source: process.md a.5, T23 to T31."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.limits import step_due
from hazards.models import Supervision
from hazards.services.act import Act
from hazards.services.measures import draft_for_event
from hazards.services.supervising import DELISTING, note_missed, plan_due, renew_report, renew_visit, show
from hazards.services.supervision_papers import issue_acceptance
from hazards.states import State
from hazards.states_clock import IN_FORCE, MeasureKind, SupervisionState


def ask_acceptance(act: Act) -> None:
    """With `submit`: the unit says that it is done."""
    row = act.case.supervision
    if row is None or row.state != SupervisionState.LISTED:
        return
    act.touch(row)
    note_missed(act, row)
    row.ask_acceptance()
    show(act, row)


def pass_acceptance(act: Act, opinion: str, second: str) -> None:
    """With `pass_verification`. Raises Invalid while the body that listed it has not accepted it."""
    row = act.case.supervision
    if row is None or row.state not in IN_FORCE:
        return
    if row.is_external:
        _require_accepted(row)
        return
    act.touch(row)
    set_passed(act, row, opinion)
    issue_acceptance(act, row, passed=True, reason=opinion, second=second)


def _require_accepted(row: Supervision) -> None:
    if row.state != SupervisionState.PASSED:
        said = {"body": row.lister_name}
        raise Invalid(_("由%(body)s挂牌，须先用“登记上级挂牌”登记其验收合格的结论，再复查合格。") % said)


def set_passed(act: Act, row: Supervision, opinion: str) -> None:
    """It waits to be taken off. `row` is touched already."""
    row.pass_acceptance()
    row.opinion = opinion[:500]
    row.due_at = step_due(act.hazard, DELISTING, act.at)
    show(act, row)


def fail_acceptance(act: Act, reason: str = "", *, with_paper: bool = False) -> None:
    """With `fail_verification` and `return_submission`: reports and visits go on; a term that passed is missed."""
    row = act.case.supervision
    if row is None or row.state not in (SupervisionState.ACCEPTANCE_REQUESTED, SupervisionState.PASSED):
        return
    act.touch(row)
    if with_paper:
        issue_acceptance(act, row, passed=False, reason=reason)
    row.plan_due_on = row.plan_due_on or plan_due(act)
    set_failed(act, row)


def set_failed(act: Act, row: Supervision) -> None:
    row.fail_acceptance()
    renew_report(act, row)
    renew_visit(act, row)
    show(act, row)
    if note_missed(act, row):
        # The rung of the term came while the work was judged and was nobody's fault yet.
        cause = _("挂牌督办期满未完成治理")
        draft_for_event(act, [MeasureKind.ACCOUNTABILITY], act.lead.unit, cause=cause)


def doubt_acceptance(act: Act) -> None:
    """With `return_closure`, while it was not taken off yet."""
    row = act.case.supervision
    if row is not None and row.state == SupervisionState.PASSED:
        act.touch(row).doubt()
        show(act, row)


def settle_listing(act: Act) -> None:
    """With `eliminate`: the object is gone. What another body listed still waits for its acceptance."""
    row = act.case.supervision
    if row is None or row.state == SupervisionState.PASSED:
        return
    act.touch(row)
    if row.state == SupervisionState.PROPOSED:
        row.decline()
        row.opinion = _("已消除办结，不再挂牌")
        act.case.supervision = None
    elif not row.is_external:
        set_passed(act, row, _("经局领导决定消除办结"))
    elif row.state == SupervisionState.LISTED:
        row.ask_acceptance()
    show(act, row)


def begin_anew(act: Act) -> None:
    """With a new lead: what offices or the unit before were late with is not its own. Plan and report are due anew."""
    row = act.case.supervision if act.new_lead else None
    if row is None or row.state != SupervisionState.LISTED:
        return
    act.touch(row)
    if row.plan_due_on:
        row.plan_due_on = plan_due(act) or row.plan_due_on
    renew_report(act, row)


def note_report(act: Act) -> None:
    """With `report_progress`: the next report is due anew."""
    row = act.case.supervision
    if row is not None and row.state == SupervisionState.LISTED and act.hazard.state == State.RECTIFYING:
        renew_report(act, act.touch(row))
