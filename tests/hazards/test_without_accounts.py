"""A department that has no accounts: its to-dos lie with who ordered it, who enters what it did on paper (代录)."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Invalid, NotAllowed
from hazards.models import Assignment, HazardEvent
from hazards.selectors import access_hazard, list_recordable_actions
from organizations.kinds import PostKind
from organizations.models import Post
from organizations.services import appoint
from tests.support import outside as o
from tests.support.district import LONG_AGO, District, make_person
from tests.support.trials import assert_owed, moment
from workflows.models import HazardTask, SideTask


def test_its_whole_life(district: District, clock: Any) -> None:
    d = district
    number = o.notified(d, "transport")
    assert_owed(d.find(number), "县教育局安全办经办", "2026-12-01 00:00")
    clock.set(moment("2026-12-01 00:00"))
    o.by_time(d, "lapse_notice", number)
    o.refer(d, number, "transport")
    o.order(d, number, "transport")
    assert_owed(d.find(number), "县安委办县级协调员")
    o.record(d, "sign", d.coordinator, number, handler_name="王某 0000-0000002", interim_control="学校值守")
    assert_owed(d.find(number), "县安委办县级协调员")
    o.record(d, "submit", d.coordinator, number, report="已施划标线", contact="王某 0000-0000002")
    assert_owed(d.find(number), "第一小学安全员")
    d.do("fail_verification", d.safety, number, failed_points="标线不清")
    o.record(d, "submit", d.coordinator, number, report="已重新施划", contact="王某 0000-0000002")
    d.do("pass_verification", d.safety, number, opinion="已解决")
    d.do("close", d.office, number, closure_type="handed_over")
    assert d.find(number).state == "closed"


def test_the_event_names_both_people(district: District) -> None:
    d = district
    number = o.ordered(d, "transport")
    o.record(d, "sign", d.coordinator, number, handler_name="王某", interim_control="值守")
    event = HazardEvent.objects.get(action="sign")
    assert (event.actor, event.post_label) == (d.coordinator, "县安委办县级协调员")
    behalf = event.data["on_behalf"]
    assert (behalf["name"], behalf["unit"], behalf["how"], behalf["n_scans"]) == (
        "交通运输局 王某", "交通运输局", "letter", 1,
    )  # fmt: skip
    hazard = d.find(number)
    assert d.coordinator.pk not in hazard.rectifiers, "who types did not do the work"
    assert hazard.evidence.get().stage == "document"


@pytest.mark.parametrize("how", ["record_service", "deem_received", "sign"])
def test_ways_to_be_received(district: District, clock: Any, how: str) -> None:
    d = district
    number = o.ordered(d, "transport")
    if how == "record_service":
        d.do("record_service", d.coordinator, number, receiver="收发室", photos=o.scans(d, d.coordinator))
    elif how == "deem_received":
        clock.set(moment("2026-11-24 17:30"))
        o.by_time(d, "deem_received", number)
    else:
        o.record(d, "sign", d.coordinator, number, handler_name="王某", interim_control="值守")
    assert_owed(d.find(number), "县安委办县级协调员", "2026-12-09 00:00")
    o.record(d, "submit", d.coordinator, number, report="已办", contact="王某")
    assert_owed(d.find(number), "第一小学安全员")


def test_nobody_signs_for_it_in_his_own_name(district: District) -> None:
    d = district
    number = o.ordered(d, "transport")
    for who in (d.coordinator, d.office):
        with pytest.raises(NotAllowed, match="交通运输局（未开通账号，由县安委办县级协调员代录）"):
            d.do("sign", who, number, handler_name="王某", interim_control="值守")


def test_who_may_enter_it(district: District) -> None:
    """Who ordered or asked; not the school, nor the bureau where the county ordered."""
    d = district
    facts = {"handler_name": "王某", "interim_control": "值守"}
    letter, order = o.notified(d, "transport"), o.ordered(d, "transport")
    for who in (d.safety, d.leader):
        with pytest.raises(NotAllowed, match="代录由"):
            o.record(d, "sign", who, letter, **facts)
    with pytest.raises(NotAllowed, match="代录由"):
        o.record(d, "sign", d.office, order, **facts)
    o.record(d, "sign", d.office, letter, **facts)
    o.record(d, "sign", d.coordinator, order, **facts)


def test_a_letter_is_scanned_a_call_is_told(district: District) -> None:
    d = district
    number = o.ordered(d, "transport")
    facts = {"handler_name": "王某", "interim_control": "值守"}
    call = {"name": "王某", "how": "call", "note": "11月23日 10:00 来电"}
    with pytest.raises(Invalid):
        o.record(d, "sign", d.coordinator, number, _on_behalf={**call, "how": "letter"}, **facts)
    o.record(d, "sign", d.coordinator, number, _on_behalf=call, **facts)


def test_nobody_judges_what_he_entered_for_his_own_unit(district: District) -> None:
    d = district
    number = o.signed(d, "transport")
    o.record(d, "submit", d.coordinator, number, report="已办", contact="王某")
    with pytest.raises(NotAllowed):
        o.record(d, "pass_verification", d.coordinator, number, opinion="好")


def test_every_act_of_the_unit_is_entered(district: District) -> None:
    d = district
    claimed = o.referred(d, "transport")
    o.record(d, "claim", d.coordinator, claimed, requirements="由我局办理")
    hazard = d.find(claimed)
    assert (hazard.state, hazard.lead_assignment.unit) == ("assigned", d.units["transport"])
    o.record(d, "request_return", d.coordinator, claimed, reason="属公安交警")
    d.do("rule_return", d.coordinator, claimed, ruling="keep", reason="属交通")
    o.record(d, "sign", d.coordinator, claimed, handler_name="王某", interim_control="值守")
    o.record(d, "report_progress", d.coordinator, claimed, percent=30, progress="已勘查")
    assert_owed(d.find(claimed), "县安委办县级协调员")


def test_a_co_unit_without_accounts(district: District) -> None:
    d = district
    number = d.reach("filed")
    facts = {"co_units": [d.units["transport"].pk], "co_task": "施划标线"}
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固", **facts)
    with pytest.raises(NotAllowed, match="交通运输局（未开通账号，由县教育局安全办经办代录）"):
        d.do("sign_part", d.office, number, handler_name="王某")
    part = Assignment.objects.get(unit=d.units["transport"])
    o.record(d, "request_return", d.office, number, part=part.pk, reason="属城管职责")
    told = HazardEvent.objects.get(action="request_return").data["on_behalf"]
    assert (told["unit"], told["post"]) == ("交通运输局", "交通运输局")
    d.do("rule_return", d.office, number, ruling="keep", reason="属交通")
    o.record(d, "sign_part", d.office, number, handler_name="王某")
    part = Assignment.objects.get(unit=d.units["transport"])
    assert (part.state, part.return_state, part.handler_name) == ("signed", "kept", "王某")


def test_a_county_body_without_accounts_rules_on_paper(district: District) -> None:
    """Nobody coordinates by account: the bureau enters the county's order, and all that follows from it."""
    d = district
    d.leave(d.coordinator)
    number = o.filed(d)
    o.refer(d, number, "transport")
    assert_owed(d.find(number), "县教育局安全办经办")
    facts = {"lead": d.units["transport"].pk, "requirements": "限期办理"}
    with pytest.raises(NotAllowed, match="县安委办（未开通账号，由县教育局安全办经办代录）"):
        d.do("assign_referred", d.office, number, **facts)
    o.record(d, "assign_referred", d.office, number, **facts)
    hazard = d.find(number)
    assert (hazard.lead_assignment.issuer_unit, hazard.lead_assignment.kind) == (d.units["gov"], "order")
    assert_owed(hazard, "县教育局安全办经办")
    o.record(d, "request_return", d.office, number, reason="不属于我局")
    o.record(d, "rule_return", d.office, number, ruling="keep", reason="批示维持")
    o.record(d, "sign", d.office, number, handler_name="王某", interim_control="值守")
    o.record(d, "submit", d.office, number, report="已办", contact="王某")
    d.do("pass_verification", d.safety, number, opinion="已解决")


def test_an_account_that_is_opened_takes_its_to_dos(district: District) -> None:
    d = district
    number = o.ordered(d, "transport")
    sent = HazardTask.objects.get(hazard=d.find(number), finished__isnull=True)
    clerk = make_person("transport", d.units["transport"])
    post = Post.objects.get(unit=d.units["transport"], kind=PostKind.CONTACT)
    appoint(actor=None, post=post, user=clerk, from_on=LONG_AGO, at=d.at)
    hazard = d.find(number)
    assert_owed(hazard, "交通运输局联络员")
    assert hazard.due_at == sent.due_at
    d.do("sign", clerk, number, handler=clerk.pk, interim_control="值守")


def test_what_may_be_entered_is_offered(district: District) -> None:
    d = district
    number = o.ordered(d, "transport")
    names = {one.action.name for one in list_recordable_actions(access_hazard(d.coordinator, number, d.at))}
    assert {"sign", "request_return"} <= names
    assert names.isdisjoint({"deem_received", "lapse_notice", "move_unit", "withdraw", "report"})


def test_a_paper_limit_is_moved_by_letter(district: District) -> None:
    d = district
    paper = {"paper_name": "责令限期改正通知书", "paper_limit_on": "2026-12-10"}
    number = d.report(d.fire, domain="02", **paper)
    d.do("file", d.office, number, level="general", domain="02", competence="school")
    d.leave(d.fire)
    o.record(d, "move_paper_limit", d.office, number, limit_on="2026-12-20", reason="来函延期")
    assert d.find(number).paper_limit_on.isoformat() == "2026-12-20"


def test_an_instruction_to_it_is_answered_by_letter(district: District) -> None:
    d = district
    number = o.signed(d, "transport")
    d.do("instruct", d.leader, number, to=d.units["transport"].pk, instruction="请加快")
    assert HazardTask.objects.filter(hazard=d.find(number), finished__isnull=True).count() == 1
    o.record(d, "reply_instruction", d.coordinator, number, reply="本周完成")
    assert d.find(number).instructions.get().state == "replied"


@pytest.mark.parametrize("action", ["transfer", "send_back_referral", "record_service"])
def test_what_the_coordinator_did_on_paper_is_entered(district: District, action: str) -> None:
    d = district
    number = o.referred(d) if action == "send_back_referral" else o.ordered(d)
    by_action: dict[str, dict[str, Any]] = {
        "transfer": {"lead": d.units["town"].pk, "reason": "批示改办", "requirements": "清理"},
        "send_back_referral": {"ruling": "归教育局", "competence": "bureau"},
        "record_service": {"receiver": "收发室", "photos": o.scans(d, d.office)},
    }
    behalf = o.by_letter(d, d.office, "安委办 周某", how="signed_paper")
    o.record(d, action, d.office, number, _on_behalf=behalf, **by_action[action])
    told = HazardEvent.objects.get(action=action).data["on_behalf"]
    assert (told["name"], told["unit"], told["post"]) == ("安委办 周某", "县安委办", "县安委办县级协调员")


def test_a_confidential_matter_goes_to_nobody_outside(district: District) -> None:
    d = district
    number = d.report(domain="08")
    d.do("file", d.bureau_confidant, number, level="general", domain="08", competence="school")
    d.do("assign", d.bureau_confidant, number, lead=d.units["school"].pk, requirements="处置")
    with pytest.raises(Invalid, match="敏感事项不交校外单位"):
        d.do(
            "transfer", d.bureau_confidant, number, lead=d.units["transport"].pk, reason="移交", requirements="处置",
        )  # fmt: skip


def test_a_department_whose_last_person_leaves(district: District) -> None:
    d = district
    ordered, letter, answered = o.ordered(d), o.notified(d), o.answered(d)
    part = d.reach("filed")
    facts = {"co_units": [d.units["fire"].pk], "co_task": "配合"}
    d.do("assign", d.office, part, lead=d.units["school"].pk, requirements="加固", **facts)
    d.leave(d.fire)
    assert_owed(d.find(ordered), "县安委办县级协调员")
    assert_owed(d.find(letter), "县教育局安全办经办")
    assert_owed(d.find(answered), "第一小学安全员")
    assert str(SideTask.objects.get(hazard=d.find(part), finished__isnull=True).post) == "县教育局安全办经办"
    d.do("fail_verification", d.safety, answered, failed_points="仍有占用")
    assert_owed(d.find(answered), "县安委办县级协调员")


def test_a_coordinator_who_leaves_and_one_who_comes(district: District) -> None:
    d = district
    number, asked = o.referred(d), o.ordered(d)
    d.do("request_return", d.fire, asked, reason="属城管")
    d.leave(d.coordinator)
    assert_owed(d.find(number), "县教育局安全办经办")
    returns = SideTask.objects.filter(hazard=d.find(asked), finished__isnull=True)
    assert [str(task.post) for task in returns] == ["县教育局安全办经办"]
    new = make_person("coordinator2", d.units["gov"])
    post = Post.objects.get(unit=d.units["gov"], kind=PostKind.COORDINATOR)
    appoint(actor=None, post=post, user=new, from_on=LONG_AGO, at=d.at)
    assert_owed(d.find(number), "县安委办县级协调员")
    assert [str(task.post) for task in returns.all()] == ["县安委办县级协调员"]
    d.do("rule_return", new, asked, ruling="keep", reason="属消防")


def test_a_plan_ordered_by_a_county_body_that_nobody_staffs_is_the_bureaus_to_review(district: District) -> None:
    d = district
    number = o.referred(d, level="significant")
    d.do("assign_referred", d.coordinator, number, lead=d.units["edu"].pk, requirements="统一改造")
    d.do("sign", d.office, number, leader=d.leader.pk, handler=d.office.pk, interim_control="停用")
    d.do("save_plan", d.office, number, **d.plan_facts())
    d.leave(d.coordinator)
    d.do("submit_plan", d.office, number)
    assert [str(task.post) for task in SideTask.objects.filter(finished__isnull=True)] == ["县教育局安全办主任"]
    d.do("approve_plan", d.director, number)
