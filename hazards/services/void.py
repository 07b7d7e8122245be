from __future__ import annotations

from django.utils.translation import gettext as _

from core.errors import Invalid
from hazards.actions import VoidData
from hazards.services.act import Act, verb
from hazards.states import State

# From assignment on a second person must agree (architecture 3.2, dual control).
VOIDED_ALONE = frozenset({State.REPORTED, State.RETURNED, State.FILED})


@verb("void")
def void_hazard(act: Act, data: VoidData) -> None:
    """Take out what was entered by mistake; it is kept and no longer counted."""
    if act.hazard.state not in VOIDED_ALONE:
        raise Invalid(_("交办以后作废须有第二人会签，会签本版尚未开通。"))
    act.move()
