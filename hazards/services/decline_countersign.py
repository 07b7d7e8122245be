from __future__ import annotations

from hazards.data.corrections import DeclineCountersignData
from hazards.models import Countersign
from hazards.services.act import Act, verb


@verb("decline_countersign")
def decline_countersign(act: Act, data: DeclineCountersignData) -> None:
    """Send the proposal back; who made it may take it back by the same."""
    row: Countersign = act.row(None, "countersign")
    act.notes["proposed"] = act.action_label(row.action)
    row.note = data.note
    row.decline()
    act.case.countersign = None
    act.move()
