"""One act under way: what a verb may read and change before it is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from core.clock import today
from core.errors import Invalid
from deadlines.arming import Limit
from hazards import fsm, log
from hazards.actions import ACTIONS, Action
from hazards.case import Case
from hazards.clockwork import list_main_limits
from hazards.hooks import Turn
from hazards.models import Assignment, Hazard, Upload
from hazards.policies import rows_of_post
from hazards.reckoning import SideDue
from hazards.recording import rows_recorded_by
from hazards.row_posts import own_posts_for_row, row_unit
from hazards.small import Row
from hazards.states import EvidenceStage
from organizations.kinds import HEAD_POSTS
from organizations.models import Unit, User
from organizations.posts import HeldPost

R = TypeVar("R", bound=Row)


@dataclass(frozen=True, kw_only=True)
class OnBehalf:
    """Whose act is entered by another (代录): the real actor, and how the recorder knows of it."""

    name: str
    how: str
    # Paper number or note of the call; the scans are attached.
    note: str
    scans: tuple[Upload, ...]
    # The real actor's account, where he has one and was named by it.
    person: User | None
    # Unit and post whose act it is.
    unit: Unit
    post_id: int | None
    post_label: str

    def about(self, case: Case, action_name: str, row: Row) -> OnBehalf:
        """The same for the row that was meant: of its unit, by the post there that the named person holds."""
        unit_id = row_unit(case, action_name, row)
        if unit_id is None or unit_id == self.unit.pk:
            return self
        posts = own_posts_for_row(case, action_name, row)
        if self.person:
            posts = [post for post in posts if any(holder.user_id == self.person.pk for holder in post.holders)]
        unit, post = case.unit(unit_id), posts[0] if posts else None
        return replace(self, unit=unit, post_id=post.id if post else None, post_label=post.label if post else unit.name)

    def as_json(self) -> dict[str, object]:
        told = {"name": self.name, "unit": self.unit.name, "post": self.post_label, "how": self.how, "note": self.note}
        return {**told, "person": self.person.pk if self.person else None, "n_scans": len(self.scans)}


@dataclass(frozen=True)
class Second:
    """The second person of an act under dual control, with the post by which he agreed."""

    user: User
    post: HeldPost
    note: str

    def as_json(self) -> dict[str, object]:
        return {"id": self.user.pk, "name": self.user.name, "post": self.post.label, "note": self.note}


@dataclass(frozen=True)
class Named:
    """People whom the act itself names, told of it under a kind of its own with what it says to them."""

    user_ids: tuple[int, ...]
    kind: str
    said: Mapping[str, object]


@dataclass
class Touched:
    """A small row that the act makes or changes."""

    row: Row
    # Empty for a new one.
    before: log.Snapshot


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
    # What ran before: the clock is told what changed.
    limits: dict[tuple[str, int], Limit] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    attached: list[tuple[Upload, EvidenceStage, int]] = field(default_factory=list)
    # The due moment was put back by the verb and does not start anew.
    keeps_due: bool = False
    # The limit of the present step itself moved, though the turn did not.
    moves_due: bool = False
    # Every turn of a small row that it touches begins anew.
    opens_turns: bool = False
    # Turns of small rows of which nothing but the due moment moved.
    side_dues: list[SideDue] = field(default_factory=list)
    # A new lead assignment, written together with the hazard.
    new_lead: Assignment | None = None
    on_behalf: OnBehalf | None = None
    second: Second | None = None
    touched: list[Touched] = field(default_factory=list)
    told: list[Named] = field(default_factory=list)
    # Who may read it changed by a grant.
    readers_changed: bool = False
    # Files of a co-unit's part.
    part: Assignment | None = None
    # Runs after the row exists and the event's number is known.
    afterwards: list[Callable[[int], None]] = field(default_factory=list)

    @classmethod
    def begin(
        cls, *, action: Action, case: Case, post: HeldPost, at: datetime, occurred_on: date | None = None,
        late_reason: str = "",
    ) -> Act:  # fmt: skip
        """With all that the log compares with later."""
        before = log.snapshot(case.hazard, case.lead) if case.hazard.pk else {}
        return cls(
            action=action, case=case, post=post, at=at, occurred_on=occurred_on or today(at), late_reason=late_reason,
            before=before, turn=turn_of(case.hazard), limits=list_main_limits(case) if case.hazard.pk else {},
        )  # fmt: skip

    @staticmethod
    def action_label(name: str) -> str:
        return str(ACTIONS[name].label)

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

    def touch(self, row: R) -> R:
        """Say that a small row is made or about to be changed; it is written and logged with the act."""
        if not any(one.row is row for one in self.touched):
            self.touched.append(Touched(row, {} if row._state.adding else log.snapshot_row(row)))
        return row

    def row(self, chosen: R | None, field_name: str) -> R:
        """The small row that the act is about, made ready to be changed: the one chosen, else the only one.

        Raises Invalid naming the field where several qualify, and where the post may not act on the one chosen.
        """
        if self.on_behalf:
            found = rows_recorded_by(self.case, self.action.name, self.post)
        else:
            found = rows_of_post(self.case, self.action.name, frozenset({self.post.id}))
        if chosen is not None:
            found = [row for row in found if row.pk == chosen.pk]
        if len(found) != 1:
            several = _("有多项可办，请选一项。") if found else _("没有您可以办理的这一项，请刷新后再看。")
            raise Invalid.of(**{field_name: several})
        if self.on_behalf:
            self.on_behalf = self.on_behalf.about(self.case, self.action.name, found[0])
        return self.touch(found[0])  # type: ignore[return-value]

    @property
    def acted_post_id(self) -> int | None:
        """The post whose act it is, which is another's where it was recorded for him."""
        return self.on_behalf.post_id if self.on_behalf else self.post.id or None

    def add_doer(self) -> None:
        """Who did or reported the work is a rectifier, and whom he stood in for; a head who only signs it is not."""
        if self.on_behalf:
            self.add_rectifiers(*([self.on_behalf.person.pk] if self.on_behalf.person else []))
        elif self.post.kind not in HEAD_POSTS:
            self.add_rectifiers(self.actor.pk, *([self.post.delegator_id] if self.post.delegator_id else []))

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
# Whether an act waits for a second person (architecture 3.2, dual control); asked before its guards.
SECONDS: dict[str, Callable[[Act, Any], bool]] = {}


def verb(name: str) -> Callable[[Callable[[Act, Any], None]], Verb]:
    """Register the service of an action: it checks the guards, moves the state and sets what changes."""

    def register(service: Verb) -> Verb:
        VERBS[name] = service
        return service

    return register


def needs_second(name: str) -> Callable[[Callable[[Act, Any], bool]], Callable[[Act, Any], bool]]:
    """Register the question whether this act of that name is under dual control."""

    def register(question: Callable[[Act, Any], bool]) -> Callable[[Act, Any], bool]:
        SECONDS[name] = question
        return question

    return register
