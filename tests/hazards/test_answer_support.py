from hazards.models import SupportRequest
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideProcess


def _reach(d: District) -> str:
    number = d.reach("rectifying")
    d.do("request_support", d.safety, number, kind="funding", reason="经费不足", amount=80000)
    return number


TRIAL = Trial(
    action="answer_support",
    by="office",
    reach=_reach,
    data=lambda d: {"ruling": "grant", "answer": "从维修专项列支"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    request = SupportRequest.objects.get(hazard=hazard)
    assert (request.state, request.answer) == ("granted", "从维修专项列支")
    assert not SideProcess.objects.filter(hazard=hazard, finished=None).exists()


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办经办、县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling", "answer")


def test_no_is_an_answer(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, who="leader", ruling="decline", answer="请从公用经费解决")
    assert SupportRequest.objects.get().state == "declined"
