from __future__ import annotations

from hazards.data.clock import ReplyMeasureData
from hazards.models import Measure
from hazards.services.act import Act, verb
from hazards.services.measures import tell_office
from hazards.states import EvidenceStage


@verb("reply_measure")
def reply_hazard_measure(act: Act, data: ReplyMeasureData) -> None:
    """The unit answers in writing, which settles the measure; late answers are taken too."""
    measure = act.row(data.measure, "measure")
    assert isinstance(measure, Measure)
    measure.reply = data.reply
    measure.settle()
    act.notes["measure"] = measure.pk
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    tell_office(act, measure, "measure.replied")
    act.move()
