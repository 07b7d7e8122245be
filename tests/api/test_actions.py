"""Every action through its own address: it works for the right one, and each refusal has its status and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from api.openapi import ON_HAZARD
from core.cached_rows import clear_all
from core.models import AuditEntry
from hazards.actions import ACTIONS, Party
from hazards.inputs import Ask, fields_for
from hazards.models import BureauRules, Evidence, HazardEvent
from tests.api.caller import Caller
from tests.support import listed, measured, outside
from tests.support.district import District
from tests.support.policies import second_policy

Fields = dict[str, Any]


@dataclass(frozen=True)
class Example:
    state: str
    who: str
    # Somebody who sees the hazard and may not do it.
    wrong: str
    fields: Callable[[District], Fields]
    to: str | None = None
    prepare: Callable[[District, str], object] | None = None
    # Where no `District.reach` leads to it.
    reach: Callable[[District], str] | None = None
    # What is written where it waits for a second person.
    event: str = ""


def people(d: District) -> Fields:
    return {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "已拉警戒线"}


def photo(d: District, who: str) -> list[str]:
    return [str(d.photo(d.people[who]).pk)]


def submission(d: District) -> Fields:
    return {
        "report": "已更换栏杆", "photos": photo(d, "principal"), "cost": 300, "responsibility": "校长负责",
        "measures": "更换", "funding": "公用经费", "deadline": "本月", "contingency": "警戒",
    }  # fmt: skip


def self_handled(d: District, number: str) -> None:
    d.do("self_handle", d.safety, number, measures="更换螺丝", **people(d))
    d.submit(number)


def with_evidence(d: District, number: str) -> None:
    d.do("add_evidence", d.teacher, number, stage="before", photos=photo(d, "teacher"))


def with_part(d: District, number: str) -> None:
    d.do("change_parties", d.office, number, reason="需配合", add=[d.units["sibling"].pk], co_task="腾场地")


def with_signed_part(d: District, number: str) -> None:
    with_part(d, number)
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)


def with_done_part(d: District, number: str) -> None:
    with_signed_part(d, number)
    d.do("finish_part", d.sibling_safety, number, result="已腾")


def with_plan(d: District, number: str) -> None:
    """So dear that it is reviewed at every level."""
    BureauRules.objects.create(bureau=d.units["edu"], plan_review_above=100)
    clear_all()
    d.do("save_plan", d.safety, number, **d.plan_facts(milestones="2026-12-01 完工"))


def with_sent_plan(d: District, number: str) -> None:
    with_plan(d, number)
    d.do("submit_plan", d.safety, number)


def with_request(d: District, number: str) -> None:
    d.do("request_support", d.safety, number, kind="project", reason="须立项")


def years(d: District) -> Fields:
    return {
        "reason": "works", "note": "分两年", "year": 2027, "until_on": "2028-08-31", "milestones": "2027-03-31 招标",
        "control": "停用", "photos": photo(d, "leader"),
    }  # fmt: skip


def appraisal(d: District) -> Fields:
    return {
        "grade": "B", "body": "测试鉴定公司", "report_number": "1号", "appraised_on": "2026-11-20", "photos": photo(d, "safety"),
    }  # fmt: skip


def elimination(d: District) -> Fields:
    return {"closure_type": "demolished", "decision": "9号", "arrangement": "已转班", "photos": photo(d, "leader")}


def letter(d: District) -> Fields:
    return {"lead": d.units["fire"].pk, "requirements": "清理占用", "letter": "函〔2026〕12 号", "control": "值守"}


def asked_return(d: District, number: str) -> None:
    d.do("request_return", d.fire, number, reason="属城管")


def with_paper(d: District) -> str:
    number = d.report(d.fire, domain="02", paper_name="责令限期改正通知书", paper_limit_on="2026-12-10")
    d.do("file", d.office, number, level="general", domain="02", competence="school")
    return number


def double_report(d: District) -> Fields:
    return {"to": "staff", "receiver": "教职工大会", "reported_on": "2026-11-23", "photos": photo(d, "safety")}


def merged(d: District) -> str:
    master, other = d.reach("filed"), d.reach("filed")
    d.do("merge", d.office, other, master=master, reason="同一处")
    return other


def citys_notice(d: District) -> Fields:
    return {
        "what": "notice", "authority": "city", "lister_name": "市政府", "number": "政〔2026〕1号", "term_on": "2027-05-31",
        "photos": photo(d, "office"),
    }  # fmt: skip


def instructed(d: District, number: str) -> None:
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="请报进展")


def proposed(d: District, number: str) -> None:
    d.do("void", d.director, number, reason="重复录入")


def more_time(d: District) -> Fields:
    return {"until_on": "2026-12-12", "reason_kind": "procurement", "reason": "须招标", "control": "封闭走廊"}


def with_extension(d: District, number: str) -> None:
    d.do("request_extension", d.safety, number, **more_time(d))


def stop(d: District) -> Fields:
    return {
        "kind": "room",
        "scope": "二楼走廊",
        "reason": "栏杆松动",
        "guard": "保安值守",
        "photos": photo(d, "safety"),
    }


def stopped(d: District, number: str) -> None:
    d.do("suspend", d.safety, number, **stop(d))


def stopped_and_verified(d: District) -> str:
    number = d.reach("rectifying")
    d.do("suspend", d.office, number, **{**stop(d), "photos": photo(d, "office")})
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    return number


EXAMPLES: dict[str, Example] = {
    "file": Example("reported", "safety", "teacher", lambda d: {"level": "general", "domain": "04", "competence": "school"}, "filed"),
    "self_handle": Example("reported", "safety", "teacher", lambda d: {**people(d), "measures": "更换"}, "rectifying"),
    "return_for_supplement": Example("reported", "safety", "teacher", lambda d: {"missing": "请补照片"}, "returned"),
    "supplement": Example("returned", "teacher", "central", lambda d: {"supplement": "在二楼东侧"}, "reported"),
    "escalate": Example("reported", "safety", "teacher", lambda d: {"reason": "本校无力整改"}),
    "reject": Example("reported", "safety", "teacher", lambda d: {"reason": "no_hazard", "basis": "已核实"}, "rejected"),
    "fix_on_spot": Example("reported", "teacher", "central", lambda d: {"after_photos": photo(d, "teacher"), "acted_first": True}, "submitted"),
    "assign": Example("filed", "office", "principal", lambda d: {"lead": d.units["school"].pk, "requirements": "加固"}, "assigned"),
    "sign": Example("assigned", "safety", "office", people, "rectifying"),
    "submit": Example("rectifying", "principal", "office", submission, "submitted"),
    "report_progress": Example("rectifying", "safety", "office", lambda d: {"percent": 50, "progress": "已拆旧栏杆"}),
    "confirm_and_close": Example("reported", "principal", "central", lambda d: {}, "closed", self_handled),
    "pass_verification": Example("submitted", "office", "principal", lambda d: {"opinion": "合格"}, "verified"),
    "fail_verification": Example("submitted", "office", "principal", lambda d: {"failed_points": "仍松动"}, "rectifying"),
    "return_submission": Example("submitted", "office", "principal", lambda d: {"defects": "照片不清"}, "rectifying"),
    "close": Example("verified", "office", "principal", lambda d: {"closure_type": "rectified"}, "closed"),
    "return_closure": Example("verified", "office", "principal", lambda d: {"doubt": "照片不符"}, "submitted"),
    "record_control": Example("reported", "safety", "teacher", lambda d: {"interim_control": "停用教室"}),
    "add_evidence": Example("reported", "safety", "central", lambda d: {"stage": "before", "photos": photo(d, "safety")}),
    "withdraw_evidence": Example(
        "reported", "teacher", "central", lambda d: {"evidence": Evidence.objects.get().pk, "reason": "传错了"}, None, with_evidence
    ),
    "amend": Example("reported", "safety", "central", lambda d: {"reason": "笔误", "place": "教学楼三楼"}),
    "withdraw": Example("assigned", "office", "principal", lambda d: {"reason": "单位选错"}, "filed"),
    "change_parties": Example(
        "rectifying", "office", "central",
        lambda d: {"reason": "需配合", "add": [d.units["sibling"].pk], "co_task": "腾场地"},
    ),
    "sign_part": Example("rectifying", "sibling_safety", "safety", lambda d: {"handler": d.sibling_safety.pk}, None, with_part),
    "finish_part": Example("rectifying", "sibling_safety", "safety", lambda d: {"result": "已腾"}, None, with_signed_part),
    "confirm_part": Example("rectifying", "safety", "sibling_safety", lambda d: {"opinion": "属实"}, None, with_done_part),
    "return_part": Example("rectifying", "safety", "sibling_safety", lambda d: {"defects": "没腾完"}, None, with_done_part),
    "save_plan": Example("rectifying", "safety", "office", lambda d: d.plan_facts(milestones="2026-12-01 完工")),
    "submit_plan": Example("rectifying", "safety", "office", lambda d: {"note": "请审"}, None, with_plan),
    "return_plan": Example("rectifying", "director", "safety", lambda d: {"comment": "补预案"}, None, with_sent_plan),
    "approve_plan": Example("rectifying", "director", "safety", lambda d: {"comment": "同意"}, None, with_sent_plan),
    "request_support": Example("rectifying", "safety", "office", lambda d: {"kind": "project", "reason": "须立项"}),
    "answer_support": Example(
        "rectifying", "office", "safety", lambda d: {"ruling": "grant", "answer": "已立项"}, None, with_request
    ),
    "schedule": Example("rectifying", "leader", "office", years),
    "record_appraisal": Example("rectifying", "safety", "central", appraisal),
    "eliminate": Example("rectifying", "leader", "office", elimination, "verified"),
    "notify": Example("filed", "office", "safety", letter, "assigned", reach=outside.filed),
    "refer": Example(
        "filed", "office", "safety", lambda d: {"to": d.units["gov"].pk, "reason": "须县里协调", "control": "值守"},
        reach=outside.filed, event="hazard.countersign_requested",
    ),
    "assign_referred": Example(
        "referred", "coordinator", "office", lambda d: {"lead": d.units["fire"].pk, "requirements": "清理"}, "assigned",
        reach=outside.referred,
    ),
    "claim": Example("referred", "fire", "office", lambda d: {"requirements": "由我队办理"}, "assigned", reach=outside.referred),
    "send_back_referral": Example(
        "referred", "coordinator", "office", lambda d: {"ruling": "归学校", "competence": "school"}, "filed",
        reach=outside.referred,
    ),
    "record_service": Example(
        "assigned", "coordinator", "office", lambda d: {"receiver": "门卫", "photos": photo(d, "coordinator")}, "rectifying",
        reach=outside.ordered,
    ),
    "transfer": Example(
        "assigned", "coordinator", "office",
        lambda d: {"lead": d.units["town"].pk, "reason": "属乡镇", "requirements": "清理"}, reach=outside.ordered,
    ),
    "request_return": Example(
        "assigned", "fire", "coordinator", lambda d: {"reason": "属城管"}, reach=outside.ordered,
    ),
    "rule_return": Example(
        "assigned", "coordinator", "fire", lambda d: {"ruling": "keep", "reason": "属消防"}, None, asked_return,
        reach=outside.ordered,
    ),
    "move_paper_limit": Example(
        "filed", "fire", "office", lambda d: {"limit_on": "2026-12-20", "reason": "材料未到"}, reach=with_paper,
    ),
    "void": Example("filed", "director", "principal", lambda d: {"reason": "重复录入"}, "voided"),
    "regrade": Example("filed", "office", "safety", lambda d: {"level": "significant", "reason": "范围扩大"}),
    "record_double_report": Example("filed", "safety", "central", double_report, reach=lambda d: d.filed_major()),
    "appeal": Example("rejected", "teacher", "safety", lambda d: {"reason": "确有松动"}, "reported"),
    "merge": Example("reported", "safety", "central", lambda d: {"master": d.report(), "reason": "同一处"}, "merged"),
    "unmerge": Example(
        "merged", "office", "safety", lambda d: {"reason": "不是同一处"}, reach=merged, event="hazard.countersign_requested"
    ),
    "reopen": Example(
        "closed", "office", "principal", lambda d: {"cause": "rebound", "findings": "又松了", "photos": photo(d, "office")}, "rectifying"
    ),
    "look_back": Example("closed", "office", "principal", lambda d: {"result": "holds", "findings": "牢固"}),
    "instruct": Example("rectifying", "leader", "office", lambda d: {"to": d.units["school"].pk, "instruction": "每日报"}),
    "reply_instruction": Example("rectifying", "safety", "office", lambda d: {"reply": "已办"}, None, instructed),
    "seal": Example("closed", "director", "office", lambda d: {"reason": "发生事故"}),
    "grant_reading": Example(
        "rectifying", "director", "office", lambda d: {"reader": d.investigator.pk, "until_on": "2026-12-01", "reason": "调阅"}
    ),
    "arrange_visit": Example("submitted", "office", "principal", lambda d: {"visit_on": "2026-11-25", "visitors": "两人"}),
    "request_extension": Example("rectifying", "safety", "office", more_time),
    "withdraw_extension": Example("rectifying", "safety", "office", lambda d: {"reason": "填错"}, None, with_extension),
    "rule_extension": Example(
        "rectifying", "director", "safety", lambda d: {"ruling": "grant", "opinion": "同意"}, None, with_extension
    ),
    "set_limit": Example("rectifying", "office", "safety", lambda d: {"limit_on": "2026-12-31", "reason": "增加内容"}),
    "adopt_policy": Example(
        "rectifying", "director", "office", lambda d: {"policy": second_policy(d), "reason": "按新规则办理"}
    ),
    "propose_listing": Example("rectifying", "office", "safety", lambda d: {"trigger": "L-4", "reason": "推进会明确"}),
    "decide_listing": Example("rectifying", "leader", "office", lambda d: {"ruling": "list"}, reach=listed.proposed),
    "record_listing": Example("rectifying", "office", "safety", citys_notice),
    "visit_supervision": Example(
        "rectifying", "office", "safety",
        lambda d: {"visited_on": "2026-11-23", "people": "两人", "findings": "已进场"}, reach=listed.listed,
    ),
    "delist": Example("verified", "leader", "office", lambda d: {"opinion": "同意摘牌"}, reach=listed.accepted),
    "suspend": Example("rectifying", "safety", "central", stop),
    "prove_guard": Example("rectifying", "safety", "office", lambda d: {"note": "封条完好"}, None, stopped),
    "request_resume": Example("verified", "principal", "office", lambda d: {"basis": "复查合格"}, reach=stopped_and_verified),
    "rule_resume": Example(
        "verified", "director", "principal", lambda d: {"ruling": "grant", "opinion": "同意"}, reach=stopped_and_verified
    ),
    "end_use": Example("rectifying", "leader", "office", lambda d: {"decision": "纪要9号：拆除"}, None, stopped),
    "confirm_countersign": Example("assigned", "leader", "safety", lambda d: {"note": "同意"}, "voided", proposed, event="hazard.voided"),
    "remind": Example("rectifying", "office", "safety", lambda d: {"to": d.units["school"].pk, "message": "请抓紧"}),
    "propose_measure": Example(
        "rectifying", "office", "safety",
        lambda d: {"kind": "bulletin", "to": d.units["school"].pk, "cause": "多次催办不动", "content": "三次催办未回应"},
    ),
    "decide_measure": Example(
        "rectifying", "leader", "office", lambda d: {"ruling": "issue"}, reach=measured.proposed,
    ),
    "record_interview": Example(
        "rectifying", "office", "principal", measured.minutes, reach=lambda d: measured.proposed_and_issued(d, "interview"),
    ),
    "reply_measure": Example("rectifying", "principal", "office", lambda d: {"reply": "已整改"}, reach=measured.asked),
    "withdraw_measure": Example(
        "rectifying", "leader", "office", lambda d: {"reason": "误发"}, reach=measured.proposed_and_issued,
    ),
    "decline_countersign": Example("assigned", "leader", "safety", lambda d: {"note": "不是重复"}, None, proposed),
}  # fmt: skip


def refused(answer: Any, status: int) -> Any:
    body = answer.json()
    assert answer.status_code == status, body
    assert set(body) == {"code", "message", "fields"}
    assert body["message"]
    assert answer["Cache-Control"] == "no-store"
    return body


def test_every_action_has_its_example() -> None:
    assert set(EXAMPLES) == {action.name for action in ON_HAZARD if action.party is not Party.CLOCK}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_action_by_api(name: str, district: District, caller: Caller) -> None:
    example, action = EXAMPLES[name], ACTIONS[name]
    number = example.reach(district) if example.reach else district.reach(example.state)
    if example.prepare:
        example.prepare(district, number)
    who, fields = district.people[example.who], example.fields(district)
    log = HazardEvent.objects.filter(hazard=district.find(number))
    before = log.count()

    refused(caller.act(district.outsider, number, name, **fields), 404)
    denied = refused(caller.act(district.people[example.wrong], number, name, **fields), 403)
    assert "办理" in denied["message"]
    stale = refused(caller.act(who, number, name, **fields, version=0), 409)
    assert (stale["code"], "已于" in stale["message"]) == ("stale", True)
    if action.moves_version:
        assert "version" in refused(caller.act(who, number, name, **fields, version=None), 422)["fields"]
    ask = Ask(actor=who, hazard=district.find(number), at=district.at)
    needed = {field.name for field in fields_for(action.data, ask) if field.required}
    if needed:
        assert set(refused(caller.act(who, number, name), 422)["fields"]) == needed
    assert set(refused(caller.act(who, number, name, **fields, colour="red"), 422)["fields"]) == {"colour"}
    assert log.count() == before
    assert AuditEntry.objects.filter(kind="denial").count() == 2

    answer = caller.act(who, number, name, **fields)
    assert answer.status_code == 200, answer.json()
    done = answer.json()
    hazard = district.find(number)
    assert (done["event"], done["state"], done["version"]) == (
        example.event or action.event,
        hazard.state,
        hazard.version,
    )
    assert hazard.state == (example.to or example.state)
    assert log.count() == before + 1


# What a closed case is for.
OF_THE_CLOSED = {"reopen", "look_back", "seal", "grant_reading", "withdraw_measure"}


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - OF_THE_CLOSED))
def test_a_closed_hazard_takes_no_other_action(name: str, district: District, caller: Caller) -> None:
    number = district.reach("closed")
    body = refused(caller.act(district.office, number, name), 409)
    assert body["code"] == "wrong_state"
    assert "县教育局安全办经办测试office" in body["message"]
    assert "已销号" in body["message"]


def test_who_comes_too_late_is_told_who_acts_next(district: District, caller: Caller) -> None:
    number = district.reach("assigned")
    body = refused(caller.act(district.office, number, "file", level="general"), 409)
    for words in ("“交办”", "待签收", "下一步由第一小学安全员办理"):
        assert words in body["message"]


def test_a_403_names_the_post_that_may(district: District, caller: Caller) -> None:
    number = district.reach("assigned")
    body = refused(caller.act(district.office, number, "sign", **people(district)), 403)
    assert "第一小学安全员" in body["message"]


def test_report_on_the_spot_makes_a_hazard(district: District, caller: Caller) -> None:
    answer = caller.report(action="fix_on_spot", acted_first=True, after_photos=photo(district, "teacher"))
    assert answer.status_code == 201
    assert answer.json()["state"] == "submitted"


def test_a_new_hazard_names_every_missing_and_unknown_field(district: District, caller: Caller) -> None:
    body = refused(caller.post(district.teacher, "/hazards/", {"colour": "red"}), 422)
    assert set(body["fields"]) == {"unit", "place", "domain", "description", "colour"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"action": "close"}, "action"),
        ({"action": ["report"]}, "action"),
        ({"acting_post": "x"}, "acting_post"),
        ({"acting_post": True}, "acting_post"),
        ({"occurred_on": "yesterday"}, "occurred_on"),
        ({"occurred_on": 5}, "occurred_on"),
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"late_reason": ["x"]}, "late_reason"),
        ({"occurred_on": "2026-11-01"}, "late_reason"),
        ({"occurred_on": "2026-11-01", "late_reason": "长" * 201}, "late_reason"),
        ({"unit": 10**30}, "unit"),
        ({"unit": {"id": 1}}, "unit"),
        ({"domain": ["04"]}, "domain"),
        ({"channel": ["normal"]}, "channel"),
        ({"channel": {"a": 1}}, "channel"),
        ({"place": 7}, "place"),
        ({"description": "长" * 501}, "description"),
        ({"photos": "no-uuid"}, "photos"),
        ({"photos": {"a": 1}}, "photos"),
        ({"photos": [[]]}, "photos"),
        ({"suspected_major": "maybe"}, "suspected_major"),
    ],
)
def test_a_wrong_value_is_named(fields: Fields, named: str, district: District, caller: Caller) -> None:
    body = refused(caller.report(**fields), 422)
    assert set(body["fields"]) == {named}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_limit_out_of_all_bounds_is_refused_or_taken_never_an_error(
    day: str, district: District, caller: Caller
) -> None:
    number = district.reach("filed")
    answer = caller.act(
        district.office, number, "assign", lead=district.units["school"].pk, requirements="加固", limit_on=day
    )
    refused(answer, 422)


def test_one_with_two_posts_says_which(district: District, caller: Caller) -> None:
    from organizations.kinds import PostKind
    from tests.support.district import give_post

    give_post(district.teacher, district.units["school"], PostKind.SAFETY)
    body = refused(caller.report(), 422)
    assert set(body["fields"]) == {"acting_post"}
    post = district.teacher.holdings.get(post__kind="safety").post
    assert caller.report(acting_post=post.pk).status_code == 201


def test_an_administrator_reports_nothing(district: District, caller: Caller) -> None:
    from tests.support.district import make_person

    admin = make_person("sysadmin", None, admin_role="system")
    refused(caller.report(admin), 403)
    assert caller.get(admin, "/hazards/").json() == {"results": [], "next": None}
