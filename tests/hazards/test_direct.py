"""A report past the school: the school can neither see nor block it, nor learn who made it."""

import pytest

from core.errors import NotAllowed, NotFound
from hazards.selectors import access_hazard, hides_reporter, list_events
from tests.support.district import District
from workflows.run import read_run


@pytest.fixture
def number(district: District) -> str:
    number = district.report(channel="direct")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    return number


def test_the_school_cannot_touch_it_before_it_has_to(district: District, number: str) -> None:
    for who in (district.safety, district.principal, district.central):
        with pytest.raises(NotFound):
            district.do("void", who, number, reason="不实")


def test_the_school_reads_the_log_without_the_reporter(district: District, number: str) -> None:
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    for who in (district.safety, district.principal, district.central):
        case = access_hazard(who, number, district.at)
        assert hides_reporter(case)
        told = "".join(f"{e.actor_name}{e.post_label}{e.data}{e.changes}" for e in list_events(case))
        assert district.teacher.name not in told and "reporter" not in told
        assert district.office.name in told


def test_bureau_and_reporter_read_the_name(district: District, number: str) -> None:
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    for who in (district.office, district.leader, district.section, district.teacher):
        case = access_hazard(who, number, district.at)
        assert not hides_reporter(case)
        assert list_events(case)[0].actor_name == district.teacher.name


def test_a_reporter_who_then_does_the_work_is_not_given_away_by_a_blank(district: District, number: str) -> None:
    d = district
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    d.submit(number, d.teacher)
    events = list_events(access_hazard(d.principal, number, d.at))
    named = {event.action: event.actor_name for event in events}
    assert named["submit"] == d.teacher.name, "his colleagues saw him work"
    assert named["report"] == "（保密）"
    with pytest.raises(NotAllowed, match=d.teacher.name):
        d.do("withdraw", d.principal, number, reason="试")


def test_a_safety_officer_who_reported_is_not_given_away_by_what_he_did_early(district: District) -> None:
    d = district
    number = d.report(d.safety, channel="direct")
    d.do("record_control", d.safety, number, interim_control="已停用")
    d.do("file", d.office, number, level="general", domain="04", competence="school")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    events = list_events(access_hazard(d.principal, number, d.at))
    named = {event.action: event.actor_name for event in events}
    assert named["record_control"] == named["report"] == "（保密）"
    assert named["sign"] == d.safety.name


def test_an_ordinary_report_hides_nobody(district: District) -> None:
    case = access_hazard(district.safety, district.report(), district.at)
    assert list_events(case)[0].actor_name == district.teacher.name


def test_the_drawing_does_not_name_the_post_that_supplemented(district: District) -> None:
    """The safety officer's post has one holder: naming it names him."""
    number = district.report(district.safety, channel="direct")
    district.do("return_for_supplement", district.office, number, missing="请补位置")
    district.do("supplement", district.safety, number, supplement="二楼东侧")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")

    def owed(who: str) -> list[str]:
        turns = read_run(access_hazard(district.people[who], number, district.at)).turns
        return [turn.post for turn in turns if turn.node == "returned"]

    assert (owed("principal"), owed("office")) == ([""], ["第一小学安全员"])
