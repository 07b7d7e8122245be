"""Events that skip rungs of the ladder. Source: process.md b.2, a.4 T26, T30; requirements.md H11."""

import pytest

from core.errors import Invalid
from documents.models import Document
from hazards.models import Measure
from notifications.models import OutboxMessage
from tests.support import outside as o
from tests.support.district import District


def fail(d: District, number: str) -> None:
    d.submit(number)
    d.do("fail_verification", d.office, number, failed_points="仍松动")


def kinds(number: str, d: District) -> list[tuple[str, str]]:
    return sorted(Measure.objects.filter(hazard=d.find(number)).values_list("kind", "state"))


def test_the_second_failure_is_orange_the_third_a_talk(district: District) -> None:
    number = district.reach("rectifying")
    fail(district, number)
    assert (district.find(number).least_colour, district.find(number).colour) == ("", "")
    fail(district, number)
    assert (district.find(number).least_colour, district.find(number).colour) == ("orange", "orange")
    assert kinds(number, district) == []
    fail(district, number)
    assert kinds(number, district) == [("interview", "draft")]
    assert Measure.objects.get().cause == "第3次复查不合格" and Measure.objects.get().interview_type == "warning"
    fail(district, number)
    assert len(kinds(number, district)) == 1, "one talk about it waits already"


def test_a_failure_that_is_withdrawn_was_none(district: District) -> None:
    number = district.reach("rectifying")
    for _ in range(2):
        fail(district, number)
    fail(district, number)
    district.do("withdraw", district.office, number, reason="误操作")
    assert kinds(number, district) == [("interview", "ended")]
    assert Document.objects.get().state == "void"
    assert district.find(number).least_colour == "orange"


def test_it_ends_with_the_case(district: District) -> None:
    number = district.reach("rectifying")
    fail(district, number)
    fail(district, number)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    assert (district.find(number).least_colour, district.find(number).colour) == ("", "")


def test_another_unit_begins_without_it(district: District) -> None:
    number = district.reach("rectifying")
    fail(district, number)
    fail(district, number)
    sibling = district.units["sibling"].pk
    district.do("transfer", district.office, number, lead=sibling, reason="改由第二小学", requirements="加固")
    assert district.find(number).least_colour == ""


@pytest.mark.parametrize("cause", ["rebound", "missed"])
def test_what_is_reopened_is_orange(district: District, cause: str) -> None:
    number = district.reach("closed")
    photos = [str(district.photo(district.office).pk)]
    district.do("reopen", district.office, number, cause=cause, findings="回头看发现", photos=photos)
    assert district.find(number).colour == "orange" and kinds(number, district) == []


def test_a_false_rectification_is_a_talk_and_accountability(district: District) -> None:
    number = district.reach("closed")
    photos = [str(district.photo(district.office).pk)]
    district.do("reopen", district.office, number, cause="false", findings="并未更换", photos=photos)
    assert kinds(number, district) == [("accountability", "draft"), ("interview", "draft")]
    assert {measure.cause for measure in Measure.objects.all()} == {"虚假整改"}
    told = OutboxMessage.objects.get(kind="measure.drafted")
    assert (told.recipient, told.payload["what"]) == (district.leader, "约谈、问责建议")


def test_who_refuses_to_sign_is_talked_to(district: District) -> None:
    number = district.reach("assigned")
    proof = [str(district.photo(district.office).pk)]
    district.do("record_service", district.office, number, receiver="校长", refused=True, photos=proof)
    assert kinds(number, district) == [("interview", "draft")]


def test_who_was_served_is_not(district: District) -> None:
    number = district.reach("assigned")
    proof = [str(district.photo(district.office).pk)]
    district.do("record_service", district.office, number, receiver="校长", photos=proof)
    assert kinds(number, district) == []


def test_a_department_that_refuses_is_told_of_to_the_county(district: District) -> None:
    number = o.ordered(district)
    proof = [str(district.photo(district.coordinator).pk)]
    district.do("record_service", district.coordinator, number, receiver="值班员", refused=True, photos=proof)
    assert kinds(number, district) == [("county_supervision", "draft")]


def bus(d: District, **more: object) -> str:
    number = d.report(domain="12", description="车辆座位改装")
    d.do("escalate", d.safety, number, reason="须教育局处理")
    if more.get("bus"):
        photos = [str(d.photo(d.office).pk)]
        more |= {"suspend_scope": "校车一辆", "suspend_guard": "封存车钥匙", "suspend_photos": photos}
    d.do("file", d.office, number, level="general", domain="12", competence="school", **more)
    return number


def test_a_modified_bus_is_accountability_at_filing(district: District) -> None:
    number = bus(district, bus="modified")
    assert kinds(number, district) == [("accountability", "draft")]
    assert Measure.objects.get().unit == district.units["school"]


@pytest.mark.parametrize("what", ["unlicensed", ""])
def test_another_bus_is_not(district: District, what: str) -> None:
    assert kinds(bus(district, bus=what), district) == []


def test_only_of_buses_it_is_asked(district: District) -> None:
    number = district.report()
    district.do("escalate", district.safety, number, reason="须教育局处理")
    with pytest.raises(Invalid) as caught:
        district.do("file", district.office, number, level="general", domain="04", competence="school", bus="modified")
    assert set(caught.value.fields) == {"bus"}


def test_where_no_leader_is_in_office_the_act_goes_on(district: District) -> None:
    number = district.reach("assigned")
    district.leave(district.leader)
    district.leave(district.chief)
    proof = [str(district.photo(district.office).pk)]
    district.do("record_service", district.office, number, receiver="校长", refused=True, photos=proof)
    assert kinds(number, district) == [] and district.find(number).state == "rectifying"
