from __future__ import annotations

from hazards.actions import CloseData
from hazards.services.act import Act, verb
from hazards.services.closing import require_closable


@verb("close")
def close_hazard(act: Act, data: CloseData) -> None:
    """End the case after a passed verification, with its closure type."""
    require_closable(act)
    act.hazard.closure_type = data.closure_type
    act.hazard.closed_at = act.at
    act.move()
