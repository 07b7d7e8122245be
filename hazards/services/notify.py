from __future__ import annotations

from hazards.data.assigning import NotifyData
from hazards.services.act import Act, verb
from hazards.services.filing import new_lead, set_verifier
from hazards.services.handing import notice_day, require_outside_duty, require_own_name
from hazards.services.parts import add_control_part
from hazards.states import AssignmentKind, EvidenceStage


@verb("notify")
def notify_unit(act: Act, data: NotifyData) -> None:
    """Ask an outside unit by letter or call to rectify; it is not ordered, and may not answer (函告)."""
    require_outside_duty(act)
    require_own_name(act, data.issued_as)
    new_lead(
        act, data.lead, limit_on=None, requirements=data.requirements, issuer_unit_id=act.case.bureau.pk,
        kind=AssignmentKind.REQUEST, issued_as=data.issued_as, reply_on=notice_day(act, data.reply_on),
    )  # fmt: skip
    add_control_part(act, data.control)
    set_verifier(act)
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    act.move()
