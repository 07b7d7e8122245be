from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.assigning import SignData
from hazards.services.act import Act, require, verb
from hazards.services.filing import prefill_commitments
from hazards.services.parts import start_plan


@verb("sign")
def sign_hazard(act: Act, data: SignData) -> None:
    """Accept the assignment: who leads, who works, how people are kept safe meanwhile.

    The limit keeps running from the assignment. Source: process.md a.4 T13.
    """
    lead = act.lead
    require(data.handler or data.handler_name, handler_name=_("请填经办人姓名和电话。"))
    lead.leader, lead.handler = data.leader, data.handler
    lead.leader_name, lead.handler_name = data.leader_name, data.handler_name
    lead.sign()
    act.hazard.interim_control = data.interim_control
    if data.handler:
        act.add_rectifiers(data.handler.pk)
    if data.leader and data.handler:
        prefill_commitments(
            act, leader=data.leader, handler=data.handler, measures=lead.requirements, contingency=data.interim_control
        )
    start_plan(act)
    act.move()
