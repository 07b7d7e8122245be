"""Matters that only named people may read: bullying, drugs, crime clues, assault."""

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from hazards.selectors import access_hazard, count_by_state, in_scope
from organizations.kinds import PostKind
from tests.support.district import District, give_post, make_person
from tests.support.trials import assert_owed


@pytest.fixture
def number(district: District) -> str:
    return district.report(domain="08", place="操场", description="课间推搡")


def test_its_whole_life_in_the_hands_of_the_confidants(district: District, number: str) -> None:
    d = district
    d.do("file", d.bureau_confidant, number, level="general", domain="08", competence="school")
    d.do("assign", d.bureau_confidant, number, lead=d.units["school"].pk, requirements="加强巡查")
    assert_owed(d.find(number), "第一小学敏感事项专办员")
    people = {"leader": d.principal.pk, "handler": d.confidant.pk, "interim_control": "专人值守"}
    d.do("sign", d.confidant, number, **people)
    assert in_scope(d.principal, d.at).filter(receipt_number=number).exists(), "named in it"
    d.submit(number, d.confidant)
    d.do("pass_verification", d.bureau_confidant, number, opinion="到位")
    assert d.do("close", d.bureau_confidant, number, closure_type="rectified").state == "closed"


def test_nobody_else_learns_that_it_exists(district: District, number: str) -> None:
    for name in (
        "safety",
        "principal",
        "central",
        "central_head",
        "section",
        "office",
        "director",
        "leader",
        "coordinator",
    ):
        with pytest.raises(NotFound):
            access_hazard(district.people[name], number, district.at)
        with pytest.raises(NotFound):
            district.do("amend", district.people[name], number, reason="试")


def test_it_is_counted(district: District, number: str) -> None:
    assert count_by_state(district.office, district.at) == {"reported": 1}
    assert count_by_state(district.safety, district.at) == {"reported": 1}
    assert count_by_state(district.outsider, district.at) == {}


def test_the_reporter_reads_and_does_not_decide(district: District, number: str) -> None:
    assert access_hazard(district.teacher, number, district.at).hazard.number == number
    with pytest.raises(NotAllowed, match="县教育局敏感事项专办员"):
        district.do("file", district.teacher, number, level="general", domain="08", competence="school")


def test_no_short_cut(district: District, number: str) -> None:
    with pytest.raises(Invalid):
        district.do(
            "fix_on_spot", district.confidant, number, acted_first=True,
            after_photos=[str(district.photo(district.confidant).pk)],
        )  # fmt: skip


def test_a_duty_key_opens_no_other_duty(district: District, number: str) -> None:
    other = make_person("other", district.units["sibling"], PostKind.CONFIDANT)
    assert not in_scope(other, district.at).exists()


def test_a_second_post_does_not_widen_it(district: District, number: str) -> None:
    give_post(district.confidant, district.units["school"], PostKind.TEACHER)
    people = {"leader": district.principal.pk, "handler": district.confidant.pk, "interim_control": "值守"}
    district.do("file", district.bureau_confidant, number, level="general", domain="08", competence="school")
    district.do("assign", district.bureau_confidant, number, lead=district.units["school"].pk, requirements="加强")
    assert district.do("sign", district.confidant, number, **people).state == "rectifying"
