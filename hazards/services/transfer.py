from __future__ import annotations

from hazards.data.assigning import TransferData
from hazards.services.act import Act, verb
from hazards.services.handing import hand_to


@verb("transfer")
def transfer_hazard(act: Act, data: TransferData) -> None:
    """Give the lead to another unit; the limit is its own, the age of the hazard stays. Source: process.md a.4 T16."""
    hand_to(act, data.lead, limit_on=data.limit_on, requirements=data.requirements)
    act.move()
