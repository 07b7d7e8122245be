from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.clock import RequestExtensionData
from hazards.limits import step_due
from hazards.models import Extension, HazardEvent
from hazards.services.act import Act, verb
from hazards.services.asking import who_asks
from hazards.services.extending import (
    DECISION,
    ask_until,
    decider_of,
    require_until,
    say_not_extended,
)  # fmt: skip
from hazards.services.issuing import issue_paper, matter_of
from hazards.services.milestones import read_milestones
from hazards.states import EvidenceStage


@verb("request_extension")
def request_hazard_extension(act: Act, data: RequestExtensionData) -> None:
    """Ask for more time; the limit runs on until it is granted.

    What is asked too late, or when the limit has passed, is accepted and marked so. Source: process.md a.4 T22.
    """
    if why := say_not_extended(act.case):
        raise Invalid(why)
    require_until(act, data.until_on)
    hazard, lead, asks = act.hazard, act.lead, who_asks(act)
    row = Extension(
        hazard=hazard,
        assignment=lead,
        number=Extension.objects.filter(hazard=hazard).count() + 1,
        reason_kind=data.reason_kind,
        reason=data.reason,
        control=data.control,
        milestones=read_milestones(data.milestones, at=act.at, last_on=data.until_on),
        old_limit_on=lead.limit_on,
        asked_until_on=data.until_on,
        is_late=act.at >= ask_until(act.case, lead),
        to_unit=act.case.unit(decider_of(act.case, lead)),
        asked_by=asks.asked_by,
        asked_through=asks.asked_through,
        opened_at=act.at,
        due_at=step_due(hazard, DECISION, act.at),
    )
    act.case.extension = act.touch(row)
    hazard.interim_control = data.control
    act.notes["answered_by"] = row.to_unit.name
    act.notes["old_limit"] = lead.limit_on.isoformat()
    if row.is_late:
        act.notes["asked_late"] = True
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    _issue(act, row)
    act.move()


def _issue(act: Act, row: Extension) -> None:
    fields = {
        "matter": matter_of(act.hazard),
        "due_on": row.old_limit_on,
        "progress": _progress(act),
        "reasons": f"{row.get_reason_kind_display()}：{row.reason}",
        "controls": row.control,
        "until_on": row.asked_until_on,
    }
    unit = act.case.unit(act.lead.unit_id)
    issue_paper(act, "extension_request", row, issuer=unit, addressee=row.to_unit, fields=fields)


def _progress(act: Act) -> str:
    told = HazardEvent.objects.filter(hazard=act.hazard, action="report_progress").order_by("-seq")
    last = told.values_list("data", flat=True).first() or {}
    return str(last.get("progress") or _("正在整改"))
