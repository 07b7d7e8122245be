from __future__ import annotations

from hazards.data.corrections import ConfirmCountersignData
from hazards.services.act import Act, verb


@verb("confirm_countersign")
def confirm_countersign(act: Act, data: ConfirmCountersignData) -> None:
    """Never run: `perform` turns the consent into the act that was proposed, one event that names both."""
    raise AssertionError("perform runs the act that was proposed")
