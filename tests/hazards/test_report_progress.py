import pytest

from core.errors import Invalid
from hazards.models import Evidence, RectificationPlan
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import HazardTask

TRIAL = Trial(
    action="report_progress",
    by="teacher",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {"percent": 50, "progress": "材料已到"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert HazardTask.objects.filter(hazard=hazard).order_by("id").last().created == district.at


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("assigned"), did="交办", owed_by="第一小学安全员")
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "central"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "percent", "progress")


def test_a_percentage_is_a_percentage(district: District) -> None:
    number = TRIAL.reach(district)
    for percent in (-1, 101, "半", 3.5, True, None, [50], "9" * 5000):
        assert TRIAL.fields_refused(district, number, percent=percent) == {"percent"}
    TRIAL.do(district, number, percent=0)
    TRIAL.do(district, number, percent="100")


def test_leaves_version_and_to_do_alone(district: District) -> None:
    number = TRIAL.reach(district)
    version, tasks = district.find(number).version, HazardTask.objects.count()
    TRIAL.do(district, number, _version=None)
    assert (district.find(number).version, HazardTask.objects.count()) == (version, tasks)


def test_who_reports_progress_does_not_verify(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, who="principal")
    assert district.principal.pk in district.find(number).rectifiers


def test_photos_of_finished_work_are_after_photos(district: District) -> None:
    number = TRIAL.reach(district)
    for percent in (60, 100):
        TRIAL.do(district, number, percent=percent, photos=[str(district.photo(district.teacher).pk)])
    assert list(Evidence.objects.order_by("id").values_list("stage", flat=True)) == ["document", "after"]
    district.do(
        "submit", district.safety, number, report="完成", cost=0, responsibility="甲", measures="乙", funding="丙", deadline="丁",
        contingency="戊",
    )  # fmt: skip


def test_a_significant_one_waits_for_an_approved_plan(district: District) -> None:
    number = district.reach_significant()
    with pytest.raises(Invalid, match="经批准的整改方案"):
        TRIAL.do(district, number)


def test_a_milestone_is_reached_and_money_spent(district: District) -> None:
    number = district.reach_plan("approved")
    TRIAL.do(district, number, who="safety", milestone="0", spent=3000)
    assert RectificationPlan.objects.get().milestones[0]["done_on"] == "2026-11-23"
    assert district.find(number).cost == 3000
    assert TRIAL.fields_refused(district, number, who="safety", milestone="0") == {"milestone"}, "reached once"


def test_waits_while_a_changed_plan_is_reviewed(district: District) -> None:
    number = district.reach_plan("approved")
    district.do("save_plan", district.safety, number, measures="改方案")
    district.do("submit_plan", district.safety, number)
    with pytest.raises(Invalid, match="正在审核"):
        TRIAL.do(district, number, who="safety")
    district.do("approve_plan", district.director, number)
    TRIAL.do(district, number, who="safety")
