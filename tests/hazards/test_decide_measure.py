from datetime import timedelta
from typing import Any

import pytest

from core.clock import today
from documents.models import Document
from hazards.models import HazardEvent, Measure
from notifications.models import OutboxMessage
from tests.support import measured as m
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(action="decide_measure", by="leader", reach=m.drafted, data=lambda d: {"ruling": "issue"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    measure = m.only(hazard.number, district)
    assert (measure.state, measure.decided_by, str(measure.decided_post)) == (
        "settled", district.leader, "县教育局分管领导",
    )  # fmt: skip
    assert hazard.rank == 3
    paper = Document.objects.get(kind="bulletin")
    assert (paper.state, paper.number, paper.issued_by) == ("issued", "教安通〔2026〕1号", district.leader)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert event.data["paper_number"] == paper.number and event.data["measure_kind"] == "通报批评"
    assert not SideTask.objects.filter(finished=None).exists()


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "director", "safety", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局分管领导、县教育局主要领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling")


def test_the_head_may_as_well(district: District) -> None:
    number = m.drafted(district)
    TRIAL.do(district, number, who="chief")
    assert str(m.only(number, district).decided_post) == "县教育局主要领导"


def test_who_declines_says_why_and_nothing_counts(district: District) -> None:
    number = m.drafted(district)
    assert TRIAL.fields_refused(district, number, ruling="decline") == {"opinion"}
    TRIAL.do(district, number, ruling="decline", opinion="学校已报延期")
    assert m.only(number, district).state == "declined" and district.find(number).rank == 0
    paper = Document.objects.get(kind="bulletin")
    assert (paper.state, paper.number, paper.void_reason) == ("void", "", "学校已报延期")


def test_with_several_one_says_which(district: District) -> None:
    number = m.drafted(district)
    m.draft(district, number, "interview")
    assert TRIAL.fields_refused(district, number) == {"measure"}
    TRIAL.do(district, number, measure=Measure.objects.get(kind="bulletin").pk)
    assert Measure.objects.get(kind="interview").state == "draft"


def test_a_bulletin_may_ask_for_an_answer(district: District) -> None:
    number, on = m.drafted(district), today(district.at)
    assert TRIAL.fields_refused(district, number, reply_on=(on - m.DAY).isoformat()) == {"reply_on"}
    assert TRIAL.fields_refused(district, number, reply_on=(on + m.DAY * 367).isoformat()) == {"reply_on"}
    TRIAL.do(district, number, reply_on=on.isoformat())
    measure = m.only(number, district)
    assert (measure.state, measure.reply_on) == ("awaiting_reply", on)
    task = SideTask.objects.get(hazard__pk=measure.hazard_id, finished=None)
    assert str(task.post) == "第一小学校长"


def test_an_interview_is_called_for_the_last_day_of_its_limit(district: District) -> None:
    number = m.overdue(district, days=5)
    m.draft(district, number, "interview")
    m.issue(district, number)
    measure, paper = m.only(number, district), Document.objects.get(kind="interview")
    assert (measure.state, measure.reply_on) == ("issued", None)
    # Called on Monday, 14 December: five working days on, at opening.
    assert (paper.fields["place"], paper.fields["held_at"]) == ("县教育局", "2026-12-21T08:30:00+08:00")
    assert measure.due_at == moment("2026-12-22 00:00")
    assert district.find(number).rank == 4
    task = SideTask.objects.get(finished=None)
    assert (str(task.post), task.due_at) == ("县教育局安全办经办", measure.due_at)


def test_when_and_where_a_talk_is_held_is_the_leaders_to_say(district: District) -> None:
    number, on = m.drafted(district, "interview"), today(district.at)
    assert TRIAL.fields_refused(district, number, meet_on=(on - m.DAY).isoformat()) == {"meet_on"}
    assert TRIAL.fields_refused(district, number, meet_time="九点") == {"meet_time"}
    assert TRIAL.fields_refused(district, number, reply_on=on.isoformat()) == {"reply_on"}
    TRIAL.do(district, number, meet_on=(on + m.DAY).isoformat(), meet_time="14:30", meet_place="局三楼会议室")
    paper = Document.objects.get(kind="interview")
    assert "14时30分" in paper.text and "局三楼会议室" in paper.text
    assert m.only(number, district).due_at == moment(f"{on + m.DAY * 2} 00:00")


def test_only_a_talk_has_a_place(district: District) -> None:
    number = m.drafted(district)
    assert TRIAL.fields_refused(district, number, meet_place="会议室") == {"meet_on"}


@pytest.mark.parametrize(("kind", "rank"), [("accountability", 6), ("transfer", 6), ("county_supervision", 2)])
def test_what_others_decide_on_is_settled_with_the_paper(district: District, kind: str, rank: int) -> None:
    number = m.issued(district, kind)
    assert m.only(number, district).state == "settled" and district.find(number).rank == rank
    paper = Document.objects.get(kind=kind)
    assert paper.state == "issued" and paper.addressee is None
    assert not OutboxMessage.objects.filter(kind="measure.issued").exists(), (
        "it goes to who decides, not to whom it is about"
    )


def test_a_letter_asks_for_an_answer(district: District) -> None:
    number = m.issued(district, "urge_letter")
    measure = m.only(number, district)
    assert measure.state == "awaiting_reply" and measure.reply_on is not None
    assert str(SideTask.objects.get(finished=None).post) == "消防救援大队联络员"
    assert not OutboxMessage.objects.filter(kind="measure.issued").exists()


def test_the_head_of_the_unit_is_told(district: District) -> None:
    number = m.issued(district)
    message = OutboxMessage.objects.get(kind="measure.issued")
    assert (message.recipient, message.kind) == (district.principal, "measure.issued")
    assert message.payload["number"] == district.find(number).number


def test_a_rank_is_never_lowered(district: District) -> None:
    number = m.issued(district, "interview")
    m.draft(district, number)
    m.issue(district, number)
    assert district.find(number).rank == 4


def test_the_limit_of_the_decision_is_told_to_who_decides(district: District, clock: Any) -> None:
    number = m.drafted(district)
    measure = m.only(number, district)
    clock.set(measure.due_at + timedelta(days=1))
    m.issue(district, number)
    assert m.only(number, district).state == "settled"
