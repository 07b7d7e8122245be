from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from hazards.data.clock import SetLimitData
from hazards.services.act import Act, require, verb
from hazards.services.extending import (
    acting_unit,
    has_binding_paper,
    listed,
    move_limit,
    require_ahead,
    require_within_a_year,
    require_within_paper,
    shift_term,
)  # fmt: skip
from hazards.states import AssignmentState


@verb("set_limit")
def set_hazard_limit(act: Act, data: SetLimitData) -> None:
    """The issuer gives another limit of its own accord; of what was taken over (存量) the ladder begins with it.

    What the unit has received is never shortened. Source: ledgers-documents-calendar.md (f) 9.
    """
    hazard, lead, limit_on = act.hazard, act.lead, data.limit_on
    _require_free(act)
    require_ahead(act, limit_on, "limit_on")
    require_within_a_year(act, limit_on, "limit_on")
    require_within_paper(act, limit_on, "limit_on")
    is_new = limit_on != lead.limit_on
    require(is_new or hazard.taken_over_at, limit_on=_("期限没有变化。"))
    require(
        limit_on >= lead.limit_on or lead.state == AssignmentState.SENT,
        limit_on=_("已送达的期限 %(day)s 不能缩短。") % {"day": lead.limit_on.isoformat()},
    )
    _require_of_lister(act, limit_on)
    if is_new:
        move_limit(act, limit_on)
        shift_term(act, limit_on)
    hazard.taken_over_at = None
    act.move()


def _require_free(act: Act) -> None:
    hazard, lead = act.hazard, act.lead
    if hazard.is_scheduled:
        raise Invalid(_("已列入治理计划的，由局领导用“列入治理计划”调整节点和最终日期。"))
    if act.case.extension is not None:
        raise Invalid(_("有一件延期申请在等审批，请先“审批延期”。"))
    if has_binding_paper(hazard, lead, today(act.at)):
        paper = hazard.paper_name or _("法定文书")
        raise Invalid(_("期限是%(paper)s写明的，只有发文单位能变更（“变更文书期限”）。") % {"paper": paper})


def _require_of_lister(act: Act, limit_on: date) -> None:
    """The term of a listing is its lister's."""
    row, unit = listed(act.case), acting_unit(act)
    if row is None or row.is_external or row.term_on is None or limit_on <= row.term_on:
        return
    if row.lister_unit_id != unit.pk:
        raise Invalid.of(limit_on=_("已由%(body)s挂牌督办，期限由挂牌单位调整。") % {"body": row.lister_name})
