import pytest

from core.errors import Invalid
from hazards.models import RectificationPlan
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(action="submit_plan", by="safety", reach=lambda d: d.reach_plan("draft"))


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    assert RectificationPlan.objects.get(hazard=hazard).state == "in_review"
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("县教育局安全办主任", moment("2026-11-25 17:30"))


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    """All six parts, the money and, from 较大 up, the milestones; each is named."""
    number = district.reach_significant()
    with pytest.raises(Invalid) as caught:
        district.do("submit_plan", district.safety, number)
    for label in (
        "目标任务",
        "责任落实",
        "措施落实",
        "资金落实",
        "时限落实",
        "预案落实",
        "所需资金（元）",
        "资金来源",
        "时间节点",
    ):
        assert label in caught.value.message


@pytest.mark.parametrize("part", ["goal", "measures", "contingency", "milestones", "funding_source"])
def test_one_part_missing_is_named(part: str, district: District) -> None:
    number = district.reach_significant()
    district.do("save_plan", district.safety, number, **{**district.plan_facts(), part: ""})
    label = str(RectificationPlan._meta.get_field(part).verbose_name)
    with pytest.raises(Invalid, match=f"方案还缺：{label}。"):
        TRIAL.do(district, number)


def test_what_costs_nothing_needs_no_source(district: District) -> None:
    number = district.reach_significant()
    district.do("save_plan", district.safety, number, **{**district.plan_facts(), "funding_source": "", "amount": 0})
    TRIAL.do(district, number)


def test_it_is_sent_once(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="已在审核中"):
        TRIAL.do(district, number)
    district.do("approve_plan", district.director, number)
    with pytest.raises(Invalid, match="已批准"):
        TRIAL.do(district, number)


def test_without_a_plan(district: District) -> None:
    with pytest.raises(Invalid, match="还没有方案"):
        TRIAL.do(district, district.reach("rectifying"))
