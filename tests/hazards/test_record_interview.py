from core.clock import today
from core.errors import NotAllowed
from documents.models import Document
from hazards.models import Evidence
from tests.support import measured as m
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask


def called(d: District) -> str:
    return m.issued(d, "interview")


TRIAL = Trial(action="record_interview", by="office", reach=called, data=m.minutes)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    measure = m.only(hazard.number, district)
    assert (measure.state, measure.held_on, measure.minutes) == (
        "awaiting_reply", today(district.at), "通报了逾期情况",
    )  # fmt: skip
    # Ten working days from 25 December; the New Year's day is a holiday as far as the calendar knows.
    assert measure.reply_on is not None and measure.reply_on > today(district.at)
    task = SideTask.objects.get(finished=None)
    assert (str(task.post), task.due_at) == ("第一小学校长", measure.due_at)
    paper = Document.objects.get(kind="interview_minutes")
    assert (paper.state, paper.row_id) == ("issued", measure.pk) and "十日内完成" in paper.text


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "held_on", "held_time", "place", "host", "people", "minutes", "promises")


def test_held_between_the_call_and_today(district: District) -> None:
    number, on = called(district), today(district.at)
    assert TRIAL.fields_refused(district, number, held_on=(on - m.DAY).isoformat()) == {"held_on"}
    assert TRIAL.fields_refused(district, number, held_on=(on + m.DAY).isoformat()) == {"held_on"}
    assert TRIAL.fields_refused(district, number, held_time="上午") == {"held_time"}
    assert TRIAL.fields_refused(district, number, reply_on=(on - m.DAY).isoformat()) == {"reply_on"}
    TRIAL.do(district, number, reply_on=on.isoformat(), photos=[str(district.photo(district.office).pk)])
    assert m.only(number, district).reply_on == on
    assert Evidence.objects.latest("pk").stage == "document"


def test_what_was_not_called_is_not_held(district: District) -> None:
    number = m.drafted(district, "interview")
    TRIAL.refused(district, number, NotAllowed)
    assert m.only(number, district).state == "draft"
