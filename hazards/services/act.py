"""One act under way: what a verb may read and change before it is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from core.errors import Invalid
from hazards import fsm, log
from hazards.actions import Action
from hazards.case import Case
from hazards.hooks import Turn
from hazards.models import Assignment, Hazard, Upload
from hazards.states import EvidenceStage
from organizations.models import User
from organizations.posts import HeldPost


@dataclass
class Act:
    """An action by one actor on one locked hazard, allowed by policy, with its guards still to come."""

    action: Action
    case: Case
    post: HeldPost
    at: datetime
    occurred_on: date
    late_reason: str
    before: log.Snapshot
    turn: Turn
    notes: dict[str, Any] = field(default_factory=dict)
    attached: list[tuple[Upload, EvidenceStage, int]] = field(default_factory=list)
    # The due moment was put back by the verb and does not start anew.
    keeps_due: bool = False
    # A new lead assignment, written together with the hazard.
    new_lead: Assignment | None = None
    # Runs after the row exists and the event's number is known.
    afterwards: list[Callable[[int], None]] = field(default_factory=list)

    @property
    def hazard(self) -> Hazard:
        return self.case.hazard

    @property
    def actor(self) -> User:
        return self.case.actor

    @property
    def lead(self) -> Assignment:
        """The lead assignment; states from `assigned` to `verified` always have one."""
        assert self.case.lead is not None
        return self.case.lead

    def move(self) -> None:
        fsm.move(self.hazard, self.action.name)

    def attach(self, uploads: Iterable[Upload], stage: EvidenceStage) -> None:
        self.attached.extend((upload, stage, self.hazard.round) for upload in uploads)

    def add_rectifiers(self, *user_ids: int) -> None:
        self.hazard.rectifiers = sorted({*self.hazard.rectifiers, *user_ids})

    def give_to(self, lead: Assignment) -> None:
        self.new_lead = lead
        self.hazard.lead_assignment = lead
        self.case.remember(lead.unit)


def turn_of(hazard: Hazard) -> Turn:
    return Turn(
        state=hazard.state,
        lead_assignment_id=hazard.lead_assignment_id,
        round=hazard.round,
        responsible_post_id=hazard.responsible_post_id,
        cycle=hazard.cycle,
    )


def require(condition: object, **messages: str) -> None:
    """A guard of one condition: raises Invalid naming the field unless it holds."""
    if not condition:
        raise Invalid.of(**messages)


Verb = Callable[[Act, Any], None]
VERBS: dict[str, Verb] = {}


def verb(name: str) -> Callable[[Callable[[Act, Any], None]], Verb]:
    """Register the service of an action: it checks the guards, moves the state and sets what changes."""

    def register(service: Verb) -> Verb:
        VERBS[name] = service
        return service

    return register
