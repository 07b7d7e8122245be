import pytest

from core.errors import Invalid
from hazards.models import BureauRules, RectificationPlan
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideProcess, SideTask

TRIAL = Trial(action="save_plan", by="safety", reach=lambda d: d.reach_significant(), data=lambda d: d.plan_facts())


def plan_of(number: str, d: District) -> RectificationPlan:
    return RectificationPlan.objects.exclude(state="ended").get(hazard=d.find(number))


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    plan = plan_of(hazard.number, district)
    assert (plan.state, plan.goal, plan.amount) == ("draft", "消除栏杆松动", 8000)
    assert plan.milestones == [
        {"on": "2026-12-10", "what": "完成采购", "done_on": ""},
        {"on": "2026-12-20", "what": "完成施工", "done_on": ""},
    ]
    assert district.safety.pk in hazard.rectifiers
    assert str(SideTask.objects.get(hazard=hazard, finished=None).post) == "第一小学安全员"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    """Nothing: it is written in several sittings, and what is left blank stays."""
    number = TRIAL.reach(district)
    district.do("save_plan", district.safety, number, goal="先写目标")
    district.do("save_plan", district.safety, number, measures="再写措施")
    plan = plan_of(number, district)
    assert (plan.goal, plan.measures, plan.funding) == ("先写目标", "再写措施", "")


def test_a_general_one_is_one_tap(district: District) -> None:
    number = district.reach("rectifying")
    district.do("save_plan", district.safety, number)
    plan, hazard = plan_of(number, district), district.find(number)
    assert (plan.state, plan.goal, plan.approved_at) == ("approved", "消除隐患：栏杆松动", district.at)
    assert hazard.commitments["measures"] == plan.measures == "加固"
    assert not SideProcess.objects.filter(hazard=hazard, finished=None).exists()
    district.do("save_plan", district.safety, number, measures="改为更换")
    assert district.find(number).commitments["measures"] == "改为更换"
    district.submit(number)


def test_a_general_one_above_the_bureaus_amount_is_reviewed(district: District) -> None:
    BureauRules.objects.create(bureau=district.units["edu"], plan_review_above=5000)
    number = district.reach("rectifying")
    district.do("save_plan", district.safety, number, amount=5000)
    assert plan_of(number, district).state == "approved"
    district.do("save_plan", district.safety, number, amount=5001, goal="换栏杆", funding_source="公用经费")
    assert plan_of(number, district).state == "draft"
    with pytest.raises(Invalid, match="经批准的整改方案"):
        district.submit(number)
    district.do("submit_plan", district.safety, number)
    district.do("approve_plan", district.director, number)
    district.submit(number)


def test_a_plan_in_review_is_not_written(district: District) -> None:
    number = district.reach_plan("in_review")
    assert TRIAL.fields_refused(district, number) == {"goal"}


def test_an_approved_plan_written_anew_is_reviewed_again(district: District) -> None:
    number = district.reach_plan("approved")
    district.do("report_progress", district.safety, number, percent=10, progress="开工")
    district.do("save_plan", district.safety, number, measures="改用钢栏杆")
    plan = plan_of(number, district)
    assert (plan.state, plan.approved_at, plan.goal) == ("draft", None, "消除栏杆松动")
    with pytest.raises(Invalid, match="经批准的整改方案"):
        district.do("report_progress", district.safety, number, percent=20, progress="继续")
    with pytest.raises(Invalid, match="经批准的整改方案"):
        district.submit(number)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("完成招标", "第 1 行请写日期和内容"),
        ("2026-12-20", "第 1 行请写日期和内容"),
        ("2026-13-01 完成招标", "第 1 行请写日期和内容"),
        ("2026-12-10 采购\n2026-11-22 完成招标", "第 2 行日期已过"),
        ("2027-01-23 完工", "第 1 行不能晚于整改期限 2027-01-22"),
        (f"2026-12-20 {'长' * 81}", "第 1 行内容最多 80 个字"),
        ("\n".join(f"2026-12-20 第{n}步" for n in range(21)), "最多 20 个节点"),
    ],
)
def test_milestones_are_told_line_by_line(text: str, told: str, district: District) -> None:
    number = TRIAL.reach(district)
    with pytest.raises(Invalid) as caught:
        district.do("save_plan", district.safety, number, milestones=text)
    assert told in caught.value.fields["milestones"][0]


def test_milestones_are_sorted_and_may_be_today_or_the_last_day(district: District) -> None:
    number = TRIAL.reach(district)
    district.do(
        "save_plan", district.safety, number, milestones="2027-01-22 完工\n\n2026年11月23日 进场\n2026/12/1：招标"
    )
    assert [(one["on"], one["what"]) for one in plan_of(number, district).milestones] == [
        ("2026-11-23", "进场"), ("2026-12-01", "招标"), ("2027-01-22", "完工"),
    ]  # fmt: skip


def test_the_same_line_again_stays_reached(district: District) -> None:
    number = district.reach_plan("approved")
    district.do("report_progress", district.safety, number, percent=30, progress="已采购", milestone="0")
    text = "2026-12-10 完成采购\n2026-12-21 完成施工"
    district.do("save_plan", district.safety, number, milestones=text)
    assert [one["done_on"] for one in plan_of(number, district).milestones] == ["2026-11-23", ""]
