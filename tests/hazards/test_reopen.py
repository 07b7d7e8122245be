"""What was closed and is there again goes back to who rectified it, for half the time."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import Assignment, HazardEvent
from organizations.services import merge_units
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment
from workflows.models import HazardProcess


def _data(d: District) -> dict[str, Any]:
    return {"cause": "rebound", "findings": "栏杆又松了", "photos": [str(d.photo(d.office).pk)]}


TRIAL = Trial(action="reopen", by="office", reach=lambda d: d.reach("closed"), data=_data)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    lead = hazard.lead_assignment
    assert (lead.state, lead.unit, lead.handler, lead.leader) == (
        "signed", district.units["school"], district.teacher, district.principal,
    )  # fmt: skip
    # Half of 15 days.
    assert lead.limit_on == date(2026, 11, 30)
    assert (hazard.cycle, hazard.round, hazard.n_reopened) == (2, 2, 1)
    assert (hazard.closed_at, hazard.closure_type, hazard.verifiers) == (None, "", [])
    assert HazardProcess.objects.filter(hazard=hazard).count() == 2
    assert Assignment.objects.filter(hazard=hazard).count() == 2
    assert hazard.found_on == date(2026, 11, 23), "age is never reset"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("verified"), did="复查合格", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central", "section"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    number = TRIAL.reach(district)
    assert "version" in TRIAL.fields_refused(district, number, _version=None)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "cause", "findings", "photos")


def test_both_sides_of_twelve_months(district: District, clock) -> None:
    first, second = TRIAL.reach(district), TRIAL.reach(district)
    clock.set(moment("2027-11-23 23:59"))
    assert TRIAL.do(district, first).state == "rectifying"
    clock.set(moment("2027-11-24 00:00"))
    assert "已满一年" in TRIAL.refused(district, second, Invalid)


def test_at_least_the_time_of_a_rework(district: District) -> None:
    number = district.reach("filed")
    district.do(
        "assign", district.office, number, lead=district.units["school"].pk, requirements="加固", limit_on="2026-11-25"
    )
    district.sign(number)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    TRIAL.do(district, number)
    assert district.find(number).lead_assignment.limit_on == date(2026, 11, 30)


def test_a_day_given_stands_unless_it_has_passed(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, limit_on="2026-11-22") == {"limit_on"}
    TRIAL.do(district, number, limit_on="2026-11-23")
    assert district.find(number).lead_assignment.limit_on == date(2026, 11, 23)


def test_what_the_school_closed_itself_the_office_judges_now(district: District) -> None:
    number = district.reach_own("closed")
    TRIAL.do(district, number, cause="false")
    hazard = district.find(number)
    assert (hazard.handling_unit, hazard.verifying_unit, hazard.closes_in_one_act) == (
        district.units["edu"], district.units["edu"], False,
    )  # fmt: skip
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert event.data["judged_by"] == f"第一小学校长{district.principal.name}（核实销号）"
    district.submit(number)
    assert_owed(district.find(number), "县教育局安全办经办")


def test_false_rectification_names_who_verified_and_closed(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, cause="false")
    event = HazardEvent.objects.filter(hazard=district.find(number)).latest("seq")
    name = f"县教育局安全办经办{district.office.name}"
    assert event.data["judged_by"] == f"{name}（复查合格）、{name}（销号）"


def test_who_left_is_not_named_again(district: District) -> None:
    number = TRIAL.reach(district)
    district.leave(district.teacher)
    district.teacher.unit = None
    district.teacher.save()
    TRIAL.do(district, number)
    lead = district.find(number).lead_assignment
    assert (lead.handler, lead.leader) == (None, district.principal)


def test_a_school_merged_away_hands_it_to_its_successor(district: District) -> None:
    number = TRIAL.reach(district)
    merge_units(actor=None, unit=district.units["school"], into=district.units["sibling"], at=district.at)
    TRIAL.do(district, number)
    hazard = district.find(number)
    assert hazard.lead_assignment.unit == district.units["sibling"]
    assert_owed(hazard, "第二小学安全员")


def test_a_graded_one_begins_with_the_plan_it_had(district: District) -> None:
    number = district.graded("significant", "verified")
    district.do("close", district.director, number, closure_type="rectified")
    TRIAL.do(district, number)
    plan = district.find(number).lead_assignment.plans.get()
    assert (plan.state, plan.goal, plan.milestones) == ("draft", "消除隐患", [])
    with pytest.raises(Invalid, match="整改方案"), transaction.atomic():
        district.submit(number)
    on = "2026-12-10"
    district.do("save_plan", district.safety, number, milestones=f"{on} 完成")
    district.do("submit_plan", district.safety, number)
    district.do("approve_plan", district.director, number)
    district.submit(number)


def test_its_old_photos_prove_nothing_new(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do(
            "submit", district.principal, number, report="又修了", cost=0, responsibility="甲", measures="乙",
            funding="丙", deadline="丁", contingency="戊",
        )  # fmt: skip
    assert set(caught.value.fields) == {"photos"}
