"""Where upper layers join in; they fill these in their AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.prepared import Statement, Values
from hazards.models import Hazard, HazardEvent


@dataclass(frozen=True)
class Turn:
    """What decides whose turn it is: a change of any of these closes the open main task."""

    state: str
    lead_assignment_id: int | None
    round: int
    responsible_post_id: int | None
    cycle: int


@dataclass(frozen=True)
class Advance:
    """One act as the flow sees it. `event` is None where only the post that must act was resolved anew."""

    hazard: Hazard
    before: Turn
    after: Turn
    event: HazardEvent | None
    opened_at: object


# What moves the flow is sent together with the act's own rows: a statement with its values, or nothing.
AdvanceFlow = Callable[[Advance], "tuple[Statement, Values] | None"]

# The flow layer's hook; a system check fails while it is empty.
advance_flow: list[AdvanceFlow] = []
