"""What is given while the work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from hazards import options
from hazards.inputs import Ask, choice, day, evidence, files, flag, integer, person, pick, row, text
from hazards.models import Assignment, Evidence, Upload
from hazards.states import ELIMINATIONS, Appraisal, EvidenceStage, ScheduleReason, SupportKind
from organizations.models import User

_LINES = _("一行一个节点，例如：2026-12-20 完成招标")


@dataclass(frozen=True, kw_only=True)
class RecordControlData:
    interim_control: str = text(_("管控措施"), long=True, help=_("例如：停用该教室，拉警戒线，派人值守"))
    photos: tuple[Upload, ...] = files(_("照片"))


@dataclass(frozen=True, kw_only=True)
class ReportProgressData:
    percent: int = integer(_("完成比例（%）"), maximum=100)
    progress: str = text(_("进展情况"), long=True)
    milestone: str = pick(_("完成了哪个节点"), picks=options.open_milestones)
    spent: int | None = integer(_("已花费（元）"), required=False)
    photos: tuple[Upload, ...] = files(_("照片"))


@dataclass(frozen=True, kw_only=True)
class AddEvidenceData:
    stage: str = choice(_("属于哪个环节"), EvidenceStage.choices)
    photos: tuple[Upload, ...] = files(_("照片或文件"), required=True)


@dataclass(frozen=True, kw_only=True)
class WithdrawEvidenceData:
    evidence: Evidence = evidence(_("证据"), options=options.own_evidence)
    reason: str = text(_("撤回原因"))


def _commitment(name: str) -> Any:
    def initial(ask: Ask) -> object:
        return ask.hazard.commitments.get(name, "") if ask.hazard else ""

    return initial


@dataclass(frozen=True, kw_only=True)
class SubmitData:
    report: str = text(_("整改情况"), long=True, help=_("做了什么，结果怎样；校外单位填办理结果"))
    contact: str = text(
        _("联系人和电话"), required=False, required_if=options.is_outside, asked_if=options.is_outside, max_length=80
    )
    photos: tuple[Upload, ...] = files(_("整改后照片"), help=_("与整改前同一位置拍摄；已上传过的不必重传"))
    cost: int | None = integer(
        _("花费（元）"),
        required=False,
        required_if=options.is_inside,
        initial=options.spent_so_far,
        help=_("没有花费填 0"),
    )
    responsibility: str = text(
        _("责任落实"),
        required=False,
        required_if=options.is_inside,
        asked_if=options.is_inside,
        initial=_commitment("responsibility"),
    )
    measures: str = text(
        _("措施落实"),
        long=True,
        required=False,
        required_if=options.is_inside,
        asked_if=options.is_inside,
        initial=_commitment("measures"),
    )
    funding: str = text(
        _("资金落实"),
        required=False,
        required_if=options.is_inside,
        asked_if=options.is_inside,
        initial=_commitment("funding"),
    )
    deadline: str = text(
        _("时限落实"),
        required=False,
        required_if=options.is_inside,
        asked_if=options.is_inside,
        initial=_commitment("deadline"),
    )
    contingency: str = text(
        _("预案落实"),
        required=False,
        required_if=options.is_inside,
        asked_if=options.is_inside,
        initial=_commitment("contingency"),
    )


@dataclass(frozen=True, kw_only=True)
class SignPartData:
    part: Assignment | None = row(
        _("哪一项"), required=False, options=options.parts_to_sign, help=_("只有一项时不用选")
    )
    handler: User | None = person(_("经办人"), required=False, options=options.people_of_parts)
    handler_name: str = text(_("经办人姓名"), required=False, max_length=40, help=_("没有账号的人填姓名和电话"))


@dataclass(frozen=True, kw_only=True)
class FinishPartData:
    part: Assignment | None = row(
        _("哪一项"), required=False, options=options.parts_to_finish, help=_("只有一项时不用选")
    )
    result: str = text(_("配合完成情况"), long=True)
    photos: tuple[Upload, ...] = files(_("照片或文件"))


@dataclass(frozen=True, kw_only=True)
class ConfirmPartData:
    part: Assignment | None = row(
        _("哪个配合单位"), required=False, options=options.parts_to_confirm, help=_("只有一项时不用选")
    )
    opinion: str = text(_("意见"), required=False, long=True)


@dataclass(frozen=True, kw_only=True)
class ReturnPartData:
    part: Assignment | None = row(
        _("哪个配合单位"), required=False, options=options.parts_to_return, help=_("只有一项时不用选")
    )
    defects: str = text(_("还差什么"), long=True)


@dataclass(frozen=True, kw_only=True)
class SavePlanData:
    """The six parts; what is blank stays as it was, so that a plan can be written in several sittings."""

    goal: str = text(_("目标任务"), required=False, long=True, initial=options.of_plan("goal"))
    responsibility: str = text(_("责任落实"), required=False, long=True, initial=options.of_plan("responsibility"))
    measures: str = text(_("措施落实"), required=False, long=True, initial=options.of_plan("measures"))
    funding: str = text(_("资金落实"), required=False, long=True, initial=options.of_plan("funding"))
    amount: int | None = integer(_("所需资金（元）"), required=False, initial=options.of_plan("amount"))
    funding_source: str = text(_("资金来源"), required=False, max_length=80, initial=options.of_plan("funding_source"))
    deadline: str = text(_("时限落实"), required=False, long=True, initial=options.of_plan("deadline"))
    contingency: str = text(_("预案落实"), required=False, long=True, initial=options.of_plan("contingency"))
    milestones: str = text(
        _("时间节点"), required=False, long=True, max_length=1000, help=_LINES, initial=options.of_plan("milestones")
    )


@dataclass(frozen=True, kw_only=True)
class SubmitPlanData:
    note: str = text(_("说明"), required=False, long=True)
    photos: tuple[Upload, ...] = files(_("方案附件"))


@dataclass(frozen=True, kw_only=True)
class ReturnPlanData:
    comment: str = text(_("修改意见"), long=True)


@dataclass(frozen=True, kw_only=True)
class ApprovePlanData:
    comment: str = text(_("审批意见"), required=False, long=True, help=_("不填即为“同意”"))


@dataclass(frozen=True, kw_only=True)
class RequestSupportData:
    kind: str = choice(_("需要什么"), SupportKind.choices, help=_("校舍有严重问题或使用年限过半的，选“鉴定”"))
    reason: str = text(_("理由"), long=True)
    amount: int | None = integer(_("金额（元）"), required=False, help=_("需要经费时填"))
    photos: tuple[Upload, ...] = files(_("预算、报告等附件"))


@dataclass(frozen=True, kw_only=True)
class AnswerSupportData:
    ruling: str = choice(_("答复"), (("grant", _("给予支持")), ("decline", _("不能支持"))))
    answer: str = text(_("怎样支持，或为什么不能"), long=True)


@dataclass(frozen=True, kw_only=True)
class ScheduleData:
    reason: str = choice(_("列入原因"), ScheduleReason.choices)
    note: str = text(_("说明"), long=True)
    year: int = integer(_("资金列入哪一年预算"), minimum=2000, maximum=2100)
    until_on: date = day(_("最终完成日期"), required=True)
    milestones: str = text(_("时间节点"), long=True, max_length=1000, help=_LINES)
    control: str = text(_("治理期间的管控措施"), long=True, initial=options.present_control)
    photos: tuple[Upload, ...] = files(_("管控现场照片"), required=True, help=_("以后每月报一次管控情况"))


@dataclass(frozen=True, kw_only=True)
class RecordAppraisalData:
    """Source: requirements.md 1.6 H01 to H05."""

    grade: str = choice(_("鉴定等级"), Appraisal.choices)
    body: str = text(_("鉴定机构"), max_length=80, help=_("有资质的专业机构"))
    report_number: str = text(_("报告编号"), max_length=60)
    appraised_on: date = day(_("鉴定日期"), required=True)
    after_work: bool = flag(_("整改完成后的复鉴"), asked_if=options.is_appraised)
    scope: str = text(_("封停范围"), required=False, max_length=200, help=_("D级随即停用：不填即为隐患部位"))
    control: str = text(
        _("警示、值守措施"),
        required=False,
        long=True,
        help=_("C级、D级必须填：警示标识、值守人员和时间；已停用的D级不用再填"),
    )
    photos: tuple[Upload, ...] = files(_("鉴定报告"), required=True)
    control_photos: tuple[Upload, ...] = files(_("封停、警示标识照片"), help=_("D级必须上传"))


@dataclass(frozen=True, kw_only=True)
class EliminateData:
    closure_type: str = choice(_("办结方式"), [(one.value, one.label) for one in ELIMINATIONS])
    decision: str = text(_("决定文号或会议"), max_length=120)
    arrangement: str = text(_("学生和教学怎样安置"), long=True)
    photos: tuple[Upload, ...] = files(_("决定和现场证据"), required=True)
