from __future__ import annotations

from hazards.data.rectifying import ReturnPartData
from hazards.services.act import Act, verb


@verb("return_part")
def return_hazard_part(act: Act, data: ReturnPartData) -> None:
    """The lead unit wants more of a co-unit, also of one it had confirmed; its limit stays."""
    part = act.row(data.part, "part")
    part.resume()
    part.submitted_at = None
    act.notes["co_unit"] = part.unit.name
    act.move()
