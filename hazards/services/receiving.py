"""An order that nobody signed for takes effect all the same: by proof of service, or when the limit has passed."""

from __future__ import annotations

from hazards.services.act import Act
from hazards.services.parts import start_plan


def take_as_received(act: Act) -> None:
    lead = act.lead
    lead.is_deemed_received = True
    lead.sign()
    start_plan(act)
    act.move()
