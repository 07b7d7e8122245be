"""What the three levels ask: 一般 alone, 较大 with plan and two verifiers, 重大 by clause, two people and both reports."""

import pytest
from django.db import transaction

from core.cached_rows import clear_all
from core.errors import Invalid, NotAllowed
from hazards.models import BureauRules, Countersign
from tests.support import listed as l
from tests.support.district import District
from tests.support.trials import assert_owed, moment
from workflows.models import SideTask

MAJOR = {"level": "major", "domain": "04", "competence": "school"}


def test_a_significant_one_goes_through_with_its_own_limits(district: District, clock) -> None:
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
    with pytest.raises(Invalid, match="整改方案"), transaction.atomic():
        district.submit(number)
    district.plan(number, district.director)
    district.submit(number)
    district.pass_by_two(number)
    assert_owed(district.find(number), "县教育局安全办主任")
    assert district.do("close", district.director, number, closure_type="rectified").state == "closed"


def test_a_significant_one_is_not_the_schools_to_settle(district: District) -> None:
    number = district.report()
    with pytest.raises(Invalid):
        district.do("file", district.safety, number, level="significant", domain="04", competence="school")
    assert district.find(number).state == "reported"


def test_a_major_from_report_to_closure(district: District) -> None:
    d = district
    number = d.report(suspected_major=True, interim_control="已停用")
    assert d.find(number).level_label == "疑似重大"
    d.do("file", d.office, number, **MAJOR, clause=d.clause)
    assert d.find(number).state == "reported", "until the leader agrees"
    d.do("confirm_countersign", d.leader, number)
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    d.plan(number, d.leader)
    d.double_report(number)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格", second=d.section.pk, photos=[str(d.photo(d.office).pk)])
    d.do("confirm_countersign", d.section, number)
    assert_owed(d.find(number), "县教育局分管领导")
    l.decide(d, number, "decline")
    with pytest.raises(NotAllowed), transaction.atomic():
        d.do("close", d.director, number, closure_type="rectified")
    assert d.do("close", d.leader, number, closure_type="rectified").state == "closed"


def test_a_suspected_major_stands_at_reported_with_its_controls(district: District) -> None:
    number = district.report(suspected_major=True, interim_control="已停用")
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("file", district.office, number, **MAJOR)
    assert set(caught.value.fields) == {"clause"}
    district.do("record_control", district.safety, number, interim_control="已疏散")
    hazard = district.find(number)
    assert (hazard.state, hazard.due_at) == ("reported", moment("2026-11-23 13:00"))


def test_a_suspected_major_found_to_be_general_needs_two(district: District) -> None:
    number = district.report(suspected_major=True)
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    assert district.find(number).state == "reported"
    district.do("confirm_countersign", district.leader, number)
    assert district.find(number).due_at == moment("2026-11-24 17:30")


def test_the_leaders_hours_run_day_and_night(district: District, clock) -> None:
    clock.set(moment("2026-11-28 23:00"))
    number = district.report(suspected_major=True)
    assert district.find(number).due_at == moment("2026-11-29 03:00")
    district.do("file", district.office, number, **MAJOR, clause=district.clause)
    assert Countersign.objects.get().due_at == moment("2026-11-29 03:00")


def test_a_pending_major_is_worked_on_and_not_closed(district: District, clock) -> None:
    """Nobody agreed in time: 重大（待判定） with all that a 重大 asks, until somebody does."""
    d = district
    number = d.report(suspected_major=True, interim_control="已停用")
    d.do("file", d.office, number, **MAJOR, clause=d.clause)
    clock.set(Countersign.objects.get().due_at)
    d.lapse("lapse_countersign", number)
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    d.plan(number, d.leader)
    d.double_report(number)
    d.submit(number)
    d.pass_by_two(number)
    with pytest.raises(Invalid, match="重大的会签判定"), transaction.atomic():
        d.do("close", d.leader, number, closure_type="rectified")
    d.do("regrade", d.office, number, level="major", reason="确认")
    d.do("confirm_countersign", d.leader, number)
    l.decide(d, number, "decline")
    assert d.do("close", d.leader, number, closure_type="rectified").state == "closed"


def test_with_general_and_major_alone(district: District) -> None:
    BureauRules.objects.create(bureau=district.units["edu"], uses_significant=False)
    clear_all()
    number = district.report(suspected_major=True)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("file", district.office, number, level="significant", domain="04", competence="school")
    assert set(caught.value.fields) == {"level"}
    district.do("file", district.office, number, **MAJOR, clause=district.clause)
    district.do("confirm_countersign", district.leader, number)
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    district.sign(number)
    turns = SideTask.objects.filter(finished__isnull=True).values_list("process__machine", flat=True)
    assert set(turns) == {"plan", "supervision"}, "its plan, and whether it is listed"
    general = district.reach("submitted")
    district.do("regrade", district.office, general, level="major", reason="范围扩大", clause=district.clause)
    assert district.find(general).level == "major"
