from __future__ import annotations

from hazards.data.rectifying import FinishPartData
from hazards.services.act import Act, verb
from hazards.states import EvidenceStage


@verb("finish_part")
def finish_hazard_part(act: Act, data: FinishPartData) -> None:
    """Tell the lead unit that a co-unit's part is done; who worked on it verifies nothing of it."""
    part = act.row(data.part, "part")
    part.result = data.result
    part.submitted_at = act.at
    part.finish()
    act.add_doer()
    act.part = part
    act.attach(data.photos, EvidenceStage.AFTER)
    act.notes["co_unit"] = part.unit.name
    act.move()
