"""Matters that only named people may read: bullying, drugs, crime clues, assault."""

from datetime import date

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from hazards.selectors import access_hazard, count_by_state, in_scope
from organizations.kinds import PostKind
from organizations.models import Holding, User
from organizations.services import delegate_post
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


def graded(d: District, level: str, state: str) -> str:
    """A confidential matter of that level, each step by who should do it."""
    number = d.report(domain="08", place="操场", description="课间推搡")
    clause = {"clause": d.clause} if level == "major" else {}
    d.do("file", d.bureau_confidant, number, level=level, domain="08", competence="school", **clause)
    if level == "major":
        d.do("confirm_countersign", d.leader, number)
    d.do("assign", d.bureau_confidant, number, lead=d.units["school"].pk, requirements="加强巡查")
    d.do("sign", d.confidant, number, leader=d.confidant.pk, handler=d.confidant.pk, interim_control="专人值守")
    d.do(
        "save_plan", d.confidant, number, goal="消除", responsibility="专人", measures="巡查", funding="公用", amount=0,
        deadline="月内", contingency="值守", milestones="2026-12-01 完成",
    )  # fmt: skip
    d.do("submit_plan", d.confidant, number)
    d.do("approve_plan", d.bureau_confidant, number)
    if state == "rectifying":
        return number
    d.submit(number, d.confidant)
    return number


def pass_it(d: District, number: str, second: User) -> None:
    photos = [str(d.photo(d.bureau_confidant).pk)]
    d.do("pass_verification", d.bureau_confidant, number, opinion="到位", photos=photos, second=second.pk)
    d.do("confirm_countersign", second, number)


def reads(d: District, *names: str) -> set[str]:
    return {name for name in names if in_scope(d.people[name], d.at).exists()}


LEADERS = ("leader", "chief", "office", "director", "principal", "safety", "central")


def test_a_major_one_is_told_to_one_named_leader(district: District, number: str) -> None:
    d = district
    facts = {"level": "major", "domain": "08", "competence": "school", "clause": d.clause}
    d.do("file", d.bureau_confidant, number, **facts)
    assert reads(d, *LEADERS) == {"leader"}
    with pytest.raises(NotFound):
        d.do("confirm_countersign", d.chief, number)
    d.do("confirm_countersign", d.leader, number)
    assert d.find(number).level == "major" and reads(d, *LEADERS) == set()


def test_who_declines_reads_no_more(district: District, number: str) -> None:
    d = district
    facts = {"level": "major", "domain": "08", "competence": "school", "clause": d.clause}
    d.do("file", d.bureau_confidant, number, **facts)
    d.do("decline_countersign", d.leader, number, note="再核")
    assert reads(d, *LEADERS) == set()


def test_graded_it_is_verified_by_confidant_and_leader_and_closed_by_another(district: District) -> None:
    d = district
    number = graded(d, "significant", "submitted")
    for wrong in (d.section, d.fire):
        with pytest.raises(Invalid):
            pass_it(d, number, wrong)
    pass_it(d, number, d.chief)
    assert_owed(d.find(number), "县教育局分管领导")
    assert reads(d, *LEADERS) == {"leader"}
    with pytest.raises(NotAllowed):
        d.do("close", d.bureau_confidant, number, closure_type="rectified")
    assert d.do("close", d.leader, number, closure_type="rectified").state == "closed"
    assert reads(d, *LEADERS) == set()


def test_returned_by_the_leader_it_is_the_confidants_again(district: District) -> None:
    d = district
    number = graded(d, "significant", "submitted")
    pass_it(d, number, d.chief)
    d.do("return_closure", d.leader, number, doubt="再看")
    assert_owed(d.find(number), "县教育局敏感事项专办员")
    assert reads(d, *LEADERS) == set()


def test_another_leader_reads_in_the_place_of_one_who_left(district: District) -> None:
    d = district
    number = graded(d, "significant", "submitted")
    photos = [str(d.photo(d.bureau_confidant).pk)]
    told = {"second_name": "局外专家王某", "second_phone": "0000-0000002"}
    sheet = [str(d.photo(d.bureau_confidant).pk)]
    d.do("pass_verification", d.bureau_confidant, number, opinion="到位", photos=photos, signed_sheet=sheet, **told)
    assert reads(d, *LEADERS) == {"leader"}
    d.leave(d.leader)
    assert reads(d, *LEADERS) == {"chief"}
    assert d.do("close", d.chief, number, closure_type="rectified").state == "closed"


def test_a_major_to_its_end(district: District) -> None:
    d = district
    number = graded(d, "major", "submitted")
    for to in ("department", "staff"):
        d.do(
            "record_double_report", d.confidant, number, to=to, receiver="公安机关", reported_on="2026-11-23",
            photos=[str(d.photo(d.confidant).pk)],
        )  # fmt: skip
    pass_it(d, number, d.leader)
    assert d.do("close", d.chief, number, closure_type="rectified").state == "closed"


def test_lowered_voided_merged_and_parted_by_two(district: District) -> None:
    d = district
    first, second, third = (d.report(domain="08", description=f"推搡{n}") for n in range(3))
    facts = {"domain": "08", "competence": "school"}
    d.do("file", d.bureau_confidant, first, level="major", clause=d.clause, **facts)
    d.do("confirm_countersign", d.leader, first)
    d.do("regrade", d.bureau_confidant, first, level="general", reason="核实为一般")
    d.do("confirm_countersign", d.leader, first)
    assert d.find(first).level == "general"
    d.do("merge", d.bureau_confidant, second, master=first, reason="同一件")
    d.do("unmerge", d.bureau_confidant, second, reason="另一件")
    d.do("confirm_countersign", d.leader, second)
    assert d.find(second).state == "reported"
    d.do("assign", d.bureau_confidant, first, lead=d.units["school"].pk, requirements="加强巡查")
    d.do("void", d.bureau_confidant, first, reason="录错")
    d.do("confirm_countersign", d.leader, first)
    assert d.find(first).state == "voided"
    open_one = d.report(description="栏杆")
    with pytest.raises(Invalid):
        d.do("merge", d.bureau_confidant, third, master=open_one, reason="同一件")
    assert reads(d, "leader", "chief") == {"leader", "chief"}, "the open one, by their posts"
    assert not in_scope(d.leader, d.at).filter(is_restricted=True).exists()


def test_sealed_looked_back_at_and_reopened_by_the_confidant(district: District, number: str) -> None:
    d = district
    d.do("file", d.bureau_confidant, number, level="general", domain="08", competence="school")
    d.do("assign", d.bureau_confidant, number, lead=d.units["school"].pk, requirements="加强巡查")
    people = {"leader": d.confidant.pk, "handler": d.confidant.pk, "interim_control": "专人值守"}
    d.do("sign", d.confidant, number, **people)
    d.submit(number, d.confidant)
    d.do("pass_verification", d.bureau_confidant, number, opinion="到位")
    d.do("close", d.bureau_confidant, number, closure_type="rectified")
    d.do("look_back", d.bureau_confidant, number, result="rebound", findings="又有")
    photos = [str(d.photo(d.bureau_confidant).pk)]
    d.do("reopen", d.bureau_confidant, number, cause="rebound", findings="又有", photos=photos)
    assert_owed(d.find(number), "第一小学敏感事项专办员")
    d.do("seal", d.bureau_confidant, number, reason="报案")
    assert reads(d, *LEADERS) == set()


def test_nobody_enters_anothers_act_on_it(district: District, number: str) -> None:
    told = {"name": "张某", "how": "call", "note": "电话"}
    with pytest.raises(NotAllowed):
        district.do(
            "file",
            district.bureau_confidant,
            number,
            level="general",
            domain="08",
            competence="school",
            _on_behalf=told,
        )


def test_a_leader_who_is_no_reader_instructs_nothing(district: District, number: str) -> None:
    with pytest.raises(NotFound):
        district.do("instruct", district.leader, number, to=district.units["edu"].pk, instruction="请报")


def test_who_stands_in_for_the_leader_is_not_told(district: District) -> None:
    """A confidence is lent to nobody: the leader closes it himself, or the other one does."""
    d = district
    number = graded(d, "significant", "submitted")
    delegate_post(
        actor=d.leader, holding=Holding.objects.get(user=d.leader), to=d.section, from_on=date(2026, 11, 23),
        until_on=date(2026, 12, 1), reason="出差", at=d.at,
    )  # fmt: skip
    pass_it(d, number, d.chief)
    assert reads(d, *LEADERS, "section") == {"leader"}
    assert d.do("close", d.leader, number, closure_type="rectified").state == "closed"
