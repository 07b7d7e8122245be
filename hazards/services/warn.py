from __future__ import annotations

from hazards.data.clock import WarnData
from hazards.firing_acts import RANK_OF
from hazards.services.act import Act, verb


@verb("warn")
def warn_of_deadline(act: Act, data: WarnData) -> None:
    """A rung of reminder or colour came: the file climbs at least as high; whom it tells is told by the firing."""
    act.move()
    act.hazard.rank = max(act.hazard.rank, RANK_OF[data.act])
