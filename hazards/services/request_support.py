from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.rectifying import RequestSupportData
from hazards.limits import step_due
from hazards.models import SupportRequest
from hazards.services.act import Act, require, verb
from hazards.states import EvidenceStage, SupportKind
from organizations.kinds import UnitKind
from organizations.models import Unit

SUPPORT = "support"


@verb("request_support")
def request_hazard_support(act: Act, data: RequestSupportData) -> None:
    """Ask who stands above for what the lead unit can't do alone; the limit runs on."""
    if act.case.support is not None:
        raise Invalid(_("已有一项提请在等答复，答复后再提。"))
    require(data.amount or data.kind != SupportKind.FUNDING, amount=_("请填写需要多少经费。"))
    hazard = act.hazard
    row = SupportRequest(
        hazard=hazard,
        assignment=act.lead,
        kind=data.kind,
        reason=data.reason,
        amount=data.amount,
        to_unit=_who_answers(act),
        opened_at=act.at,
        due_at=step_due(hazard, SUPPORT, act.at),
    )
    act.case.support = act.touch(row)
    act.notes["answered_by"] = row.to_unit.name
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()


def _who_answers(act: Act) -> Unit:
    """A county body that gave the order answers it; else the bureau, and where it works itself the county."""
    case = act.case
    issuer = case.unit(act.lead.issuer_unit_id)
    if issuer.kind == UnitKind.GOV:
        return issuer
    if case.unit(act.lead.unit_id).kind == UnitKind.EDU:
        bodies = Unit.objects.filter(kind=UnitKind.GOV, region_code=case.bureau.region_code, is_active=True)
        for body in bodies.order_by("path"):
            if case.directory.posts_in([body.pk]):
                return body
    return case.bureau
