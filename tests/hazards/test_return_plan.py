from hazards.models import RectificationPlan
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(
    action="return_plan",
    by="director",
    reach=lambda d: d.reach_plan("in_review"),
    data=lambda d: {"comment": "请补充施工期间的围挡"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    plan = RectificationPlan.objects.get(hazard=hazard)
    assert (plan.state, plan.comment) == ("draft", "请补充施工期间的围挡")
    assert str(SideTask.objects.get(hazard=hazard, finished=None).post) == "第一小学安全员"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "office"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办主任、县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "comment")


def test_it_comes_back_as_often_as_need_be(district: District) -> None:
    number = TRIAL.reach(district)
    for _ in range(3):
        TRIAL.do(district, number)
        district.do("save_plan", district.safety, number, contingency="设围挡")
        district.do("submit_plan", district.safety, number)
    district.do("approve_plan", district.leader, number)
