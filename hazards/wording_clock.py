"""What the clock's acts say in the timeline: one sentence each, naming whom, what and which days.

Read from what an event keeps; what an older event lacks is left out, not guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.cached_rows import cached_rows
from core.clock import SHANGHAI
from deadlines.models import Policy
from hazards.countdown import say_day, say_moment
from hazards.inputs import Text
from hazards.states_clock import (
    Act,
    Authority,
    ExtensionReason,
    InterviewType,
    ListingTrigger,
    MeasureKind,
    SuspensionKind,
)  # fmt: skip


class Said:
    """What an event keeps, as words; remembers which of it has been said."""

    def __init__(self, data: Mapping[str, object], at: datetime) -> None:
        self.data, self.at = data, at
        self.used: set[str] = set()

    def raw(self, name: str) -> object:
        self.used.add(name)
        return self.data.get(name)

    def text(self, name: str) -> str:
        value = self.raw(name)
        if isinstance(value, Mapping):
            return str(value.get("name", ""))
        return "" if value is None or value is False else str(value)

    def day(self, name: str) -> str:
        """Of a day or of a moment."""
        value = self.text(name)
        try:
            if len(value) > len("2026-11-23"):
                moment = datetime.fromisoformat(value)
                return say_moment(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI), self.at)
            return say_day(date.fromisoformat(value), self.at) if value else ""
        except ValueError:
            return value

    def choice(self, name: str, choices: Sequence[tuple[str, Text]]) -> str:
        value = self.text(name)
        return str(dict(choices).get(value, value))


def _join(*parts: str, end: str = "。") -> str:
    """The parts that say something, as one sentence."""
    told = "，".join(part for part in parts if part)
    return told + end if told and not told.endswith(("。", "？", "！")) else told


def _with(words: str, value: str) -> str:
    """The words around a value; nothing without one."""
    return words.format(value) if value else ""


def _request_extension(s: Said) -> str:
    return _join(
        _with(_("申请延期到 {}"), s.day("until_on")),
        _with(_("原期限 {}"), s.day("old_limit")),
        _with(_("原因是{}"), s.choice("reason_kind", ExtensionReason.choices)),
        _with(_("由{}审批"), s.text("answered_by")),
        _("逾期申请") if s.raw("asked_late") else "",
    )


def _withdraw_extension(s: Said) -> str:
    return _("撤回延期申请，按原期限整改。")


def _rule_extension(s: Said) -> str:
    if s.text("ruling") == "refuse":
        return _("不同意延期，原期限不变。")
    return _join(
        _with(_("同意延期到 {}"), s.day("new_limit") or s.day("until_on")),
        _with(_("原期限 {} 保留备查"), s.day("old_limit")),
    )


def _set_limit(s: Said) -> str:
    return _join(_with(_("整改期限改为 {}"), s.day("limit_on")), _with(_("原期限 {} 保留备查"), s.day("old_limit")))


def _suspend(s: Said) -> str:
    kind = s.choice("kind", SuspensionKind.choices)
    return _join(_("停用%(kind)s：%(scope)s") % {"kind": kind, "scope": s.text("scope")}, _("恢复须决定单位同意"))


def _prove_guard(s: Said) -> str:
    return _join(_with(_("“{}”今日值守"), s.text("scope")), s.text("note"))


def _request_resume(s: Said) -> str:
    return _join(_with(_("申请恢复使用“{}”"), s.text("scope")), _with(_("由{}审查"), s.text("answered_by")))


def _rule_resume(s: Said) -> str:
    said = {"refuse": _("继续停用“{}”"), "revoke": _("原决定有误，撤销停用“{}”")}
    return _join(_with(said.get(s.text("ruling"), _("同意恢复使用“{}”")), s.text("scope")))


def _end_use(s: Said) -> str:
    return _join(_with(_("“{}”永久停用，不再恢复"), s.text("scope")))


def _remind(s: Said) -> str:
    return _join(
        _with(_("催办{}"), s.text("to")),
        _with(_("事项：{}"), s.text("step")),
        s.text("message"),
        _with(_("催办单 {}"), s.text("paper_number")),
    )


def _warn(s: Said) -> str:
    s.used.update(("act", "of", "row_id", "rung"))
    return _join(s.text("label"), _with(_("时间由{}承担"), s.text("owner")), _with(_("已告知{}"), s.text("told")))


def say_warning(data: Mapping[str, object]) -> str:
    """「预警」 or 「催办」: what a rung that came by itself is called."""
    act = str(data.get("act", ""))
    return str(Act(act).label) if act in Act.values else str(_("到期提醒"))


def _drafted(s: Said, by: str) -> str:
    measures = s.text("drafted")
    kind = s.choice("kind", MeasureKind.choices)
    interview = s.choice("interview_type", InterviewType.choices)
    unit = s.text("to")
    what = measures or (f"{interview or kind}（{unit}）" if unit else kind)
    return _join(_with(by, what), s.text("label") or s.text("cause"), _("等领导签发"))


def _propose_measure(s: Said) -> str:
    return _drafted(s, _("提出{}"))


def _draft_measure(s: Said) -> str:
    return _drafted(s, _("按阶梯拟稿：{}"))


def _decide_measure(s: Said) -> str:
    what = {"kind": s.text("measure_kind") or _("督办措施"), "unit": s.text("of_unit")}
    if s.text("ruling") == "decline":
        return _join(_("不予签发：%(kind)s（%(unit)s）") % what)
    meeting = " ".join(one for one in (s.day("meet_on"), s.text("meet_time"), s.text("meet_place")) if one)
    return _join(
        _("签发%(kind)s，送达%(unit)s") % what,
        _with(_("文号 {}"), s.text("paper_number")),
        _with(_("约谈时间 {}"), meeting),
        _with(_("{} 前书面回复"), s.day("reply_on")),
    )


def _record_interview(s: Said) -> str:
    when = " ".join(one for one in (s.day("held_on"), s.text("held_time")) if one)
    return _join(
        _with(_("{} 约谈"), when),
        _with(_("地点{}"), s.text("place")),
        _with(_("主持人{}"), s.text("host")),
        _with(_("{} 前书面回复"), s.day("reply_on")),
        _with(_("纪要 {}"), s.text("paper_number")),
    )


def _reply_measure(s: Said) -> str:
    return _with(_("书面回复：{}"), s.text("reply"))


def _withdraw_measure(s: Said) -> str:
    what = {"kind": s.text("measure_kind") or _("督办措施"), "unit": s.text("of_unit")}
    return _join(_("撤销%(kind)s（%(unit)s）") % what, s.text("reason"), _("记录保留"))


def _trigger(s: Said) -> str:
    return s.choice("trigger", ListingTrigger.choices)


def _propose_listing(s: Said) -> str:
    return _join(
        _("拟挂牌督办"),
        _with(_("情形：{}"), _trigger(s)),
        _with("{}", s.choice("authority", Authority.choices)),
        _with(_("报{}审批"), s.text("lister")),
    )


def _draft_listing(s: Said) -> str:
    return _join(
        _with(_("{}，按阶梯拟挂牌督办"), s.text("label")),
        _with("{}", s.choice("authority", Authority.choices)),
        _with(_("报{}审批"), s.text("lister")),
    )


def _listed(s: Said) -> list[str]:
    return [
        _with(_("通知书 {}"), s.text("paper_number")),
        _with(_("督办期限 {}"), s.day("term") or s.day("term_on")),
        _with(_("督办单位{}"), s.text("supervisor_unit")),
        _with(_("督办责任人{}"), s.text("supervisor")),
    ]


def _list_overdue(s: Said) -> str:
    return _join(
        _with(_("{}，按规则授权直接挂牌督办"), s.text("label")),
        _with(_("由{}挂牌"), s.text("lister")),
        *_listed(s),
        _("摘牌之前不能销号"),
    )


def _decide_listing(s: Said) -> str:
    if s.text("ruling") == "decline":
        return _("不予挂牌。")
    return _join(_("决定挂牌督办"), *_listed(s), _("摘牌之前不能销号"))


def _record_listing(s: Said) -> str:
    what, number = s.text("what"), s.text("number") or s.text("paper_number")
    s.used.add("paper_number")
    words = {
        "extension": _("登记上级同意延期"),
        "acceptance": _("登记上级验收合格") if s.raw("is_passed") else _("登记上级验收不合格"),
    }
    return _join(
        words.get(what, _("登记上级挂牌通知")),
        s.text("lister_name"),
        _with("{}", s.choice("authority", Authority.choices)),
        _with(_("文号 {}"), number),
        _with(_("情形：{}"), _trigger(s)),
        _with(_("督办期限 {}"), s.day("term_on") or s.day("term")),
    )


def _visit_supervision(s: Said) -> str:
    return _join(
        _with(_("{} 现场督办"), s.day("visited_on")),
        _with(_("督办人员：{}"), s.text("people")),
        _with(_("下次督办不晚于 {}"), s.day("next_visit")),
    )


def _delist(s: Said) -> str:
    number = s.text("number") or s.text("paper_number")
    s.used.add("paper_number")
    return _join(_("摘牌，解除挂牌督办"), _with(_("文号 {}"), number))


def _escalate_overdue(s: Said) -> str:
    return _join(
        s.text("label"),
        _with(_("{}超期未办"), s.text("from_unit")),
        _with(_("改由{}办理"), s.text("to_unit")),
    )


def _take_over(s: Said) -> str:
    return _join(
        _("系统启用前的存量隐患，时限从接管之日起算"),
        _with(_("本环节期限 {}"), s.day("new_due")),
        _("重新确定期限之前不升到预警以上"),
    )


@cached_rows(seconds=60)
def _policy_numbers() -> dict[str, int]:
    return {str(pk): number for pk, number in Policy.objects.values_list("pk", "number")}


def _adopt_policy(s: Said) -> str:
    number = _policy_numbers().get(s.text("policy"))
    return _join(
        _with(_("改用第 {} 版时限规则"), str(number or "")) or _("改用新的时限规则"),
        _with(_("本环节期限改为 {}"), s.day("new_due")),
        s.text("reason"),
    )


def _recompute(s: Said) -> str:
    return _join(s.text("why"), _with(_("期限由 {}"), s.day("old_due")) + _with(_(" 改为 {}"), s.day("new_due")))


_SAY: dict[str, Callable[[Said], str]] = {
    "request_extension": _request_extension,
    "withdraw_extension": _withdraw_extension,
    "rule_extension": _rule_extension,
    "set_limit": _set_limit,
    "suspend": _suspend,
    "prove_guard": _prove_guard,
    "request_resume": _request_resume,
    "rule_resume": _rule_resume,
    "end_use": _end_use,
    "remind": _remind,
    "warn": _warn,
    "propose_measure": _propose_measure,
    "draft_measure": _draft_measure,
    "decide_measure": _decide_measure,
    "record_interview": _record_interview,
    "reply_measure": _reply_measure,
    "withdraw_measure": _withdraw_measure,
    "propose_listing": _propose_listing,
    "draft_listing": _draft_listing,
    "list_overdue": _list_overdue,
    "decide_listing": _decide_listing,
    "record_listing": _record_listing,
    "visit_supervision": _visit_supervision,
    "delist": _delist,
    "escalate_overdue": _escalate_overdue,
    "take_over": _take_over,
    "adopt_policy": _adopt_policy,
    "recompute": _recompute,
}
SPOKEN = frozenset(_SAY)


def say_clock(action: str, data: Mapping[str, object], at: datetime) -> tuple[str, frozenset[str]]:
    """(the sentence, which fields it has said); empty for every other action."""
    if action not in _SAY:
        return "", frozenset()
    said = Said(data, at)
    return _SAY[action](said), frozenset(said.used)
