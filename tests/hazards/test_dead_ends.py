"""Odd but real: people between units, units without people, posts that lapsed. Nobody gets stuck, nobody sees more."""

from datetime import timedelta

import pytest

from core.clock import StillClock, today
from core.errors import DomainError, Invalid, NotAllowed, WrongState
from hazards.models import Evidence
from hazards.selectors import access_hazard, count_by_state, hides_reporter, in_scope
from organizations.daily import follow_dates
from organizations.kinds import PostKind, UnitKind
from organizations.models import Post
from organizations.services import appoint, merge_units, set_unit_active
from tests.support.district import District, give_post, make_person, make_unit
from workflows.selectors import to_dos


def test_a_restricted_to_do_shows_to_nobody_without_its_key(district: District) -> None:
    number = district.report(domain="08", place="操场", description="秘密文字")
    district.do("return_for_supplement", district.bureau_confidant, number, missing="缺")
    colleague = make_person("colleague", district.units["school"], PostKind.TEACHER)
    district.leave(district.teacher, on=today(district.at) + timedelta(days=1))
    StillClock.advance(timedelta(days=1))
    assert not to_dos(colleague, district.at).exists()
    assert follow_dates(district.at) == []
    assert to_dos(district.bureau_confidant, district.at).count() == 1


def test_a_restricted_hazard_reaches_the_confidant_of_its_lead(district: District) -> None:
    lead = district.units["sibling"]
    confidant = make_person("sibling_confidant", lead, PostKind.CONFIDANT)
    number = district.report(domain="08", place="操场", description="秘密文字")
    district.do("file", district.bureau_confidant, number, level="general", domain="08", competence="school")
    district.do("assign", district.bureau_confidant, number, lead=lead.pk, requirements="完善制度")
    names = {"leader": district.sibling_principal.pk, "handler": confidant.pk}
    assert district.do("sign", confidant, number, **names, interim_control="专人陪护").state == "rectifying"
    assert not in_scope(district.sibling_safety, district.at).exists()


def test_people_of_another_unit_who_hold_a_post_here_can_be_named(district: District) -> None:
    give_post(district.safety, district.units["point"], PostKind.SAFETY)
    number = district.report(district.safety, unit=district.units["point"].pk)
    outcome = district.do(
        "self_handle", district.safety, number, leader=district.safety.pk, handler=district.safety.pk,
        measures="更换", interim_control="警戒",
    )  # fmt: skip
    assert outcome.state == "rectifying"


def test_a_restricted_direct_report_passes_the_school_by(district: District) -> None:
    number = district.report(domain="08", channel="direct")
    assert not in_scope(district.confidant, district.at).exists()
    assert not hides_reporter(access_hazard(district.bureau_confidant, number, district.at))


def test_a_direct_report_is_not_even_counted_by_the_school(district: District) -> None:
    district.report(channel="direct")
    assert count_by_state(district.principal, district.at) == {}
    assert count_by_state(district.teacher, district.at) == {"reported": 1}
    assert count_by_state(district.office, district.at) == {"reported": 1}


def test_a_stranded_hazard_keeps_nobody_from_being_appointed(district: District) -> None:
    district.report(domain="08")
    district.report(suspected_major=True)
    for who in (district.bureau_confidant, district.office, district.director, district.leader):
        district.leave(who, on=today(district.at) + timedelta(days=1))
    StillClock.advance(timedelta(days=1))
    for kind in (PostKind.CONFIDANT, PostKind.OFFICE_CLERK):
        newcomer = make_person(f"new_{kind}", district.units["edu"])
        post = Post.objects.get(unit=district.units["edu"], kind=kind)
        appoint(actor=None, post=post, user=newcomer, from_on=today(district.at), at=district.at)
        assert to_dos(newcomer, district.at).count() == 1


def test_what_was_returned_to_a_merged_unit_lies_on_a_desk(district: District) -> None:
    number = district.report(district.safety)
    district.do("return_for_supplement", district.principal, number, missing="补照片")
    with pytest.raises(WrongState, match="未办结的隐患"):
        set_unit_active(actor=None, unit=district.units["school"], is_active=False, at=district.at)
    merge_units(actor=None, unit=district.units["school"], into=district.units["sibling"], at=district.at)
    post = district.find(number).responsible_post
    assert post and post.unit == district.units["sibling"]
    assert to_dos(district.sibling_safety, district.at).count() == 1


def test_a_withdrawn_act_takes_its_photos_along(district: District) -> None:
    number = district.reach("submitted")
    district.do("withdraw", district.principal, number, reason="传错了照片")
    assert not Evidence.objects.filter(stage="after", withdrawn_seq__isnull=True).exists()
    told = dict.fromkeys(("report", "responsibility", "measures", "funding", "deadline", "contingency"), "有")
    with pytest.raises(Invalid) as refused:
        district.do("submit", district.principal, number, cost=1, **told)
    assert set(refused.value.fields) == {"photos"}


def test_what_failed_verification_was_not_solved_on_the_spot(district: District) -> None:
    number = district.fix_on_spot().number
    photo = str(district.photo(district.principal).pk)
    district.do("fail_verification", district.principal, number, failed_points="没修好", photos=[photo])
    assert Evidence.objects.get(stage="verification").round == 1
    district.submit(number, district.safety)
    district.do("confirm_and_close", district.principal, number)
    assert district.find(number).closure_type == "rectified"


def test_only_what_was_fixed_on_the_spot_closes_so(district: District) -> None:
    number = district.reach("verified")
    with pytest.raises(Invalid) as refused:
        district.do("close", district.office, number, closure_type="on_the_spot")
    assert set(refused.value.fields) == {"closure_type"}


def test_who_fixed_it_is_of_the_campus(district: District) -> None:
    give_post(district.teacher, district.units["sibling"], PostKind.TEACHER)
    with pytest.raises(Invalid) as refused:
        district.fix_on_spot(fixed_by=district.sibling_safety.pk)
    assert set(refused.value.fields) == {"fixed_by"}


def test_what_may_be_major_is_voided_by_a_leader_only(district: District) -> None:
    number = district.report(suspected_major=True)
    with pytest.raises(NotAllowed, match="分管领导"):
        district.do("void", district.director, number, reason="误报")
    assert district.do("void", district.leader, number, reason="误报").state == "voided"


def test_a_second_level_body_reports_for_its_bureau(district: District) -> None:
    body = make_unit(UnitKind.SUB, "教育技术中心", district.units["edu"])
    number = district.report(make_person("technician", body, PostKind.CONTACT))
    assert district.find(number).source == "bureau"


def test_administrators_upload_nothing(district: District) -> None:
    with pytest.raises(DomainError, match="管理员账号不办理业务"):
        district.photo(make_person("admin", None, admin_role="system"))
