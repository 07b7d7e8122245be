"""A rejection looked at again: once, in five working days, by another."""

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed, Stale
from hazards.selectors import access_hazard, list_possible_actions
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment
from workflows.models import HazardProcess

TRIAL = Trial(
    action="appeal", by="teacher", reach=lambda d: d.reach("rejected"), data=lambda d: {"reason": "又掉下一块"}
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="reported", owed_by="县教育局安全办经办", due="2026-11-25 17:30")
    assert (hazard.cycle, hazard.n_appeals, hazard.handling_unit) == (2, 1, district.units["edu"])
    assert HazardProcess.objects.filter(hazard=hazard).count() == 2


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "office", "central"):
        TRIAL.wrong_post(district, who=who, names="上报人")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    number = TRIAL.reach(district)
    assert "version" in TRIAL.fields_refused(district, number, _version=None)
    TRIAL.refused(district, number, Stale, _version=1)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_once(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("reject", district.office, number, reason="no_hazard", basis="复核属实")
    assert "只能申诉一次" in TRIAL.refused(district, number, Invalid)
    offered = [one.action.name for one in list_possible_actions(access_hazard(district.teacher, number, district.at))]
    assert "appeal" not in offered


def test_both_sides_of_the_fifth_working_day(district: District, clock) -> None:
    first, second = TRIAL.reach(district), TRIAL.reach(district)
    clock.set(moment("2026-11-30 17:29"))
    TRIAL.do(district, first)
    clock.set(moment("2026-11-30 17:30"))
    assert "申诉期已于 2026-11-30 届满" in TRIAL.refused(district, second, Invalid)


def test_with_a_mandate_the_central_school_decides(district: District) -> None:
    district.mandate()
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert_owed(district.find(number), "城关中心校安全负责人")


def rejected_by_the_bureau(d: District) -> str:
    number = d.report(channel="direct")
    d.do("reject", d.office, number, reason="no_hazard", basis="已核实")
    return number


def test_what_the_bureau_rejected_its_leader_decides(district: District) -> None:
    number = rejected_by_the_bureau(district)
    TRIAL.do(district, number)
    assert_owed(district.find(number), "县教育局分管领导")
    facts = {"level": "general", "domain": "04", "competence": "school"}
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("file", district.office, number, **facts)
    district.do("file", district.leader, number, **facts)
    assert_owed(district.find(number), "县教育局安全办经办")


def test_a_leader_who_rejected_does_not_decide(district: District) -> None:
    number = district.report(suspected_major=True)
    district.do("reject", district.leader, number, reason="no_hazard", basis="已核实")
    TRIAL.do(district, number)
    assert_owed(district.find(number), "县教育局主要领导")
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("reject", district.leader, number, reason="no_hazard", basis="维持")
    assert district.do("reject", district.chief, number, reason="no_hazard", basis="维持").state == "rejected"


def test_a_confidential_matter_is_decided_by_two(district: District) -> None:
    number = district.report(domain="08")
    district.do("reject", district.bureau_confidant, number, reason="untrue", basis="已核实")
    TRIAL.do(district, number)
    assert_owed(district.find(number), "县教育局敏感事项专办员")
    district.do("reject", district.bureau_confidant, number, reason="untrue", basis="维持")
    assert district.find(number).state == "reported"
    assert district.do("confirm_countersign", district.leader, number).state == "rejected"
