from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core.clock import SHANGHAI
from documents.services import Draft, issue_new_document
from hazards.data.clock import RecordInterviewData
from hazards.limits import end_of, last_day, step_due
from hazards.models import Measure
from hazards.services.act import Act, require, verb
from hazards.services.decide_measure import check_reply_day, read_time
from hazards.services.measures import REPLY, decider_of, tell_unit
from hazards.states import EvidenceStage


@verb("record_interview")
def record_hazard_interview(act: Act, data: RecordInterviewData) -> None:
    """Enter what was said and promised; the unit answers in writing."""
    measure = act.row(data.measure, "measure")
    assert isinstance(measure, Measure)
    require(data.held_on <= act.occurred_on, held_on=_("约谈日期不能晚于办理日期。"))
    require(
        measure.decided_on is None or data.held_on >= measure.decided_on, held_on=_("约谈日期不能早于签发约谈的日期。")
    )
    reply_on = data.reply_on or last_day(step_due(act.hazard, REPLY, act.at))
    check_reply_day(act, reply_on)
    began = read_time(data.held_time, "held_time")
    require(began, held_time=_("时间写作 09:30 的样子。"))
    assert began is not None
    measure.held_on, measure.minutes, measure.reply_on = data.held_on, data.minutes, reply_on
    measure.due_at = end_of(reply_on)
    fields = {
        "held_at": datetime.combine(data.held_on, began, tzinfo=SHANGHAI), "place": data.place, "host": data.host,
        "attended": data.people, "facts": measure.text, "content": data.minutes, "promises": data.promises,
        "reply_on": reply_on,
    }  # fmt: skip
    paper = issue_new_document(
        Draft(
            kind="interview_minutes", subject_id=act.hazard.pk, row_kind="measure", row_id=measure.pk,
            issuer_unit=act.case.unit(measure.to_unit_id), addressee=measure.unit, fields=fields, at=act.at,
        ),
        by=decider_of(act),
    )  # fmt: skip
    act.notes["measure"], act.notes["paper_number"] = measure.pk, paper.number
    act.attach(data.photos, EvidenceStage.DOCUMENT)
    measure.await_reply()
    tell_unit(act, measure, "measure.reply_asked")
    act.move()
