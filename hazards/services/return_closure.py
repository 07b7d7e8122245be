from __future__ import annotations

from hazards.data.verifying import ReturnClosureData
from hazards.services.act import Act, verb


@verb("return_closure")
def return_hazard_closure(act: Act, data: ReturnClosureData) -> None:
    """Doubt the evidence and have it verified again."""
    act.lead.doubt()
    act.move()
