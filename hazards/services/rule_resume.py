from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.clock import RuleResumeData
from hazards.models import HazardEvent, Suspension
from hazards.services.act import Act, require, verb
from hazards.services.asking import require_other
from hazards.services.issuing import issue_paper
from hazards.services.suspending import next_proof, require_usable, settle
from hazards.states_clock import SuspensionKind, SuspensionState


@verb("rule_resume")
def rule_on_resuming(act: Act, data: RuleResumeData) -> None:
    """Who stopped its use lets it be used again, or not yet; or takes back an order that was an error.

    Source: regulation.md 2.3 (8).
    """
    row: Suspension = act.row(data.suspension, "suspension")
    require_other(act, row)
    was_asked = row.state == SuspensionState.RESUME_REQUESTED
    row.opinion = data.opinion
    act.notes["scope"] = row.scope
    match data.ruling:
        case "refuse":
            _refuse(act, row)
        case "revoke":
            require(not row.is_mandatory, ruling=_("这一类隐患必须停用，不能撤销；整改复查合格后再恢复使用。"))
            _lift(act, row)
        case _:
            require_usable(act)
            needs_note = row.kind == SuspensionKind.SCHOOL
            require(data.decision or not needs_note, decision=_("整校复课由政府决定，请填决定文号。"))
            _lift(act, row)
    if was_asked:
        _issue_reply(act, row, is_granted=data.ruling != "refuse")
    settle(act)
    act.move()


def _refuse(act: Act, row: Suspension) -> None:
    if row.state != SuspensionState.RESUME_REQUESTED:
        raise Invalid.of(ruling=_("没有申请恢复使用，不用答复。"))
    row.refuse_resume()
    row.due_at = next_proof(act, act.occurred_on)


def _lift(act: Act, row: Suspension) -> None:
    row.lift()
    row.ended_on = act.occurred_on


def _issue_reply(act: Act, row: Suspension, *, is_granted: bool) -> None:
    if row.issuer_unit_id == row.unit_id:
        return
    fields: dict[str, object] = {
        "order": row.order_number or _("未编号"),
        "object": row.scope,
        "request_on": _asked_on(act),
        "decision": "granted" if is_granted else "refused",
        "grounds": row.opinion if row.opinion.endswith("。") else f"{row.opinion}。",
        "from_on": act.occurred_on if is_granted else None,
    }
    issuer, unit = act.case.unit(row.issuer_unit_id), act.case.unit(row.unit_id)
    issue_paper(act, "resume_reply", row, issuer=issuer, addressee=unit, fields=fields)


def _asked_on(act: Act) -> date:
    return HazardEvent.objects.filter(hazard=act.hazard, action="request_resume").latest("seq").occurred_on
