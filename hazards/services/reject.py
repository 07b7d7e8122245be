from __future__ import annotations

from hazards.data.reporting import RejectData
from hazards.services.act import Act, needs_second, verb
from hazards.services.file import is_second_look


@needs_second("reject")
def _is_appealed(act: Act, data: RejectData) -> bool:
    return is_second_look(act)


@verb("reject")
def reject_hazard(act: Act, data: RejectData) -> None:
    """End a report that is no hazard; what is 疑似重大 only a leader rejects (rule rows of level major)."""
    act.move()
