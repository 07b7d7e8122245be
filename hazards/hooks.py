"""Where upper layers join in; they fill these in their AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.prepared import Statement, Values
from hazards.models import Hazard, HazardEvent

if TYPE_CHECKING:
    from hazards.routing import SideStep


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
    # The post whose act it was: not the event's own where another entered it for him.
    acted_post_id: int | None = None
    # The due moment of the present turn moved.
    moves_due: bool = False


# What moves the flow is sent together with the act's own rows: a statement with its values, or nothing.
AdvanceFlow = Callable[[Advance], "tuple[Statement, Values] | None"]


@dataclass(frozen=True)
class SideMove:
    """A small row whose turn begins, ends, or passes to another post."""

    hazard: Hazard
    machine: str
    row_id: int
    state: str
    # None where it awaits nobody now.
    step: SideStep | None
    # None where only the post that must act was resolved anew.
    event: HazardEvent | None
    acted_post_id: int | None
    opened_at: datetime
    # The same state as before: other hands, or another limit.
    is_same_turn: bool = False
    # When the turn began, where nothing but its due moment moved.
    began_at: datetime | None = None
    # Who ended the turn where it was not the actor of the event: the second person of an act under dual control.
    second_id: int | None = None


# Writes the turns of small rows, in the transaction of the act.
advance_sides: list[Callable[[Sequence[SideMove]], None]] = []

# The flow layer's hook; a system check fails while it is empty.
advance_flow: list[AdvanceFlow] = []

# The posts that owe the open turns of small rows of these hazards: {(machine, row id): post id}.
open_side_posts: list[Callable[[Sequence[int]], dict[tuple[str, int], int]]] = []
