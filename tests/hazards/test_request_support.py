import pytest

from core.errors import Invalid
from hazards.models import SupportRequest
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(
    action="request_support",
    by="safety",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"kind": "funding", "reason": "学校公用经费不足", "amount": 80000},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    request = SupportRequest.objects.get(hazard=hazard)
    assert (request.state, request.amount, request.to_unit) == ("open", 80000, district.units["edu"])
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("县教育局安全办经办", moment("2026-11-30 17:30"))


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "kind", "reason")


def test_who_asks_for_money_says_how_much(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, amount=None) == {"amount"}
    TRIAL.do(district, number, kind="coordination", amount=None)


def test_one_at_a_time(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="已有一项提请"):
        TRIAL.do(district, number)
    district.do("answer_support", district.office, number, ruling="decline", answer="本年度无预算")
    TRIAL.do(district, number)
    assert SupportRequest.objects.count() == 2


def test_the_bureau_asks_the_county(district: District) -> None:
    number = district.reach("filed")
    district.do("assign", district.office, number, lead=district.units["edu"].pk, requirements="统一整改")
    facts = {"leader": district.leader.pk, "handler": district.office.pk, "interim_control": "警戒"}
    district.do("sign", district.director, number, **facts)
    district.do("request_support", district.director, number, kind="project", reason="须立项")
    assert SupportRequest.objects.get().to_unit == district.units["gov"]
    district.do("answer_support", district.coordinator, number, ruling="grant", answer="列入县级项目")


def test_it_ends_with_the_case(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    assert SupportRequest.objects.get().state == "ended"
    assert not SideTask.objects.filter(finished=None).exists()
