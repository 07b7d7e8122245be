from datetime import date

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed, NotFound
from hazards.models import Evidence
from hazards.selectors import access_hazard
from organizations.models import Holding
from organizations.services import delegate_post
from tests.support.district import District, make_person
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(
    action="pass_verification",
    by="office",
    reach=lambda d: d.reach("submitted"),
    data=lambda d: {"opinion": "栏杆已加固", "photos": [str(d.photo(d.office).pk)]},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="verified", owed_by="县教育局安全办经办", due="2026-11-25 17:30")
    assert hazard.lead_assignment.state == "confirmed"
    assert Evidence.objects.filter(hazard=hazard, stage="verification").count() == 1


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("verified"), did="复查合格", owed_by="县教育局安全办经办")
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district, photos=[])


def test_missing(district: District) -> None:
    TRIAL.missing(district, "opinion")


def test_a_section_verifies_in_its_field_only(district: District) -> None:
    assert TRIAL.do(district, TRIAL.reach(district), who="section", photos=[]).state == "verified"
    elsewhere = district.reach("submitted")
    district.do("amend", district.office, elsewhere, reason="归错领域", domain="02")
    with pytest.raises(NotAllowed):
        TRIAL.do(district, elsewhere, who="section", photos=[])


def test_who_did_the_work_does_not_verify_whatever_his_post(district: District) -> None:
    """The office's clerk works on what the bureau assigned to itself; the director verifies."""
    number = district.reach("filed")
    district.do("assign", district.office, number, lead=district.units["edu"].pk, requirements="自办")
    people = {"leader": district.director.pk, "handler": district.office.pk, "interim_control": "警戒"}
    district.do("sign", district.office, number, **people)
    district.submit(number, district.office)
    with pytest.raises(NotAllowed, match="县教育局安全办主任"):
        TRIAL.do(district, number)
    assert TRIAL.do(district, number, who="director", photos=[]).state == "verified"


def reached(d: District, level: str = "significant") -> str:
    return d.graded(level, "submitted")


def test_from_significant_up_two_verify_on_site(district: District) -> None:
    number = reached(district)
    assert TRIAL.fields_refused(district, number, photos=[]) == {"photos"}
    assert TRIAL.fields_refused(district, number) == {"second"}
    assert TRIAL.fields_refused(district, number, second_name="王专家") == {"second_phone"}
    told = {"second_name": "王专家", "second_phone": "0000-0000002"}
    assert TRIAL.fields_refused(district, number, **told) == {"signed_sheet"}
    assert (
        TRIAL.do(district, number, **told, signed_sheet=[str(district.photo(district.office).pk)]).state == "verified"
    )
    assert district.find(number).verifiers == [district.office.pk]
    assert Evidence.objects.filter(hazard=district.find(number), stage="verification").count() == 2


def test_the_second_by_account_says_so_himself(district: District) -> None:
    number = reached(district)
    outcome = TRIAL.do(district, number, second=district.fire.pk)
    assert (outcome.event, district.find(number).state) == ("hazard.countersign_requested", "submitted")
    # From another unit, he reads the file while he is asked.
    assert district.do("confirm_countersign", district.fire, number, note="现场已看").state == "verified"
    hazard = district.find(number)
    assert hazard.verifiers == sorted([district.office.pk, district.fire.pk])
    with pytest.raises(NotFound):
        access_hazard(district.fire, number, district.at)


def test_who_is_named_agrees_and_nobody_else(district: District) -> None:
    number = reached(district)
    TRIAL.do(district, number, second=district.section.pk)
    for who in (district.leader, district.director, district.office):
        with pytest.raises(NotAllowed), transaction.atomic():
            district.do("confirm_countersign", who, number)
    district.do("confirm_countersign", district.section, number)


def test_no_rectifier_is_the_second(district: District) -> None:
    number = reached(district)
    sheet = [str(district.photo(district.office).pk)]
    told = {"second_phone": "0000-0000002", "signed_sheet": sheet}
    assert TRIAL.fields_refused(district, number, second=district.teacher.pk) == {"second"}
    assert TRIAL.fields_refused(district, number, second_name=f"第一小学{district.teacher.name}", **told) == {
        "second_name"
    }
    assert TRIAL.fields_refused(district, number, second=district.office.pk) == {"second"}


def test_handler_verifiers_and_closer_are_different_people(district: District) -> None:
    number = reached(district)
    TRIAL.do(district, number, second=district.director.pk)
    with pytest.raises(Invalid, match="销号"), transaction.atomic():
        for who in (district.leader, district.chief):
            district.leave(who)
        district.do("confirm_countersign", district.director, number)
    district.do("confirm_countersign", district.director, number)
    assert_owed(district.find(number), "县教育局分管领导")
    for who in (district.office, district.director):
        with pytest.raises(NotAllowed), transaction.atomic():
            district.do("close", who, number, closure_type="rectified")
    assert district.do("close", district.leader, number, closure_type="rectified").state == "closed"


def test_who_verified_is_forgotten_when_it_comes_back(district: District) -> None:
    number = district.graded("significant", "verified")
    assert district.find(number).verifiers == [district.office.pk]
    district.do("return_closure", district.director, number, doubt="照片不符")
    assert district.find(number).verifiers == []
    district.do("withdraw", district.director, number, reason="点错了")
    assert district.find(number).verifiers == [district.office.pk]


def test_a_general_one_needs_one(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert district.find(number).verifiers == [district.office.pk]
    assert district.do("close", district.office, number, closure_type="rectified").state == "closed"


def test_who_stands_in_for_one_who_did_the_work_does_not_verify(district: District) -> None:
    """A section that leads, and whose field it is: its clerk's delegate judges the clerk's work no more than he."""
    d = district
    section = d.units["section"]
    delegate = make_person("section2", section)
    number = d.report()
    d.do("escalate", d.safety, number, reason="请教育局安排")
    d.do("file", d.office, number, level="general", domain="04", competence="bureau")
    d.do("assign", d.office, number, lead=section.pk, requirements="加固")
    d.do("sign", d.section, number, leader=d.section.pk, handler=d.section.pk, interim_control="已警戒")
    d.submit(number, d.section)
    delegate_post(
        actor=d.section, holding=Holding.objects.get(user=d.section), to=delegate, from_on=date(2026, 11, 23),
        until_on=date(2026, 12, 1), reason="出差", at=d.at,
    )  # fmt: skip
    with pytest.raises(NotAllowed), transaction.atomic():
        d.do("pass_verification", delegate, number, opinion="合格")
