from __future__ import annotations

from hazards.data.rectifying import ConfirmPartData
from hazards.services.act import Act, verb


@verb("confirm_part")
def confirm_hazard_part(act: Act, data: ConfirmPartData) -> None:
    """The lead unit finds a co-unit's part done."""
    part = act.row(data.part, "part")
    part.confirm()
    act.notes["co_unit"] = part.unit.name
    act.move()
