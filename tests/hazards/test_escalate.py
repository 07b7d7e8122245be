import pytest

from core.errors import Invalid
from hazards.models import HazardEvent
from organizations.models import Mandate
from tests.support.district import District
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(
    action="escalate", by="safety", reach=lambda d: d.reach("reported"), data=lambda d: {"reason": "无力整改"}
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="reported", owed_by="县教育局安全办经办", due="2026-11-25 17:30")
    assert (hazard.handling_unit, hazard.handling_action) == (district.units["edu"], "escalate")
    assert hazard.handling_since == district.at
    told = HazardEvent.objects.get(hazard=hazard, seq=2).data
    assert (told["from_unit"], told["to_unit"]) == ("第一小学", "县教育局")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach_own("rectifying"), did="自行整改", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_the_campus_keeps_its_controls(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("record_control", district.safety, number, interim_control="已停用二楼走廊")
    assert district.find(number).interim_control == "已停用二楼走廊"


def test_a_mandated_central_school_comes_first_then_the_bureau_then_nobody(district: District) -> None:
    district.mandate()
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert_owed(district.find(number), "城关中心校安全负责人")
    TRIAL.do(district, number, who="central")
    assert_owed(district.find(number), "县教育局安全办经办")
    with pytest.raises(Invalid, match="没有更上一级"):
        TRIAL.do(district, number, who="office")


def test_a_mandate_for_another_level_does_not_count(district: District) -> None:
    Mandate.objects.create(bureau=district.units["edu"], action="file", level="significant")
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert_owed(district.find(number), "县教育局安全办经办")


def test_after_filing_too(district: District) -> None:
    number = district.report()
    district.do("file", district.safety, number, level="general", domain="04", competence="school")
    TRIAL.do(district, number)
    assert_owed(district.find(number), "县教育局安全办经办", "2026-11-24 17:30")
