"""What is given when the clock is moved by people, and what the clock itself says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from hazards import options_clock as options
from hazards.inputs import choice, day, files, flag, integer, pick, row, text, unit
from hazards.models import Measure, Suspension, Upload
from hazards.states_clock import (
    Authority,
    ExtensionReason,
    InterviewType,
    ListingTrigger,
    MeasureKind,
    SuspensionKind,
)  # fmt: skip
from organizations.models import Unit

_RULINGS = (("grant", _("同意")), ("refuse", _("不同意")))


# Extension 延期.


@dataclass(frozen=True, kw_only=True)
class RequestExtensionData:
    until_on: date = day(_("申请延至"), required=True)
    reason_kind: str = choice(_("原因"), ExtensionReason.choices)
    reason: str = text(_("理由"), long=True)
    control: str = text(_("延期期间的管控措施"), long=True, initial=options.present_control)
    milestones: str = text(_("后续节点"), required=False, long=True, help=_("一行一个节点，例如：2026-12-20 完成招标"))
    photos: tuple[Upload, ...] = files(_("证明材料"))


@dataclass(frozen=True, kw_only=True)
class WithdrawExtensionData:
    reason: str = text(_("撤回原因"), required=False)


@dataclass(frozen=True, kw_only=True)
class RuleExtensionData:
    ruling: str = choice(_("审批结论"), _RULINGS)
    until_on: date | None = day(_("同意延至"), help=_("不填即为申请的日期；可以比申请的短"))
    opinion: str = text(_("审批意见"), long=True)


@dataclass(frozen=True, kw_only=True)
class SetLimitData:
    """A new limit of the issuer's own accord; for what was taken over it begins the ladder."""

    limit_on: date = day(_("新的整改期限"), required=True)
    reason: str = text(_("理由"), long=True)


# Suspension 停用.


@dataclass(frozen=True, kw_only=True)
class SuspendData:
    kind: str = choice(_("停用什么"), SuspensionKind.choices)
    scope: str = text(_("停用范围"), max_length=200, help=_("例如：教学楼三楼东侧两间教室"))
    reason: str = text(_("理由"), long=True)
    guard: str = text(_("值守安排"), max_length=200, help=_("谁、什么时间值守警戒"))
    pupils: str = text(_("师生安置"), required=False, max_length=200)
    order_number: str = text(_("决定书编号"), required=False, max_length=60)
    photos: tuple[Upload, ...] = files(_("警示标识照片"), required=True)


@dataclass(frozen=True, kw_only=True)
class ProveGuardData:
    suspension: Suspension | None = row(
        _("哪一项停用"), required=False, options=options.running_suspensions, help=_("只有一项时不用选")
    )
    note: str = text(_("值守情况"), help=_("例如：封条完好，警示标识在位，无人进入"))
    photos: tuple[Upload, ...] = files(_("现场照片"))


@dataclass(frozen=True, kw_only=True)
class RequestResumeData:
    suspension: Suspension | None = row(
        _("哪一项停用"), required=False, options=options.running_suspensions, help=_("只有一项时不用选")
    )
    basis: str = text(_("恢复使用的依据"), long=True, help=_("复查合格，或鉴定达到B级以上"))
    photos: tuple[Upload, ...] = files(_("照片或鉴定报告"))


@dataclass(frozen=True, kw_only=True)
class RuleResumeData:
    suspension: Suspension | None = row(
        _("哪一项停用"), required=False, options=options.running_suspensions, help=_("只有一项时不用选")
    )
    ruling: str = choice(
        _("结论"),
        (("grant", _("同意恢复使用")), ("refuse", _("继续停用")), ("revoke", _("原决定有误，撤销停用"))),
    )
    opinion: str = text(_("意见"), long=True)
    decision: str = text(_("决定文号"), required=False, max_length=60, help=_("整校复课须填政府同意的文号"))


@dataclass(frozen=True, kw_only=True)
class EndUseData:
    suspension: Suspension | None = row(
        _("哪一项停用"), required=False, options=options.running_suspensions, help=_("只有一项时不用选")
    )
    decision: str = text(_("决定文号和内容"), long=True, help=_("拆除、报废、永久关闭的决定"))
    photos: tuple[Upload, ...] = files(_("决定文件"))


# The ladder.


@dataclass(frozen=True, kw_only=True)
class RemindData:
    to: Unit = unit(_("催办谁"), options=options.owing_units, initial=options.who_owes)
    message: str = text(_("催办内容"), max_length=200)


@dataclass(frozen=True, kw_only=True)
class ProposeMeasureData:
    kind: str = choice(_("措施"), MeasureKind.choices)
    to: Unit = unit(_("对象单位"), options=options.owing_units, initial=options.who_owes)
    interview_type: str = choice(_("约谈方式"), InterviewType.choices, required=False)
    cause: str = text(_("事由"), max_length=200)
    content: str = text(_("内容"), long=True, max_length=1000)
    requirements: str = text(_("要求"), required=False, long=True)


@dataclass(frozen=True, kw_only=True)
class DecideMeasureData:
    measure: Measure | None = row(
        _("哪一件"), required=False, options=options.draft_measures, help=_("只有一件时不用选")
    )
    ruling: str = choice(_("决定"), (("issue", _("签发")), ("decline", _("不予签发"))))
    reply_on: date | None = day(_("回复期限"), help=_("通报要求书面回复的填；催办函不填即按规定；约谈在登记纪要时填"))
    meet_on: date | None = day(
        _("约谈日期"), asked_if=options.has_interview_draft, help=_("不填即为规定期限的最后一天")
    )
    meet_time: str = text(
        _("约谈时间"), required=False, asked_if=options.has_interview_draft, max_length=5,
        help=_("例如 09:30；不填即上班时间"),
    )  # fmt: skip
    meet_place: str = text(
        _("约谈地点"), required=False, asked_if=options.has_interview_draft, max_length=80,
        help=_("不填即在教育局"),
    )  # fmt: skip
    opinion: str = text(_("意见"), required=False, long=True)


@dataclass(frozen=True, kw_only=True)
class RecordInterviewData:
    measure: Measure | None = row(
        _("哪一次约谈"), required=False, options=options.called_interviews, help=_("只有一次时不用选")
    )
    held_on: date = day(_("约谈日期"), required=True)
    held_time: str = text(_("约谈时间"), max_length=5, help=_("例如 09:30"))
    place: str = text(_("约谈地点"), max_length=80)
    host: str = text(_("主持人"), max_length=40)
    people: str = text(_("参加人员"), max_length=200)
    minutes: str = text(_("约谈纪要"), long=True, max_length=1000)
    promises: str = text(_("整改承诺"), long=True, max_length=500)
    reply_on: date | None = day(_("书面回复期限"), help=_("不填即按规定期限"))
    photos: tuple[Upload, ...] = files(_("签字的纪要"))


@dataclass(frozen=True, kw_only=True)
class ReplyMeasureData:
    measure: Measure | None = row(
        _("回复哪一件"), required=False, options=options.unanswered_measures, help=_("只有一件时不用选")
    )
    reply: str = text(_("整改情况和承诺"), long=True, max_length=1000)
    photos: tuple[Upload, ...] = files(_("照片或文件"))


@dataclass(frozen=True, kw_only=True)
class WithdrawMeasureData:
    measure: Measure | None = row(
        _("撤销哪一件"), required=False, options=options.issued_measures, help=_("只有一件时不用选")
    )
    reason: str = text(_("撤销原因"), max_length=200)


# Supervision 挂牌督办.


@dataclass(frozen=True, kw_only=True)
class ProposeListingData:
    trigger: str = choice(_("挂牌情形"), ListingTrigger.choices)
    reason: str = text(_("理由"), long=True)
    requirements: str = text(_("督办要求"), required=False, long=True)
    authority: str = pick(
        _("挂牌层级"), picks=options.authorities, help=_("不填即由教育局挂牌；部门、乡镇只能提请县级")
    )


@dataclass(frozen=True, kw_only=True)
class DecideListingData:
    ruling: str = choice(_("决定"), (("list", _("挂牌督办")), ("decline", _("不予挂牌"))))
    term_on: date | None = day(_("督办期限"), help=_("不填即整改期限，已过期的由系统按规则给出；不能早于整改期限"))
    supervisor_unit: Unit | None = unit(_("督办单位"), options=options.supervising_units, required=False)
    supervisor: str = text(_("督办责任人"), required=False, max_length=40)
    requirements: str = text(_("督办要求"), required=False, long=True)
    number: str = text(_("通知书文号"), required=False, max_length=60, help=_("已有纸质通知书的填；不填由系统编号"))
    is_public: bool = flag(_("对外公告（不含个人信息）"))
    opinion: str = text(_("意见"), required=False, long=True)


@dataclass(frozen=True, kw_only=True)
class RecordListingData:
    """Another body's notice, its extension or its acceptance, with number and scan (登记上级挂牌)."""

    what: str = choice(
        _("登记什么"), (("notice", _("挂牌通知")), ("extension", _("延期")), ("acceptance", _("验收结论")))
    )
    authority: str = choice(
        _("挂牌层级"), [pair for pair in Authority.choices if pair[0] != Authority.SECTOR], required=False
    )
    lister_name: str = text(_("挂牌机关"), required=False, max_length=80)
    number: str = text(_("文号"), max_length=60)
    trigger: str = choice(_("挂牌情形"), ListingTrigger.choices, required=False)
    term_on: date | None = day(_("督办期限"))
    is_passed: bool = flag(_("验收合格"))
    requirements: str = text(_("督办要求或结论"), required=False, long=True)
    photos: tuple[Upload, ...] = files(_("扫描件"), required=True)


@dataclass(frozen=True, kw_only=True)
class VisitSupervisionData:
    visited_on: date = day(_("督办日期"), required=True)
    people: str = text(_("督办人员"), max_length=120)
    findings: str = text(_("发现的情况"), long=True)
    requirements: str = text(_("要求"), required=False, long=True)
    photos: tuple[Upload, ...] = files(_("照片"))


@dataclass(frozen=True, kw_only=True)
class DelistData:
    opinion: str = text(_("摘牌意见"), long=True)
    wrong_because: str = text(_("挂牌有误、提前撤销的理由"), required=False, long=True)
    number: str = text(_("摘牌文号"), required=False, max_length=60, help=_("上级摘牌的必填"))
    photos: tuple[Upload, ...] = files(_("扫描件"))


# What people decide about the clock of one hazard.


@dataclass(frozen=True, kw_only=True)
class AdoptPolicyData:
    policy: str = pick(_("改用哪一版时限规则"), picks=options.policies, required=True)
    reason: str = text(_("理由"), max_length=200)


# What comes by time. `label` is the rung in words.


@dataclass(frozen=True, kw_only=True)
class WarnData:
    """A rung of reminder or colour came."""

    label: str = text(_("阶梯"), max_length=60)
    act: str = text(_("动作"), max_length=24)
    of: str = text(_("哪个时限"), max_length=12)
    row_id: int | None = integer(_("哪一项"), required=False)
    rung: int = integer(_("第几级"))
    # Who owes the time, and who was told.
    owner: str = text(_("责任单位"), required=False, max_length=80)
    told: str = text(_("告知"), required=False, max_length=300)


@dataclass(frozen=True, kw_only=True)
class DraftMeasureData:
    """A rung of the ladder, or an event that skips rungs, drafts a measure for a decision."""

    kind: str = choice(_("措施"), MeasureKind.choices)
    label: str = text(_("事由"), max_length=200)
    of: str = text(_("哪个时限"), required=False, max_length=12)
    row_id: int | None = integer(_("哪一项"), required=False)
    rung: int | None = integer(_("第几级"), required=False)


@dataclass(frozen=True, kw_only=True)
class DraftListingData:
    """The ladder proposes to list: the leader decides within his limit, then the head."""

    label: str = text(_("事由"), max_length=200)
    rung: int | None = integer(_("第几级"), required=False)
    authority: str = text(_("挂牌层级"), required=False, max_length=8)


@dataclass(frozen=True, kw_only=True)
class ListOverdueData:
    """The ladder lists by the standing authority of the rules."""

    label: str = text(_("事由"), max_length=200)
    rung: int | None = integer(_("第几级"), required=False)


@dataclass(frozen=True, kw_only=True)
class EscalateOverdueData:
    label: str = text(_("事由"), max_length=200)


@dataclass(frozen=True, kw_only=True)
class TakeOverData:
    pass


@dataclass(frozen=True, kw_only=True)
class RecomputeData:
    """The calendar changed. `days` are those that became rest days and end a limit that a paper names, as ISO days."""

    why: str = text(_("原因"), max_length=200)
    days: str = text(_("改为休息的日期"), required=False, max_length=200)
