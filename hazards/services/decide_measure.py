from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from core.clock import SHANGHAI, today
from core.errors import Invalid
from deadlines.calendars import calendar_of
from documents.fields import say_date
from documents.services import edit_draft, issue_document, void_document
from hazards.data.clock import DecideMeasureData
from hazards.limits import end_of, last_day, step_due
from hazards.models import Measure
from hazards.services.act import Act, require, verb
from hazards.services.measures import (
    ANSWERED,
    INTERVIEW,
    RANK_OF,
    REPLY,
    decider_of,
    raise_rank,
    tell_unit,
)  # fmt: skip
from hazards.states_clock import MeasureKind

LONGEST_REPLY = timedelta(days=366)


@verb("decide_measure")
def decide_hazard_measure(act: Act, data: DecideMeasureData) -> None:
    """The leader issues a draft under its number, or declines it with a reason."""
    measure = act.row(data.measure, "measure")
    assert isinstance(measure, Measure)
    measure.decided_by, measure.decided_on = decider_of(act), act.occurred_on
    measure.decided_post_id, measure.opinion = act.acted_post_id, data.opinion
    act.notes["measure"] = measure.pk
    act.notes["measure_kind"], act.notes["of_unit"] = str(MeasureKind(measure.kind).label), measure.unit.name
    if data.ruling == "issue":
        _issue(act, measure, data)
    else:
        require(data.opinion, opinion=_("请写明不予签发的理由。"))
        if measure.document:
            void_document(measure.document, by=measure.decided_by, reason=data.opinion[:200], at=act.at)
        measure.decline()
    act.move()


def _issue(act: Act, measure: Measure, data: DecideMeasureData) -> None:
    meeting = _meeting(act, measure, data)
    reply_on = _reply_day(act, measure, data.reply_on)
    paper_fields: dict[str, object] = {}
    if meeting is not None:
        paper_fields = {"held_at": meeting, "place": data.meet_place or act.case.unit(measure.to_unit_id).name}
    elif reply_on is not None:
        paper_fields = {"reply_on": reply_on}
    _issue_paper(act, measure, paper_fields)
    measure.reply_on = reply_on
    raise_rank(act, RANK_OF[MeasureKind(measure.kind)])
    if meeting is not None:
        measure.due_at = end_of(meeting.astimezone(SHANGHAI).date())
        measure.call()
    elif reply_on is not None:
        measure.due_at = end_of(reply_on)
        measure.await_reply()
    else:
        measure.settle()
    if measure.document and measure.document.addressee_id:
        tell_unit(act, measure, "measure.issued")


def _issue_paper(act: Act, measure: Measure, more: Mapping[str, object]) -> None:
    if measure.document is None:
        return
    # What the office wrote into the draft stands; what is decided now is added.
    fields = {**measure.document.fields, **more}
    if fields != measure.document.fields:
        edit_draft(measure.document, fields=fields, at=act.at)
    issued = issue_document(measure.document, by=measure.decided_by, at=act.at)
    measure.document = issued
    act.notes["paper_number"] = issued.number


def _meeting(act: Act, measure: Measure, data: DecideMeasureData) -> datetime | None:
    """When the talk is held: as given, else at opening on the last day of the limit for it."""
    given = data.meet_on or data.meet_time or data.meet_place
    if measure.kind != MeasureKind.INTERVIEW:
        require(not given, meet_on=_("只有约谈填约谈日期、时间和地点。"))
        return None
    calendar = calendar_of(act.hazard.unit.path)
    day = data.meet_on or last_day(step_due(act.hazard, INTERVIEW, act.at))
    require(day >= today(act.at), meet_on=_("约谈日期不能早于今天。"))
    require(day <= today(act.at) + LONGEST_REPLY, meet_on=_("约谈日期最长一年。"))
    at = read_time(data.meet_time, "meet_time")
    return datetime.combine(day, at, tzinfo=SHANGHAI) if at else calendar.opens_at(day)


def read_time(text: str, field: str) -> time | None:
    """Of 09:30. Raises Invalid naming the field."""
    if not text:
        return None
    try:
        return time.fromisoformat(text.replace("：", ":"))
    except ValueError as exc:
        raise Invalid.of(**{field: _("时间写作 09:30 的样子。")}) from exc


def _reply_day(act: Act, measure: Measure, given: date | None) -> date | None:
    """The last day for an answer in writing: a letter always asks for one, a bulletin where it says so."""
    if measure.kind not in ANSWERED:
        say = (
            _("约谈的回复期限在登记纪要时填。") if measure.kind == MeasureKind.INTERVIEW else _("这类文书不要求回复。")
        )
        require(given is None, reply_on=say)
        return None
    if given is None and measure.kind == MeasureKind.URGE_LETTER:
        return last_day(step_due(act.hazard, REPLY, act.at))
    check_reply_day(act, given)
    return given


def check_reply_day(act: Act, on: date | None) -> None:
    """Raises Invalid for a day that has passed or is over a year away."""
    require(on is None or on >= today(act.at), reply_on=_("回复期限不能早于今天。"))
    longest = today(act.at) + LONGEST_REPLY
    require(on is None or on <= longest, reply_on=_("回复期限不能晚于%(day)s。") % {"day": say_date(longest)})
