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
    _require_fitting(act, data.closure_type)
    was_on_spot = act.hazard.closure_type == ClosureType.ON_THE_SPOT
    require(
        was_on_spot or data.closure_type != ClosureType.ON_THE_SPOT,
        closure_type=_("这条隐患不是立行立改的，请选“整改合格”。"),
    )
    act.hazard.closure_type = data.closure_type
    act.hazard.closed_at = act.at
    act.move()


def _require_fitting(act: Act, closure_type: str) -> None:
    """What an outside unit solved is handed over, not rectified by the school. Source: process.md a.2."""
    if act.case.is_outside:
        fitting = closure_type in (ClosureType.HANDED_OVER, *ELIMINATIONS)
        require(fitting, closure_type=_("由校外单位办理的，请选“移交办结”。"))
    else:
        fitting = closure_type != ClosureType.HANDED_OVER
        require(fitting, closure_type=_("不是校外单位办理的，不能选“移交办结”。"))
