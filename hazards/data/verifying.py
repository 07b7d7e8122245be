"""What is given when work is judged and a case ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from hazards import options
from hazards.inputs import choice, day, files, person, text
from hazards.models import Upload
from hazards.states import ClosureType, LookBackResult, ReopenCause
from organizations.models import User


@dataclass(frozen=True, kw_only=True)
class ReturnSubmissionData:
    defects: str = text(_("需要补正什么"), long=True, help=_("只限材料不齐、照片不清等形式问题"))


@dataclass(frozen=True, kw_only=True)
class FailVerificationData:
    failed_points: str = text(_("不合格项"), long=True, help=_("逐条写明"))
    limit_on: date | None = day(_("返工期限"), help=_("不填即取剩余时间与 7 天中较长的"))
    photos: tuple[Upload, ...] = files(_("现场照片"))


@dataclass(frozen=True, kw_only=True)
class PassVerificationData:
    opinion: str = text(_("复查意见"), long=True)
    photos: tuple[Upload, ...] = files(_("现场照片"), required_if=options.is_above_general)
    second: User | None = person(
        _("第二复查人"),
        required=False,
        asked_if=options.is_above_general,
        options=options.second_verifiers,
        help=_("较大及以上须两人复查；他登录确认后生效"),
    )
    second_name: str = text(
        _("第二复查人姓名单位"),
        required=False,
        asked_if=options.is_above_general,
        max_length=80,
        help=_("没有账号的填，并上传签字表照片"),
    )
    second_phone: str = text(_("第二复查人电话"), required=False, asked_if=options.is_above_general, max_length=20)
    signed_sheet: tuple[Upload, ...] = files(_("两人签字的复查表"), asked_if=options.is_above_general)


@dataclass(frozen=True, kw_only=True)
class ReturnClosureData:
    doubt: str = text(_("存疑之处"), long=True)


@dataclass(frozen=True, kw_only=True)
class ConfirmAndCloseData:
    opinion: str = text(_("核实意见"), required=False, long=True, help=_("不填即为“经核实，整改到位”"))
    photos: tuple[Upload, ...] = files(_("核实照片"))


@dataclass(frozen=True, kw_only=True)
class CloseData:
    closure_type: str = choice(
        _("销号方式"),
        ClosureType.choices,
        initial=options.likely_closure,
    )
    opinion: str = text(_("销号意见"), required=False, long=True)


@dataclass(frozen=True, kw_only=True)
class ArrangeVisitData:
    visit_on: date = day(_("复查日期"), required=True)
    visitors: str = text(_("复查人员"), max_length=120)
    note: str = text(_("请单位准备什么"), required=False)


@dataclass(frozen=True, kw_only=True)
class LookBackData:
    result: str = choice(_("回头看结果"), LookBackResult.choices)
    findings: str = text(_("现场情况"), long=True)
    photos: tuple[Upload, ...] = files(_("现场照片"))


@dataclass(frozen=True, kw_only=True)
class ReopenData:
    cause: str = choice(_("原因"), ReopenCause.choices)
    findings: str = text(_("发现了什么"), long=True)
    photos: tuple[Upload, ...] = files(_("证据"), required=True)
    limit_on: date | None = day(_("整改期限"), help=_("不填即原期限的一半"))
