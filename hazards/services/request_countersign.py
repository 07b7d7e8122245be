from __future__ import annotations

from hazards.data.corrections import RequestCountersignData
from hazards.services.act import Act, verb


@verb("request_countersign")
def request_countersign(act: Act, data: RequestCountersignData) -> None:
    """Keep an act for the second person (`dual.propose` has made the row); it changes nothing yet."""
    act.move()
