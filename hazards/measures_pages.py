"""What pages show of measures: on the file of a hazard, and those that wait to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hazards.case import Case
from hazards.models import HazardEvent, Measure, UnitMeasure
from hazards.permitted import kinds_for
from hazards.states import Level
from hazards.states_clock import Act, MeasureKind, MeasureState, UnitMeasureState
from hazards.unissued import is_told_of, units_of_reader
from organizations.keys import unit_key
from organizations.kinds import UnitKind
from organizations.posts import HeldPost

_RUNNING = frozenset({MeasureState.DRAFT, MeasureState.ISSUED, MeasureState.AWAITING_REPLY})
# A leader reads no further at once.
MOST_DRAFTS = 200


@dataclass(frozen=True)
class MeasureView:
    row: Measure
    label: str
    state_label: str
    # The last day for what it waits for; shown while it waits.
    due_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.due_at is not None

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.row.state == MeasureState.WITHDRAWN)


@dataclass(frozen=True)
class Reminders:
    """How often somebody was reminded, by hand or by the clock, and when last."""

    n: int
    n_by_hand: int
    last: HazardEvent


def list_measures(case: Case) -> list[MeasureView]:
    """Of the hazard, newest first, as its reader may see them."""
    if not case.hazard.has_small_rows:
        return []
    rows = Measure.objects.filter(hazard=case.hazard).select_related("unit", "to_unit", "decided_by", "document")
    units = units_of_reader(case.keys)
    shown = [row for row in rows.order_by("-id") if is_told_of(row, units)]
    return [_view(row) for row in shown]


def _view(row: Measure) -> MeasureView:
    label = str(MeasureKind(row.kind).label)
    if row.interview_type:
        label = str(row.get_interview_type_display())
    due_at = row.due_at if row.state in _RUNNING else None
    return MeasureView(row, label, str(MeasureState(row.state).label), due_at)


def count_reminders(events: Sequence[HazardEvent]) -> Reminders | None:
    by_hand = [event for event in events if event.action == "remind"]
    by_clock = [event for event in events if event.action == "warn" and event.data.get("act") == Act.REMIND]
    found = [*by_hand, *by_clock]
    if not found:
        return None
    return Reminders(len(found), len(by_hand), max(found, key=lambda event: event.seq))


def signing_units(held: Sequence[HeldPost]) -> set[int]:
    """The bureaus for which he signs measures."""
    return _units_by_rule(held, "decide_measure")


def drafting_units(held: Sequence[HeldPost]) -> set[int]:
    """The bureaus whose drafts he reads: their office and their leaders."""
    return _units_by_rule(held, "propose_measure") | signing_units(held)


def _units_by_rule(held: Sequence[HeldPost], action: str) -> set[int]:
    kinds = kinds_for(action, Level.GENERAL, is_restricted=False).get(UnitKind.EDU, ())
    return {post.unit_id for post in held if post.unit_kind == UnitKind.EDU and post.kind in kinds}


def list_drafts_to_sign(held: Sequence[HeldPost]) -> list[MeasureView]:
    """Of the reader's bureaus, the earliest due first."""
    units = drafting_units(held)
    rows = Measure.objects.filter(
        state=MeasureState.DRAFT, to_unit__in=units, hazard__visible_to__overlap=[unit_key(pk) for pk in units]
    )
    related = rows.select_related("unit", "to_unit", "document", "hazard__unit", "hazard__domain")
    return [_view(row) for row in related.order_by("due_at", "pk")[:MOST_DRAFTS]]


def list_unit_measures(held: Sequence[HeldPost], *, drafts: bool) -> list[UnitMeasure]:
    """Measures about units as such: drafts of his bureaus, or those issued, newest first; also to the units he heads."""
    heads = {post.unit_id for post in held if post.kind in _heads(post.unit_kind)}
    rows = UnitMeasure.objects.select_related("unit", "bureau", "decided_by", "document")
    if drafts:
        found = rows.filter(state=UnitMeasureState.DRAFT, bureau__in=drafting_units(held)).order_by("due_at", "pk")
    else:
        closed = (UnitMeasureState.DRAFT, UnitMeasureState.DECLINED)
        own = rows.filter(bureau__in=drafting_units(held)) | rows.filter(unit__in=heads)
        found = own.exclude(state__in=closed).order_by("-pk")
    return list(found[:MOST_DRAFTS])


def _heads(unit_kind: str) -> Sequence[str]:
    return kinds_for("reply_measure", Level.GENERAL, is_restricted=False).get(unit_kind, ())
