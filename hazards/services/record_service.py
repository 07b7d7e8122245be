from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.data.assigning import RecordServiceData
from hazards.services.act import Act, verb
from hazards.services.measures import draft_for_event
from hazards.services.receiving import take_as_received
from hazards.states import AssignmentKind, EvidenceStage
from hazards.states_clock import MeasureKind


@verb("record_service")
def record_hazard_service(act: Act, data: RecordServiceData) -> None:
    """The proof of service stands for the signature (送达回证). A letter that only asks is not served."""
    if act.lead.kind == AssignmentKind.REQUEST:
        raise Invalid(_("函告不能以送达代替签收；到期未复的，请“提请交办”。"))
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    if data.refused:
        draft_for_event(act, [MeasureKind.INTERVIEW], act.lead.unit, cause=_("拒绝签收交办单"))
    take_as_received(act)
