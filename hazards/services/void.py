from __future__ import annotations

from hazards.data.corrections import VoidData
from hazards.services.act import Act, needs_second, verb
from hazards.services.supervising import require_unlisted
from hazards.states import State

# From assignment on a second person must agree (architecture 3.2, dual control).
VOIDED_ALONE = frozenset({State.REPORTED, State.RETURNED, State.FILED})


@needs_second("void")
def _is_assigned(act: Act, data: VoidData) -> bool:
    return act.hazard.state not in VOIDED_ALONE


@verb("void")
def void_hazard(act: Act, data: VoidData) -> None:
    """Take out what was entered by mistake; it is kept and no longer counted."""
    require_unlisted(act)
    act.move()
