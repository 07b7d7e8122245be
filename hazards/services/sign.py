from __future__ import annotations

from hazards.actions import SignData
from hazards.services.act import Act, verb
from hazards.services.filing import prefill_commitments


@verb("sign")
def sign_hazard(act: Act, data: SignData) -> None:
    """Accept the assignment: who leads, who works, how people are kept safe meanwhile.

    The limit keeps running from the assignment. Source: process.md a.4 T13.
    """
    lead = act.lead
    lead.leader, lead.handler = data.leader, data.handler
    lead.sign()
    act.hazard.interim_control = data.interim_control
    act.add_rectifiers(data.handler.pk)
    prefill_commitments(
        act, leader=data.leader, handler=data.handler, measures=lead.requirements, contingency=data.interim_control
    )
    act.move()
