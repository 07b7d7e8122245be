import pytest

from core.errors import Invalid
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import HazardTask

TRIAL = Trial(
    action="return_for_supplement",
    by="safety",
    reach=lambda d: d.reach("reported"),
    data=lambda d: {"missing": "缺照片"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="returned", owed_by="第一小学教职工", due="2026-11-24 17:30")
    assert hazard.n_supplements == 1
    assert HazardTask.objects.get(hazard=hazard, finished__isnull=True).owner == district.teacher


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("filed"), did="建档", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长")
    TRIAL.wrong_post(district, who="office", names="第一小学安全员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "missing")


def test_twice_and_not_a_third_time(district: District) -> None:
    number = TRIAL.reach(district)
    for _ in range(2):
        TRIAL.do(district, number)
        district.do("supplement", district.teacher, number, supplement="已补")
    with pytest.raises(Invalid, match="已退回补充 2 次"):
        TRIAL.do(district, number)
