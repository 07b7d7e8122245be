import pytest

from core.errors import NotAllowed
from hazards.models import RectificationPlan
from organizations.kinds import PostKind
from tests.support.district import District, give_post
from tests.support.trials import Trial
from workflows.models import SideProcess

TRIAL = Trial(
    action="approve_plan",
    by="director",
    reach=lambda d: d.reach_plan("in_review"),
    data=lambda d: {"comment": "同意，抓紧实施"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    plan = RectificationPlan.objects.get(hazard=hazard)
    assert (plan.state, plan.comment, plan.approved_at) == ("approved", "同意，抓紧实施", district.at)
    assert hazard.commitments["measures"] == "更换栏杆"
    assert not SideProcess.objects.filter(hazard=hazard, finished=None).exists()


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "office", "principal"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办主任、县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("approve_plan", district.director, number)
    assert RectificationPlan.objects.get().comment == "同意"


def test_who_wrote_it_does_not_approve_it(district: District) -> None:
    give_post(district.safety, district.units["edu"], PostKind.OFFICE_DIRECTOR)
    number = TRIAL.reach(district)
    with pytest.raises(NotAllowed):
        TRIAL.do(district, number, who="safety")
    TRIAL.do(district, number, who="leader")


def test_the_plan_approved_lets_the_work_be_told_of(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("report_progress", district.safety, number, percent=50, progress="进场")
    assert district.submit(number).state == "submitted"
