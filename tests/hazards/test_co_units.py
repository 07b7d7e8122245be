"""Several units on one hazard: each its own part, limit and files; the lead waits for all of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid
from hazards.models import Assignment, Evidence, HazardEvent
from hazards.selectors import access_hazard, list_possible_actions, say_blocked
from organizations.kinds import PostKind, UnitKind
from tests.support.district import District, give_post, make_person, make_unit
from workflows.models import SideTask


def offered(d: District, who: str, number: str) -> set[str]:
    return {one.action.name for one in list_possible_actions(access_hazard(d.people[who], number, d.at))}


def test_the_work_is_told_of_when_every_part_is_confirmed(district: District) -> None:
    number = district.reach_with("sibling", "central")
    with pytest.raises(Invalid, match="第二小学（未签收）、城关中心校（未签收）"):
        district.submit(number)
    district.settle_part(number)
    district.do("sign_part", district.central, number, handler=district.central.pk)
    with pytest.raises(Invalid, match="配合单位还没办完：城关中心校（未报完成）"):
        district.submit(number)
    district.do("finish_part", district.central, number, result="已看护")
    with pytest.raises(Invalid, match="城关中心校（待牵头单位确认）"):
        district.submit(number)
    assert "submit" not in offered(district, "safety", number)
    district.do("confirm_part", district.safety, number)
    assert "submit" in offered(district, "safety", number)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")


def test_a_co_unit_reads_the_case_from_assignment_on(district: District) -> None:
    number = district.reach("filed")
    with pytest.raises(Exception, match="没有找到"):
        access_hazard(district.sibling_safety, number, district.at)
    district.do(
        "assign", district.office, number, lead=district.units["school"].pk, requirements="加固",
        co_units=[district.units["sibling"].pk], co_task="腾场地",
    )  # fmt: skip
    assert offered(district, "sibling_safety", number) >= {"sign_part", "request_return"}
    assert "sign" not in offered(district, "sibling_safety", number)


def test_its_files_stand_beside_its_part_and_do_not_prove_the_leads_work(district: District) -> None:
    number = district.reach_with("sibling")
    photo = [str(district.photo(district.sibling_safety).pk)]
    district.do("sign_part", district.sibling_safety, number, handler=district.sibling_safety.pk)
    district.do("finish_part", district.sibling_safety, number, result="已腾", photos=photo)
    district.do("confirm_part", district.safety, number)
    assert Evidence.objects.get().part.unit == district.units["sibling"]
    facts = {
        "report": "完成",
        "cost": 0,
        **dict.fromkeys(("responsibility", "measures", "funding", "deadline", "contingency"), "有"),
    }
    with pytest.raises(Invalid) as caught:
        district.do("submit", district.safety, number, **facts)
    assert set(caught.value.fields) == {"photos"}


def test_who_did_a_part_does_not_verify(district: District) -> None:
    """The office itself lends a hand: its clerk did, its director verifies."""
    number = district.reach_with("edu")
    district.do("sign_part", district.office, number, handler=district.office.pk)
    district.do("finish_part", district.office, number, result="已协调")
    district.do("confirm_part", district.safety, number)
    district.submit(number)
    assert str(district.find(number).responsible_post) == "县教育局安全办主任"
    district.do("pass_verification", district.director, number, opinion="合格")


def test_a_department_that_never_answers_is_taken_away(district: District) -> None:
    number = district.reach_with("fire")
    with pytest.raises(Invalid, match="消防救援大队（未签收）"):
        district.submit(number)
    part = Assignment.objects.get(unit=district.units["fire"])
    district.do("change_parties", district.office, number, reason="多次催促未办", remove=part.pk)
    district.submit(number)


def test_a_department_without_accounts_takes_part_by_the_offices_entry(district: District) -> None:
    number = district.reach_with("transport")
    assert str(SideTask.objects.get(finished=None).post) == "县教育局安全办经办"
    behalf = {"name": "王科长", "how": "call", "note": "电话告知"}
    district.do("sign_part", district.office, number, handler_name="王科长", _on_behalf=behalf)
    district.do("finish_part", district.office, number, result="已清理校门口", _on_behalf=behalf)
    district.do("confirm_part", district.safety, number)
    assert district.office.pk not in district.find(number).rectifiers
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")


def test_a_failed_verification_may_come_back_to_a_co_unit(district: District) -> None:
    number = district.reach_with("sibling")
    district.settle_part(number)
    district.submit(number)
    district.do("fail_verification", district.office, number, failed_points="场地又被占")
    assert Assignment.objects.get(unit=district.units["sibling"]).state == "confirmed"
    district.do("return_part", district.safety, number, defects="场地又被占")
    with pytest.raises(Invalid, match="第二小学（未报完成）"):
        district.submit(number)
    district.do("finish_part", district.sibling_safety, number, result="已再清")
    district.do("confirm_part", district.safety, number)
    district.submit(number)


def test_a_new_lead_confirms_what_the_old_one_had_waiting(district: District) -> None:
    number = district.reach_with("sibling")
    district.do("sign_part", district.sibling_safety, number, handler=district.sibling_safety.pk)
    district.do("finish_part", district.sibling_safety, number, result="已腾")
    assert str(SideTask.objects.get(finished=None).post) == "第一小学安全员"
    facts = {"lead": district.units["central"].pk, "reason": "学校无力", "requirements": "加固"}
    district.do("transfer", district.office, number, **facts)
    assert str(SideTask.objects.get(finished=None).post) == "城关中心校安全负责人"
    district.do("confirm_part", district.central, number)


def test_each_more_unit_costs_the_same(district: District) -> None:
    """One assignment to many takes as many statements as one to a few; so does an act on a case with many."""
    n_assign, n_progress = {}, {}
    units = [make_unit(UnitKind.SCH, f"测试{n}小", district.units["central"]) for n in range(20)]
    for n, unit in enumerate(units):
        make_person(f"s{n}", unit, PostKind.SAFETY)
    for n in (1, 5, 20):
        number = district.reach("filed")
        facts = {"lead": district.units["school"].pk, "requirements": "加固", "co_task": "配合"}
        with CaptureQueriesContext(connection) as queries:
            district.do("assign", district.office, number, **facts, co_units=[unit.pk for unit in units[:n]])
        n_assign[n] = len(queries)
        district.sign(number)
        with CaptureQueriesContext(connection) as queries:
            district.do("report_progress", district.safety, number, percent=1, progress="开工")
        n_progress[n] = len(queries)
    # The first reads the rules.
    assert n_assign[20] == n_assign[5] <= n_assign[1] <= n_assign[5] + 2, n_assign
    assert len(set(n_progress.values())) == 1, n_progress


def test_a_teaching_point_without_staff_takes_part_through_its_central_school(district: District) -> None:
    number = district.reach_with("point")
    assert str(SideTask.objects.get(finished=None).post) == "城关中心校安全负责人"
    district.do("sign_part", district.central, number, handler=district.central.pk)
    district.do("finish_part", district.central, number, result="已办")
    district.do("confirm_part", district.safety, number)
    district.submit(number)


def test_a_delegate_may_confirm(district: District) -> None:
    number = district.reach_with("sibling")
    give_post(district.teacher, district.units["sibling"], PostKind.SAFETY)
    district.do("sign_part", district.teacher, number, handler=district.teacher.pk)
    district.do("finish_part", district.teacher, number, result="已办")
    district.do("confirm_part", district.principal, number)


def test_the_file_says_for_whom_the_lead_waits(district: District) -> None:
    number = district.reach_with("sibling")
    told = say_blocked(access_hazard(district.safety, number, district.at))
    assert told == "等配合单位办完才能提请复查：第二小学（未签收）。"
    district.settle_part(number)
    assert say_blocked(access_hazard(district.safety, number, district.at)) == ""


def test_the_office_enters_for_the_one_co_unit_that_it_means(district: District) -> None:
    number = district.reach_with("sibling", "transport")
    part = Assignment.objects.get(unit=district.units["transport"])
    behalf = {"name": "王科长", "how": "call", "note": "电话告知"}
    facts = {"part": part.pk, "handler_name": "王科长 0793-0000000"}
    district.do("sign_part", district.office, number, **facts, _on_behalf=behalf)
    event = HazardEvent.objects.order_by("seq").last()
    assert event is not None and event.data["on_behalf"]["unit"] == "交通运输局"
    assert Assignment.objects.get(pk=part.pk).state == "signed"
