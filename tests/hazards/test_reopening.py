"""From a closed hazard back to work, and to a better end."""

import pytest
from django.db import transaction

from core.errors import NotAllowed
from hazards.selectors import access_hazard, list_possible_actions
from tests.support import outside
from tests.support.district import District
from tests.support.trials import assert_owed
from workflows.models import HazardProcess, HazardTask


def reopen(d: District, number: str, **more: object) -> None:
    photos = [str(d.photo(d.office).pk)]
    d.do("reopen", d.office, number, **{"cause": "rebound", "findings": "又松了", "photos": photos, **more})


def test_a_later_look_finds_it_back_and_the_work_begins_again(district: District) -> None:
    d = district
    number = d.reach_own("closed")
    d.do("look_back", d.office, number, result="rebound", findings="又松动")
    reopen(d, number)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    assert d.do("close", d.director, number, closure_type="rectified").state == "closed"
    hazard = d.find(number)
    assert (hazard.cycle, hazard.round, hazard.n_reopened) == (2, 2, 1)
    assert HazardProcess.objects.filter(hazard=hazard, finished__isnull=False).count() == 2


def test_twice(district: District) -> None:
    number = district.reach("closed")
    for n in (1, 2):
        reopen(district, number, cause="missed")
        assert district.find(number).n_reopened == n
        district.submit(number)
        district.do("pass_verification", district.office, number, opinion="合格")
        district.do("close", district.office, number, closure_type="rectified")


def test_who_did_the_work_before_still_judges_nothing_of_it(district: District) -> None:
    number = district.reach("closed")
    before = district.find(number).rectifiers
    reopen(district, number)
    assert set(before) <= set(district.find(number).rectifiers)


def test_an_outside_unit_gets_it_back_from_who_ordered(district: District) -> None:
    d = district
    number = outside.answered(d)
    d.do("pass_verification", d.safety, number, opinion="通畅")
    d.do("close", d.office, number, closure_type="handed_over")
    reopen(d, number)
    hazard = d.find(number)
    assert (hazard.lead_assignment.unit, hazard.lead_assignment.issuer_unit) == (d.units["fire"], d.units["gov"])
    assert_owed(hazard, "消防救援大队联络员")
    control = hazard.assignments.get(kind="control")
    assert control.state == "signed", "the school keeps people safe again"
    outside.answer(d, number)
    d.do("pass_verification", d.safety, number, opinion="通畅")
    d.do("close", d.office, number, closure_type="handed_over")
    assert d.find(number).assignments.get(kind="control").state == "confirmed"


def test_a_reopened_one_is_not_taken_back(district: District) -> None:
    number = district.reach("closed")
    reopen(district, number)
    offered = {one.action.name for one in list_possible_actions(access_hazard(district.office, number, district.at))}
    assert "withdraw" not in offered or HazardTask.objects.filter(finished__isnull=True).count() == 1


def test_only_the_office_reopens(district: District) -> None:
    number = district.reach_own("closed")
    for who in (district.principal, district.central_head, district.safety):
        with pytest.raises(NotAllowed), transaction.atomic():
            district.do("reopen", who, number)
