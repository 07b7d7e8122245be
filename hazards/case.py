"""All that the rules ask about one hazard in one act or on one page, read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from core.clock import today
from core.prepared import draw_keys
from documents.models import Document
from hazards.models import (
    Assignment,
    Countersign,
    Extension,
    Hazard,
    HazardEvent,
    Instruction,
    Measure,
    RectificationPlan,
    Supervision,
    SupportRequest,
    Suspension,
)  # fmt: skip
from hazards.states import AssignmentState, CountersignState, InstructionState, PlanState, SupportState
from hazards.states_clock import ExtensionState, MeasureState, SupervisionState, SuspensionState
from organizations.kinds import EDUCATION_TREE, UnitKind
from organizations.models import Unit, User
from organizations.posts import Directory, HeldPost, bureau_of, keys_of, list_held_posts


@dataclass(frozen=True)
class Rejection:
    """Who decided when, by a post of which unit, that a report is no hazard."""

    at: datetime
    people: frozenset[int]
    unit_id: int | None


class Case:
    """One hazard in the hands of one user at one moment."""

    def __init__(
        self,
        *,
        hazard: Hazard,
        actor: User,
        at: datetime,
        held: list[HeldPost] | None = None,
        beside: Case | None = None,
    ) -> None:
        """`beside` is another hazard's case of the same moment: units and posts it has read are not read again."""
        self.hazard = hazard
        self.actor = actor
        self.at = at
        self.held = list_held_posts(actor, at) if held is None else held
        self.directory: Directory = beside.directory if beside else Directory(today(at))
        self._units: dict[int, Unit] = beside._units if beside else {}
        # Read with the hazard, not yet made: most are asked for their number alone.
        self._unmade: dict[int, Callable[[], Unit]] = {}
        self._bureau: Unit | None = None
        self.reporter_unit_id: int | None = None

    @property
    def keys(self) -> list[int]:
        return keys_of(self.actor, self.held)

    @property
    def is_visible(self) -> bool:
        return not set(self.keys).isdisjoint(self.hazard.visible_to)

    @property
    def lead(self) -> Assignment | None:
        return self.hazard.lead_assignment

    @property
    def is_outside(self) -> bool:
        """The lead unit stands outside the education tree: it is asked for a result, not for a plan and photos."""
        return self.lead is not None and self.unit(self.lead.unit_id).kind not in EDUCATION_TREE

    @cached_property
    def parts(self) -> list[Assignment]:
        """The living assignments beside the lead's: co-units' parts and the school's control part, oldest first."""
        if not self.hazard.has_small_rows:
            return []
        rows = Assignment.objects.filter(hazard=self.hazard.pk).exclude(state=AssignmentState.CANCELED)
        parts = list(rows.exclude(pk=self.hazard.lead_assignment_id or 0).select_related("unit").order_by("id"))
        for part in parts:
            self.remember(part.unit)
        return parts

    @property
    def assignments(self) -> list[Assignment]:
        """The lead's first."""
        return [*([self.lead] if self.lead else []), *self.parts]

    @cached_property
    def plan(self) -> RectificationPlan | None:
        """Of the lead assignment."""
        if self.hazard.lead_assignment_id is None or not self.hazard.has_small_rows:
            return None
        plans = RectificationPlan.objects.filter(assignment=self.hazard.lead_assignment_id)
        return plans.exclude(state=PlanState.ENDED).first()

    @cached_property
    def countersign(self) -> Countersign | None:
        """The one that is open."""
        if not self.hazard.has_small_rows:
            return None
        return Countersign.objects.filter(hazard=self.hazard.pk, state=CountersignState.OPEN).first()

    @cached_property
    def support(self) -> SupportRequest | None:
        """The one that is open."""
        if not self.hazard.has_small_rows:
            return None
        return SupportRequest.objects.filter(hazard=self.hazard.pk, state=SupportState.OPEN).first()

    @cached_property
    def instructions(self) -> list[Instruction]:
        """Those that are open, oldest first."""
        if not self.hazard.has_small_rows:
            return []
        return list(Instruction.objects.filter(hazard=self.hazard.pk, state=InstructionState.OPEN).order_by("id"))

    @cached_property
    def extension(self) -> Extension | None:
        """The one that waits for its answer."""
        if not self.hazard.has_small_rows:
            return None
        return Extension.objects.filter(hazard=self.hazard.pk, state=ExtensionState.REQUESTED).first()

    @cached_property
    def suspensions(self) -> list[Suspension]:
        """Those in force, also while resuming is asked for, oldest first."""
        if not self.hazard.is_suspended:
            return []
        running = [SuspensionState.IN_FORCE, SuspensionState.RESUME_REQUESTED]
        return list(Suspension.objects.filter(hazard=self.hazard.pk, state__in=running).order_by("id"))

    @cached_property
    def supervision(self) -> Supervision | None:
        """The one that lives: proposed, listed, or not yet taken off."""
        if not self.hazard.listing:
            return None
        over = [SupervisionState.DECLINED, SupervisionState.DELISTED, SupervisionState.ENDED]
        return Supervision.objects.filter(hazard=self.hazard.pk).exclude(state__in=over).first()

    @cached_property
    def measures(self) -> list[Measure]:
        """All that were not declined, withdrawn or dropped, oldest first."""
        if not self.hazard.has_small_rows:
            return []
        over = [MeasureState.DECLINED, MeasureState.WITHDRAWN, MeasureState.ENDED]
        return list(Measure.objects.filter(hazard=self.hazard.pk).exclude(state__in=over).order_by("id"))

    @cached_property
    def n_reminders(self) -> int:
        """How often it was urged and warned."""
        return HazardEvent.objects.filter(hazard=self.hazard.pk, action__in=("remind", "warn")).count()

    @cached_property
    def spare_keys(self) -> tuple[int, int]:
        """Of a measure and of its paper, which name each other."""
        measure, paper = draw_keys(Measure, Document)
        return measure, paper

    def take_keys(self) -> tuple[int, int]:
        """Fresh ones at every call."""
        taken = self.spare_keys
        del self.__dict__["spare_keys"]
        return taken

    @cached_property
    def rejection(self) -> Rejection | None:
        """The last one, of a hazard that was rejected."""
        events = HazardEvent.objects.filter(hazard=self.hazard.pk, action="reject").order_by("-seq")
        last = events.values_list("recorded_at", "actor_id", "post__unit_id", "data").first()
        if last is None:
            return None
        at, actor_id, unit_id, data = last
        people = {actor_id, (data.get("on_behalf") or {}).get("person")}
        return Rejection(at, frozenset(one for one in people if one), unit_id)

    def forget_rows(self) -> None:
        """Read the small rows anew when they are asked for."""
        for name in (
            "parts", "plan", "countersign", "support", "instructions", "extension", "suspensions", "supervision", "measures",
        ):  # fmt: skip
            self.__dict__.pop(name, None)

    def unit(self, unit_id: int) -> Unit:
        if unit_id not in self._units:
            make = self._unmade.get(unit_id)
            self._units[unit_id] = make() if make else Unit.objects.get(pk=unit_id)
        return self._units[unit_id]

    def read_units(self, unit_ids: Collection[int]) -> None:
        """At once, those that are not known yet."""
        missing = [pk for pk in unit_ids if pk not in self._units and pk not in self._unmade]
        for unit in Unit.objects.filter(pk__in=missing) if missing else ():
            self.remember(unit)

    def remember(self, unit: Unit) -> None:
        self._units[unit.pk] = unit

    def remember_rows(self, makers: Mapping[int, Callable[[], Unit]]) -> None:
        """Units by id that were read and are made when they are asked for."""
        self._unmade.update(makers)

    @property
    def reporter_unit(self) -> Unit:
        """The unit of the post by which the hazard was reported."""
        return self.unit(self.reporter_unit_id or self.hazard.reporter_post.unit_id)

    @property
    def bureau(self) -> Unit:
        if self._bureau is None:
            campus = self.unit(self.hazard.unit_id)
            superiors = (self.unit(pk) for pk in reversed(campus.path) if pk in self._units or pk in self._unmade)
            above = next((unit for unit in superiors if unit.kind == UnitKind.EDU and unit.is_active), None)
            self._bureau = above or bureau_of(campus)
            self.remember(self._bureau)
        return self._bureau

    def path(self, unit_id: int) -> list[int]:
        return self.unit(unit_id).path

    def superior(self, unit_id: int) -> Unit | None:
        """The next unit up inside the education tree; none above the bureau."""
        unit = self.unit(unit_id)
        if unit.kind == UnitKind.EDU or unit.parent_id is None:
            return None
        parent = self.unit(unit.parent_id)
        return parent if parent.kind in EDUCATION_TREE else None
