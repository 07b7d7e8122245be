"""A hazard that is not the school's to solve: asked by letter, ordered by the county, confirmed by the school."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Invalid, NotAllowed
from hazards.cleaning import clean
from hazards.data.rectifying import SubmitData
from hazards.inputs import Ask, fields_for
from hazards.models import Assignment, HazardEvent
from hazards.selectors import access_hazard, in_scope, list_possible_actions
from hazards.wording import describe_event
from organizations.kinds import PostKind, UnitKind
from organizations.posts import list_held_posts
from tests.support import outside as o
from tests.support.district import District, make_person, make_unit
from tests.support.trials import assert_owed, moment


def offered(d: District, who: str, number: str) -> set[str]:
    return {one.action.name for one in list_possible_actions(access_hazard(d.people[who], number, d.at))}


def test_a_department_with_accounts_from_letter_to_closure(district: District) -> None:
    d = district
    number = o.notified(d)
    hazard = d.find(number)
    assert_owed(hazard, "消防救援大队联络员", "2026-12-01 00:00")
    assert (hazard.verifying_unit, hazard.closing_unit) == (d.units["school"], d.units["edu"])
    o.sign(d, number)
    o.answer(d, number)
    assert_owed(d.find(number), "第一小学安全员")
    said = {
        one.action.name: str(one.action.effect) for one in list_possible_actions(access_hazard(d.safety, number, d.at))
    }
    assert (said["pass_verification"], said["fail_verification"]) == (
        "确认已解决，交销号单位销号", "仍未解决，退回办理单位继续办理",
    )  # fmt: skip
    d.do("fail_verification", d.safety, number, failed_points="仍有车辆占用")
    assert HazardEvent.objects.get(action="fail_verification").data["effect"] == "未解决"
    assert_owed(d.find(number), "消防救援大队联络员")
    o.answer(d, number)
    d.do("pass_verification", d.safety, number, opinion="通道畅通")
    assert_owed(d.find(number), "县教育局安全办经办")
    with pytest.raises(Invalid) as caught:
        d.do("close", d.office, number, closure_type="rectified")
    assert set(caught.value.fields) == {"closure_type"}
    d.do("close", d.office, number, closure_type="handed_over")
    hazard = d.find(number)
    assert (hazard.state, hazard.closure_type, hazard.commitments, hazard.cost) == ("closed", "handed_over", {}, None)
    assert hazard.lead_assignment.result == "已清理，设置禁停标线"
    assert not hazard.evidence.exists()
    control = Assignment.objects.get(hazard=hazard, kind="control")
    assert (control.unit, control.state) == (d.units["school"], "confirmed"), "it stood until closure"


def test_the_tree_is_still_asked_for_everything(district: District) -> None:
    number = district.reach("rectifying")
    ask = Ask(actor=district.principal, hazard=district.find(number), at=district.at)
    required = {field.name for field in fields_for(SubmitData, ask) if field.required}
    assert {"cost", "responsibility", "measures", "funding", "deadline", "contingency", "report"} <= required
    assert "contact" not in required
    with pytest.raises(Invalid):
        clean(SubmitData, {"report": "已换"}, ask)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    with pytest.raises(Invalid) as caught:
        district.do("close", district.office, number, closure_type="handed_over")
    assert set(caught.value.fields) == {"closure_type"}


def test_an_outside_unit_is_asked_for_result_and_contact_alone(district: District) -> None:
    number = o.signed(district)
    ask = Ask(actor=district.fire, hazard=district.find(number), at=district.at)
    assert {field.name for field in fields_for(SubmitData, ask) if field.required} == {"report", "contact"}
    with pytest.raises(Invalid) as caught:
        district.do("submit", district.fire, number, report="已清理")
    assert set(caught.value.fields) == {"contact"}


@pytest.mark.parametrize("level", ["significant", "major"])
def test_an_outside_lead_needs_no_plan(district: District, level: str) -> None:
    d = district
    number = d.report(domain="02", suspected_major=level == "major")
    if level == "significant":
        d.do("escalate", d.safety, number, reason="不属于学校")
    clause = {"clause": d.clause} if level == "major" else {}
    d.do("file", d.office, number, level=level, domain="02", competence="department", **clause)
    if level == "major":
        d.do("confirm_countersign", d.leader, number)
    o.notify(d, number)
    o.sign(d, number)
    d.do("report_progress", d.fire, number, percent=50, progress="正在清理")
    o.answer(d, number)
    owed = "第一小学安全员" if level == "significant" else "县教育局安全办经办"
    assert_owed(d.find(number), owed)


def test_who_signs_outside_names_a_handler(district: District) -> None:
    number = o.ordered(district)
    with pytest.raises(Invalid) as caught:
        district.do("sign", district.fire, number, interim_control="值守")
    assert set(caught.value.fields) == {"handler_name"}
    district.do("sign", district.fire, number, handler_name="赵某 0000-0000003", interim_control="值守")
    assert district.find(number).lead_assignment.handler_name == "赵某 0000-0000003"


def test_who_sees_it(district: District) -> None:
    """Whoever is asked sees it from then on, nobody else of the county."""

    def county(number: str) -> set[str]:
        pk = district.find(number).pk
        people = ("fire", "town", "coordinator")
        return {name for name in people if in_scope(district.people[name], district.at).filter(pk=pk).exists()}

    number = o.filed(district)
    assert county(number) == set()
    o.refer(district, number)
    assert county(number) == {"coordinator", "fire"}
    o.order(district, number, "town")
    assert county(number) == {"coordinator", "town"}
    district.do("request_return", district.town, number, reason="不属于本镇")
    district.do("rule_return", district.coordinator, number, ruling="back", reason="收回")
    assert county(number) == {"coordinator"}


def test_a_department_never_answers_twice(district: District, clock: Any) -> None:
    """Two letters lapse, then the county orders; unsigned past the limit it counts as received."""
    d = district
    number = o.notified(d)
    clock.set(moment("2026-12-01 00:00"))
    o.by_time(d, "lapse_notice", number)
    assert "refer" in offered(d, "office", number) and "notify" in offered(d, "office", number)
    o.notify(d, number)
    clock.set(moment("2026-12-09 00:00"))
    o.by_time(d, "lapse_notice", number)
    hazard = d.find(number)
    assert (hazard.state, hazard.n_unanswered) == ("filed", 2)
    case = access_hazard(d.office, number, d.at)
    assert next(one.action.name for one in list_possible_actions(case) if one.is_awaited) == "refer"
    o.refer(d, number)
    o.order(d, number)
    clock.set(moment("2026-12-11 00:00"))
    o.by_time(d, "deem_received", number)
    assert_owed(d.find(number), "消防救援大队联络员")
    d.do("transfer", d.coordinator, number, lead=d.units["town"].pk, reason="久拖不办", requirements="清理")
    assert_owed(d.find(number), "城关镇联络员")
    assert d.find(number).found_on.isoformat() == "2026-11-23", "the age stays"


def test_buttons_that_would_always_be_refused_are_not_offered(district: District) -> None:
    d = district
    assert "notify" not in offered(d, "office", d.reach("filed"))
    assert "assign" not in offered(d, "office", o.filed(d))
    letter = o.notified(d)
    assert "record_service" not in offered(d, "office", letter)
    d.do("request_return", d.fire, letter, reason="不属于消防")
    assert "request_return" not in offered(d, "fire", letter)
    o.sign(d, letter)
    assert "submit" not in offered(d, "fire", letter)


def test_a_county_body_in_the_bureau_orders_and_nobody_of_the_bureau_acts_for_its_departments(
    district: District,
) -> None:
    d = district
    body = make_unit(UnitKind.GOV, "县校园安全专委会办公室", d.units["edu"])
    d.people["body"] = make_person("body", body, PostKind.COORDINATOR)
    under = make_unit(UnitKind.DEP, "城管局", body)
    d.people["under"] = make_person("under", under, PostKind.CONTACT)
    number = o.filed(d)
    o.refer(d, number, None, to=body.pk)
    assert_owed(d.find(number), "县校园安全专委会办公室县级协调员")
    d.do("assign_referred", d.people["body"], number, lead=under.pk, requirements="清理")
    assert_owed(d.find(number), "城管局联络员")
    with pytest.raises(NotAllowed, match="城管局联络员"):
        d.do("sign", d.office, number, handler_name="赵某", interim_control="值守")
    d.do("sign", d.people["under"], number, handler=d.people["under"].pk, interim_control="值守")


def test_a_department_is_a_co_unit_by_request(district: District) -> None:
    d = district
    number = d.reach("filed")
    facts = {"co_units": [d.units["fire"].pk, d.units["section"].pk], "co_task": "指导"}
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固", **facts)
    kinds = dict(Assignment.objects.filter(hazard=d.find(number)).values_list("unit__name", "kind"))
    assert kinds == {"第一小学": "order", "消防救援大队": "request", "基建科": "order"}


def test_the_timeline_tells_it_in_words(district: District, clock: Any) -> None:
    d = district
    number = o.notified(d)
    clock.set(moment("2026-12-01 00:00"))
    o.by_time(d, "lapse_notice", number)
    event = HazardEvent.objects.get(action="lapse_notice")
    lines = {line.label: line.text for line in describe_event(event, d.at)}
    assert lines["函告单位"] == "消防救援大队" and "11月30日" in lines["回复期限"]


def test_posts_of_the_school_may_do_what_keeps_people_safe(district: District) -> None:
    number = o.signed(district)
    district.do("record_control", district.safety, number, interim_control="增设护栏")
    assert district.find(number).interim_control == "增设护栏"
    assert list_held_posts(district.safety, district.at)
