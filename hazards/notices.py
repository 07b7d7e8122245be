"""Who hears of which event: one row for each action, or an explicit nobody. docs/messages.md is made from this.

Beside what a row names: whoever's turn begins is always told, and of a small row whoever it waits for; never who did
it; of a confidential matter only who may read it, and its number alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from hazards.inputs import Text
from notifications.kinds import Group
from notifications.urgency import Urgency


class Who(models.TextChoices):
    """Resolved to people in `notice_audience`; a vacant post goes upward."""

    TURN = "turn", _("轮到办理的岗位")
    SIDE = "side", _("事项轮到的岗位（申请、会签、方案、配合、批示等）")
    PREVIOUS = "previous", _("原办理岗位")
    REPORTER = "reporter", _("上报人")
    PEOPLE = "people", _("责任领导和经办人")
    LEAD = "lead", _("牵头单位（预警的连同负责人）")
    PARTS = "parts", _("配合单位")
    CAMPUS = "campus", _("隐患所在学校（预警的连同负责人）")
    ISSUER = "issuer", _("交办单位")
    HANDLING = "handling", _("办理单位")
    VERIFIER = "verifier", _("复查单位")
    OFFICE = "office", _("教育局安全办")
    LEADERS = "leaders", _("教育局分管领导")
    DUTY = "duty", _("带班领导（非工作时间）")
    ASKER = "asker", _("提出申请、会签或批示的人")
    READER = "reader", _("准许查阅的人")
    NAMED = "named", _("措施或催办的对象、签发人")
    RUNG = "rung", _("阶梯规则所列岗位")


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Whom one event is told to. `of_major` is added where the level is 重大, or 疑似重大."""

    who: tuple[Who, ...] = ()
    of_major: tuple[Who, ...] = ()
    urgency: Urgency = Urgency.INFO
    group: Group = Group.TODO
    # Why nobody beside those whose turn begins is told.
    nobody: Text = ""


def _notice(
    *who: Who, urgency: Urgency = Urgency.INFO, group: Group = Group.TODO, major: tuple[Who, ...] = ()
) -> Notice:
    return Notice(who=who, of_major=major, urgency=urgency, group=group)


def _nobody(why: Text, group: Group = Group.TODO) -> Notice:
    return Notice(nobody=why, group=group)


W, WARN = Who, Urgency.WARNING
_ABOVE = (W.LEADERS, W.DUTY)
_CLOCK, _SUPERVISION, _MEASURE = Group.CLOCK, Group.SUPERVISION, Group.MEASURE

NOTICES: Mapping[str, Notice] = {
    "report": _notice(W.TURN, W.CAMPUS, major=_ABOVE),
    "fix_on_spot": _notice(W.TURN),
    "file": _notice(W.TURN, W.REPORTER, major=_ABOVE),
    "self_handle": _notice(W.TURN, W.REPORTER),
    "return_for_supplement": _notice(W.TURN, W.REPORTER),
    "supplement": _notice(W.TURN),
    "escalate": _notice(W.TURN, W.REPORTER),
    "reject": _notice(W.REPORTER, W.PREVIOUS),
    "assign": _notice(W.TURN, W.SIDE, W.CAMPUS, W.REPORTER),
    "sign": _notice(W.TURN, W.ISSUER, W.PEOPLE, W.CAMPUS),
    "submit": _notice(W.TURN, W.CAMPUS, W.ISSUER),
    "report_progress": _notice(W.ISSUER),
    "confirm_and_close": _notice(W.REPORTER, W.PEOPLE),
    "pass_verification": _notice(W.TURN, W.LEAD, W.PEOPLE),
    "fail_verification": _notice(W.TURN, W.LEAD, W.PEOPLE, W.ISSUER, urgency=WARN),
    "return_submission": _notice(W.TURN, W.PEOPLE),
    "close": _notice(W.REPORTER, W.LEAD, W.PEOPLE, W.CAMPUS, W.PARTS, W.VERIFIER),
    "return_closure": _notice(W.TURN, W.LEAD),
    "record_control": _notice(W.TURN, W.HANDLING),
    "add_evidence": _nobody(_("记入时间线，下一步办理时可见")),
    "withdraw_evidence": _nobody(_("记入时间线，下一步办理时可见")),
    "amend": _notice(W.LEAD, W.CAMPUS, W.REPORTER),
    "withdraw": _notice(W.TURN, W.PREVIOUS),
    "void": _notice(W.REPORTER, W.PREVIOUS, W.LEAD, W.PARTS),
    "regrade": _notice(W.TURN, W.LEAD, W.CAMPUS, W.PARTS, major=_ABOVE),
    "record_double_report": _notice(W.HANDLING),
    "notify": _notice(W.TURN, W.CAMPUS),
    "refer": _notice(W.TURN, W.CAMPUS, W.LEADERS),
    "assign_referred": _notice(W.TURN, W.SIDE, W.CAMPUS, W.OFFICE),
    "claim": _notice(W.TURN, W.SIDE, W.CAMPUS, W.OFFICE, W.PREVIOUS),
    "send_back_referral": _notice(W.TURN, W.CAMPUS),
    "lapse_notice": _notice(W.TURN, W.RUNG),
    "record_service": _notice(W.TURN, W.LEAD),
    "deem_received": _notice(W.TURN, W.ISSUER, W.RUNG),
    "transfer": _notice(W.TURN, W.PREVIOUS, W.SIDE, W.CAMPUS, W.PARTS),
    "request_return": _notice(W.SIDE),
    "rule_return": _notice(W.TURN, W.PREVIOUS, W.SIDE, W.LEAD),
    "change_parties": _notice(W.TURN, W.SIDE, W.LEAD, W.PEOPLE, W.PARTS, W.VERIFIER),
    "move_paper_limit": _notice(W.LEAD, W.PEOPLE),
    "move_unit": _notice(W.TURN, W.CAMPUS),
    "pass_on": _notice(W.PEOPLE),
    "sign_part": _notice(W.LEAD),
    "finish_part": _notice(W.SIDE),
    "confirm_part": _notice(W.PARTS),
    "return_part": _notice(W.SIDE, W.PARTS),
    "save_plan": _nobody(_("尚未报审，报审时再告知")),
    "submit_plan": _notice(W.SIDE),
    "return_plan": _notice(W.SIDE, W.LEAD, W.PEOPLE),
    "approve_plan": _notice(W.LEAD, W.PEOPLE, W.CAMPUS),
    "request_support": _notice(W.SIDE),
    "answer_support": _notice(W.LEAD, W.PEOPLE),
    "schedule": _notice(W.LEAD, W.PEOPLE, W.CAMPUS),
    "record_appraisal": _notice(W.OFFICE, W.CAMPUS),
    "eliminate": _notice(W.TURN, W.LEAD, W.PEOPLE, W.CAMPUS, W.PARTS, W.PREVIOUS),
    "arrange_visit": _notice(W.LEAD, W.PEOPLE, W.CAMPUS),
    "appeal": _notice(W.TURN),
    "merge": _notice(W.REPORTER, W.PREVIOUS, W.PARTS),
    "unmerge": _notice(W.TURN, W.REPORTER),
    "absorb": _nobody(_("并入的一条已告知其上报人和原办理岗位")),
    "release": _nobody(_("撤出的一条已告知其上报人和办理岗位")),
    "reopen": _notice(W.TURN, W.REPORTER, W.LEAD, W.PEOPLE, W.CAMPUS, W.PARTS, urgency=WARN),
    "look_back": _notice(W.LEAD, W.CAMPUS),
    "instruct": _notice(W.SIDE, W.OFFICE),
    "reply_instruction": _notice(W.ASKER),
    "seal": _notice(W.LEADERS, W.OFFICE, W.CAMPUS),
    "grant_reading": _notice(W.READER),
    "lapse_reading": _nobody(_("到期日在准许时已告知")),
    "request_countersign": _notice(W.SIDE),
    "confirm_countersign": _nobody(_("会签后按所会签的操作告知，提请人一并告知")),
    "decline_countersign": _notice(W.ASKER),
    "lapse_countersign": _notice(W.ASKER, W.RUNG),
    "request_extension": _notice(W.SIDE, group=_CLOCK),
    "withdraw_extension": _notice(W.ISSUER, group=_CLOCK),
    "rule_extension": _notice(W.ASKER, W.LEAD, W.PEOPLE, group=_CLOCK),
    "set_limit": _notice(W.LEAD, W.PEOPLE, group=_CLOCK),
    "suspend": _notice(W.SIDE, W.CAMPUS, W.LEAD, W.PEOPLE, urgency=WARN, group=_SUPERVISION),
    "prove_guard": _nobody(_("每日登记，缺了才催办"), _SUPERVISION),
    "request_resume": _notice(W.SIDE, group=_SUPERVISION),
    "rule_resume": _notice(W.ASKER, W.CAMPUS, W.LEAD, group=_SUPERVISION),
    "end_use": _notice(W.CAMPUS, W.LEAD, group=_SUPERVISION),
    "remind": _notice(W.NAMED, urgency=WARN, group=_CLOCK),
    "warn": _notice(W.RUNG, group=_CLOCK),
    "propose_measure": _notice(W.NAMED, W.SIDE, group=_MEASURE),
    "draft_measure": _notice(W.RUNG, W.SIDE, group=_MEASURE),
    "decide_measure": _notice(W.NAMED, W.OFFICE, urgency=WARN, group=_MEASURE),
    "record_interview": _notice(W.NAMED, group=_MEASURE),
    "reply_measure": _notice(W.NAMED, group=_MEASURE),
    "withdraw_measure": _notice(W.NAMED, group=_MEASURE),
    "propose_listing": _notice(W.SIDE, group=_SUPERVISION),
    "draft_listing": _notice(W.RUNG, W.SIDE, group=_SUPERVISION),
    "list_overdue": _notice(W.RUNG, W.LEAD, W.PEOPLE, W.CAMPUS, W.OFFICE, urgency=WARN, group=_SUPERVISION),
    "decide_listing": _notice(W.SIDE, W.LEAD, W.PEOPLE, W.CAMPUS, W.OFFICE, urgency=WARN, group=_SUPERVISION),
    "record_listing": _notice(W.LEAD, W.PEOPLE, W.CAMPUS, W.LEADERS, urgency=WARN, group=_SUPERVISION),
    "visit_supervision": _notice(W.LEAD, W.CAMPUS, group=_SUPERVISION),
    "delist": _notice(W.TURN, W.LEAD, W.PEOPLE, W.CAMPUS, W.OFFICE, group=_SUPERVISION),
    "escalate_overdue": _notice(W.TURN, W.PREVIOUS, W.RUNG, group=_CLOCK),
    "take_over": _nobody(_("存量只接管时限，逐件重新确定期限时告知"), _CLOCK),
    "adopt_policy": _notice(W.LEAD, W.PEOPLE, group=_CLOCK),
    "recompute": _nobody(_("日历调整另行公布，倒计时随之改变"), _CLOCK),
}  # fmt: skip
