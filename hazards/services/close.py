from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.verifying import CloseData
from hazards.services.act import Act, require, verb
from hazards.services.closing import require_closable
from hazards.states import ELIMINATIONS, ClosureType


@verb("close")
def close_hazard(act: Act, data: CloseData) -> None:
    """End the case after a passed verification, with its closure type."""
    require_closable(act, data.closure_type)
    decided = act.hazard.closure_type
    require(
        decided not in ELIMINATIONS or data.closure_type == decided,
        closure_type=_("局领导已决定以“%(type)s”办结，请按此销号或“销号退回”。")
        % {"type": ClosureType(decided).label if decided else ""},
    )
    was_on_spot = act.hazard.closure_type == ClosureType.ON_THE_SPOT
    require(
        was_on_spot or data.closure_type != ClosureType.ON_THE_SPOT,
        closure_type=_("这条隐患不是立行立改的，请选“整改合格”。"),
    )
    act.hazard.closure_type = data.closure_type
    act.hazard.closed_at = act.at
    act.move()
