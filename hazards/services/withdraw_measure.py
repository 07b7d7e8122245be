from __future__ import annotations

from hazards.data.clock import WithdrawMeasureData
from hazards.models import Measure
from hazards.services.act import Act, verb
from hazards.services.measures import decider_of, tell_unit, void_papers
from hazards.states_clock import MeasureKind


@verb("withdraw_measure")
def withdraw_hazard_measure(act: Act, data: WithdrawMeasureData) -> None:
    """Whoever issued it takes it back with a reason; it stays on file and counts no more. Source: process.md b.5.

    Who that is says `row_posts`: he himself, and once he has left his post's present holder.
    """
    measure = act.row(data.measure, "measure")
    assert isinstance(measure, Measure)
    had_addressee = measure.document is not None and measure.document.addressee_id is not None
    measure.withdrawn_reason = data.reason
    void_papers(act, measure, reason=data.reason, by=decider_of(act))
    measure.take_back()
    act.notes["measure"], act.notes["of_unit"] = measure.pk, measure.unit.name
    act.notes["measure_kind"] = str(MeasureKind(measure.kind).label)
    if had_addressee:
        tell_unit(act, measure, "measure.withdrawn")
    act.move()
