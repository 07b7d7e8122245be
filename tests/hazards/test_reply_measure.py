from hazards.models import Evidence, Measure
from notifications.models import OutboxMessage
from tests.support import measured as m
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(action="reply_measure", by="principal", reach=m.unanswered, data=lambda d: {"reply": "已整改，不再发生"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    measure = m.only(hazard.number, district)
    assert (measure.state, measure.reply) == ("settled", "已整改，不再发生")
    assert not SideTask.objects.filter(finished=None).exists()
    told = OutboxMessage.objects.get(kind="measure.replied")
    assert told.recipient == district.director and told.payload["unit"] == "第一小学"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "leader", "central"):
        TRIAL.wrong_post(district, who=who, names="第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reply")


def test_after_the_talk_the_unit_answers(district: District) -> None:
    number = m.issued(district, "interview")
    district.do("record_interview", district.office, number, **m.minutes(district))
    TRIAL.do(district, number, photos=[str(district.photo(district.principal).pk)])
    assert m.only(number, district).state == "settled"
    assert Evidence.objects.latest("pk").stage == "document"


def test_a_late_answer_is_taken(district: District) -> None:
    number = m.unanswered(district)
    from core.clock import StillClock

    StillClock.set(m.only(number, district).due_at + m.DAY)
    TRIAL.do(district, number)
    assert m.only(number, district).state == "settled"


def test_a_department_answers_itself(district: District) -> None:
    number = m.issued(district, "urge_letter")
    TRIAL.do(district, number, who="fire")
    assert m.only(number, district).state == "settled"


def test_for_a_unit_without_accounts_it_is_entered(district: District) -> None:
    from core.clock import StillClock

    number = o.signed(district, "transport")
    lead = district.find(number).lead_assignment
    assert lead
    StillClock.set(lead.due_at + m.DAY * 4)
    m.draft(district, number, "urge_letter")
    m.issue(district, number)
    assert str(SideTask.objects.get(finished=None).post) == "县安委办县级协调员"
    o.record(district, "reply_measure", district.coordinator, number, reply="下周动工")
    assert Measure.objects.get().state == "settled"


def test_who_gave_the_work_away_still_answers_for_his_delay(district: District) -> None:
    number = m.unanswered(district)
    district.do(
        "transfer",
        district.office,
        number,
        lead=district.units["sibling"].pk,
        reason="改由第二小学",
        requirements="加固",
    )
    TRIAL.do(district, number)
    assert m.only(number, district).state == "settled"
