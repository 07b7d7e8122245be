from __future__ import annotations

from hazards.data.corrections import ReleaseData
from hazards.services.act import Act, verb


@verb("release")
def release_hazard(act: Act, data: ReleaseData) -> None:
    """Let one go that was merged into this; what was taken over from it stays: age and limit are never reset."""
    act.readers_changed = True
    act.move()
