from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import WrongState
from hazards.data.assigning import DeemReceivedData
from hazards.services.act import Act, verb
from hazards.services.receiving import take_as_received
from hazards.states import AssignmentKind


@verb("deem_received")
def deem_hazard_received(act: Act, data: DeemReceivedData) -> None:
    """Nobody signed within the limit: the order counts as received (视为送达).

    Called by the clock. Raises WrongState before the limit, and for a letter that only asks.
    """
    due_at = act.hazard.due_at
    if act.lead.kind == AssignmentKind.REQUEST or due_at is None or act.at < due_at:
        raise WrongState(_("签收期限还没有到。"))
    take_as_received(act)
