"""How far a 较大 and a 重大 get until plans and countersigning exist."""

import pytest

from core.errors import Invalid
from tests.support.district import District
from tests.support.trials import assert_owed, moment


def test_a_significant_one_reaches_rectification_with_its_own_limits(district: District, clock) -> None:
    number = district.report()
    district.do("escalate", district.safety, number, reason="达到较大")
    district.do("file", district.office, number, level="significant", domain="04", competence="school")
    assert_owed(district.find(number), "县教育局安全办经办", "2026-11-24 17:30")
    clock.set(moment("2026-11-23 15:00"))
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    # Four working hours from 15:00 end at 10:00 the next morning.
    assert_owed(district.find(number), "第一小学安全员", "2026-11-24 10:00")
    district.sign(number)
    assert district.find(number).due_at == moment("2027-01-23 00:00")
    with pytest.raises(Invalid):
        district.submit(number)


def test_a_significant_one_is_not_the_schools_to_settle(district: District) -> None:
    number = district.report()
    with pytest.raises(Invalid):
        district.do("file", district.safety, number, level="significant", domain="04", competence="school")
    assert district.find(number).state == "reported"


def test_a_suspected_major_stands_at_reported_with_its_controls(district: District) -> None:
    number = district.report(suspected_major=True, interim_control="已停用")
    with pytest.raises(Invalid):
        district.do("file", district.office, number, level="major", domain="04", competence="school")
    district.do("record_control", district.safety, number, interim_control="已疏散")
    hazard = district.find(number)
    assert (hazard.state, hazard.due_at) == ("reported", moment("2026-11-23 13:00"))


def test_a_suspected_major_found_to_be_general_goes_the_general_way(district: District) -> None:
    number = district.report(suspected_major=True)
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    assert district.find(number).due_at == moment("2026-11-24 17:30")


def test_the_leaders_hours_run_day_and_night(district: District, clock) -> None:
    clock.set(moment("2026-11-28 23:00"))
    number = district.report(suspected_major=True)
    assert district.find(number).due_at == moment("2026-11-29 03:00")
