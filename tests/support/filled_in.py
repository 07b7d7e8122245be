"""What the reference calls by name, as the services take it."""

from __future__ import annotations

import uuid
from copy import deepcopy
from datetime import timedelta
from typing import Any

from core.clock import today
from hazards.models import Upload
from organizations.models import User
from tests.reference.case import Case
from tests.reference.step import Ask
from tests.support.both_worlds import BothWorlds

PHOTO_FIELDS = {
    "fix_on_spot": "after_photos", "submit": "photos", "report_progress": "photos", "record_service": "photos",
    "pass_verification": "photos", "schedule": "photos", "eliminate": "photos", "reopen": "photos",
    "record_double_report": "photos", "record_appraisal": "photos", "add_evidence": "photos", "record_control": "photos",
    "suspend": "photos",
}  # fmt: skip
TEXTS: dict[str, dict[str, Any]] = {
    "return_for_supplement": {"missing": "请补"},
    "supplement": {"supplement": "已补"},
    "reject": {"reason": "no_hazard", "basis": "已核实"},
    "appeal": {"reason": "新情况"},
    "escalate": {"reason": "超出能力"},
    "self_handle": {"measures": "更换", "interim_control": "警戒"},
    "fix_on_spot": {"acted_first": True},
    "assign": {"requirements": "加固"},
    "notify": {"requirements": "请办理", "letter": "函1号", "control": "警戒"},
    "refer": {"reason": "请交办", "control": "警戒"},
    "assign_referred": {"requirements": "限期整改"},
    "claim": {"requirements": "加固"},
    "send_back_referral": {"ruling": "属学校"},
    "sign": {"interim_control": "警戒"},
    "record_service": {"receiver": "收发室"},
    "transfer": {"reason": "改由", "requirements": "加固"},
    "request_return": {"reason": "非本单位"},
    "rule_return": {"reason": "已核"},
    "finish_part": {"result": "已办"},
    "return_part": {"defects": "补齐"},
    "save_plan": {
        "goal": "消除", "responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁", "contingency": "戊",
        "amount": 100, "funding_source": "公用经费",
    },
    "return_plan": {"comment": "改"},
    "request_support": {"reason": "钱", "amount": 10},
    "answer_support": {"answer": "同意"},
    "change_parties": {"reason": "调整"},
    "schedule": {"reason": "budget", "note": "跨年", "control": "封闭"},
    "report_progress": {"percent": 100, "progress": "好"},
    "submit": {
        "report": "已换", "cost": 1, "responsibility": "甲", "measures": "乙", "funding": "丙", "deadline": "丁",
        "contingency": "戊", "contact": "某人 0000",
    },
    "eliminate": {"decision": "会议", "arrangement": "分流"},
    "arrange_visit": {"visitors": "两人"},
    "return_submission": {"defects": "不清"},
    "fail_verification": {"failed_points": "松动"},
    "pass_verification": {"opinion": "合格"},
    "return_closure": {"doubt": "存疑"},
    "look_back": {"result": "holds", "findings": "好"},
    "reopen": {"findings": "又松"},
    "merge": {"reason": "同一处"},
    "unmerge": {"reason": "不是同一处"},
    "void": {"reason": "重复"},
    "withdraw": {"reason": "点错"},
    "amend": {"reason": "核对"},
    "record_control": {"interim_control": "停用"},
    "add_evidence": {"stage": "document"},
    "instruct": {"instruction": "抓紧"},
    "reply_instruction": {"reply": "已办"},
    "regrade": {"reason": "依据"},
    "record_double_report": {"receiver": "应急局"},
    "record_appraisal": {"body": "鉴定所", "report_number": "1", "control": "封停"},
    "decline_countersign": {"note": "不同意"},
    "seal": {"reason": "事故"},
    "grant_reading": {"reason": "调查"},
    "request_extension": {"reason_kind": "works", "reason": "雨天停工", "control": "警戒"},
    "rule_extension": {"opinion": "已核"},
    "set_limit": {"reason": "另定"},
    "suspend": {"reason": "有危险", "guard": "专人值守"},
    "prove_guard": {"note": "封条完好"},
    "request_resume": {"basis": "已合格"},
    "rule_resume": {"opinion": "已核"},
    "end_use": {"decision": "已报废"},
    "remind": {"message": "请抓紧"},
    "propose_measure": {"content": "整改不力"},
    "decide_measure": {"opinion": "已阅"},
    "record_interview": {
        "held_time": "09:30", "place": "教育局", "host": "某局长", "people": "某校长", "minutes": "限期整改", "promises": "按期完成",
    },
    "reply_measure": {"reply": "已整改"},
    "withdraw_measure": {"reason": "有误"},
    "propose_listing": {"reason": "重点难点"},
    "decide_listing": {"opinion": "已核"},
    "visit_supervision": {"people": "两人", "findings": "正在施工"},
    "delist": {"opinion": "治理到位"},
}  # fmt: skip
# The field by which one says which row is meant; of an assignment it is `part`.
ROWS = {
    "reply_instruction": "instruction", **dict.fromkeys(["prove_guard", "request_resume", "rule_resume", "end_use"], "suspension"),
    **dict.fromkeys(["decide_measure", "record_interview", "reply_measure", "withdraw_measure"], "measure"),
}  # fmt: skip
PEOPLE = {"leader", "handler", "second", "reader"}
UNITS = {"lead", "verifier", "to", "unit"}


class FilledIn(BothWorlds):
    def real(self, ask: Ask, case: Case, who: User | None, row: int | None) -> dict[str, Any]:
        """What the reference calls by name, as the service takes it."""
        data: dict[str, Any] = dict(TEXTS.get(ask.action, {}))
        for name, value in ask.data.items():
            if name in ("row", "photos", "second_name", "master", "wants_reply", "is_wrong"):
                continue
            if name in PEOPLE:
                data[name] = self.d.people[value].pk
            elif name in UNITS and value in self.d.units:
                data[name] = self.d.units[value].pk
            elif name in ("co_units", "add"):
                data[name], data["co_task"] = [self.d.units[one].pk for one in value], "配合"
            elif name == "until":
                data["limit_on" if ask.action == "set_limit" else "until_on"] = value
            elif name == "clause":
                data[name] = self.clause.pk if value and self.clause else None
            else:
                data[name] = value
        if row is not None:
            data[ROWS.get(ask.action, "part")] = row
        if ask.data.get("master") is not None:
            data["master"] = self.numbers[ask.data["master"]]
        self._add_photos(ask, case, who, data)
        self._add_days(ask, data)
        return data

    def _add_photos(self, ask: Ask, case: Case, who: User | None, data: dict[str, Any]) -> None:
        field = PHOTO_FIELDS.get(ask.action)
        if who is None or not field or not ask.data.get("photos", True):
            return
        data[field] = [str(self.photo(who).pk)]
        if ask.action == "record_appraisal":
            data["control_photos"] = [str(self.photo(who).pk)]
        if ask.data.get("second_name"):
            data |= {"second_name": "某专家", "second_phone": "00000000", "signed_sheet": [str(self.photo(who).pk)]}

    def _add_days(self, ask: Ask, data: dict[str, Any]) -> None:
        on = today(self.d.at)
        match ask.action:
            case "decide_measure" if ask.data.get("wants_reply"):
                data["reply_on"] = on + timedelta(5)
            case "delist" if ask.data.get("is_wrong"):
                data["wrong_because"] = "挂牌有误"
            case "record_interview":
                data["held_on"] = on
            case "visit_supervision":
                data["visited_on"] = on
            case "arrange_visit":
                data["visit_on"] = on + timedelta(1)
            case "record_double_report":
                data["reported_on"] = on
            case "record_appraisal":
                data["appraised_on"] = on
            case "grant_reading":
                data["until_on"] = on + timedelta(30)
            case "amend":
                data["place"] = f"部位{len(self.told)}"
            case "save_plan":
                data["milestones"] = f"{on.isoformat()} 完成"
            case "schedule":
                until_on = on + timedelta(400)
                data |= {"year": until_on.year, "until_on": until_on, "milestones": f"{until_on.isoformat()} 完成"}

    def photo(self, who: User) -> Upload:
        """Another row of the one stored picture."""
        photo = deepcopy(self._photo)
        photo.pk, photo.uploader, photo.uploaded_at = uuid.uuid4(), who, self.d.at
        photo.stored_as = f"played/{photo.pk.hex}.jpg"
        photo.save(force_insert=True)
        return photo
