"""What the log tells of measures to those outside the bureau: nothing of a draft, nor of what goes to a competent body."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hazards.case import Case
from hazards.models import HazardEvent, Measure
from hazards.states_clock import TO_COMPETENT_BODIES, MeasureState
from organizations.keys import KeyKind

_UNISSUED = frozenset({MeasureState.DRAFT, MeasureState.DECLINED, MeasureState.ENDED})
# Acts that are about a draft; of any other the draft that came with it is left out.
_DRAFTING = frozenset({"propose_measure", "draft_measure"})
_DRAFTED = "drafted"


def units_of_reader(keys: Collection[int]) -> set[int]:
    """The units in whose posts he stands; sections stand for their bureau."""
    return {key // 4 for key in keys if key % 4 != KeyKind.PERSON}


def is_told_of(row: Measure, units: Collection[int]) -> bool:
    """Only its decider's unit reads what is not issued, and what goes to a competent body."""
    is_for_all = row.state not in _UNISSUED and row.kind not in TO_COMPETENT_BODIES
    return is_for_all or row.to_unit_id in units


def without_drafts(case: Case, events: Sequence[HazardEvent]) -> None:
    """Take out of the events, in place, what their reader may not learn of measures.

    That something was drafted stays in the timeline; what, and against whom, is the bureau's until it is issued.
    """
    told = [event for event in events if event.action in _DRAFTING or {_DRAFTED, "measure"} & event.data.keys()]
    units = units_of_reader(case.keys)
    if not told or case.bureau.pk in units:
        return
    hidden = {row.pk for row in Measure.objects.filter(hazard=case.hazard) if not is_told_of(row, units)}
    for event in told:
        if event.action in _DRAFTING or event.data.get("measure") in hidden:
            event.data, event.changes = {}, {}
        else:
            event.data = {name: value for name, value in event.data.items() if name != _DRAFTED}
