"""What is given when a hazard is found, sorted and filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from hazards import options, options_clock
from hazards.inputs import category, choice, day, domain, files, flag, person, pick, row, text, unit
from hazards.models import Category, Domain, JudgingClause, Upload
from hazards.states import Channel, Competence, Level, RejectReason
from hazards.states_clock import BusDefect
from organizations.models import Unit, User


@dataclass(frozen=True, kw_only=True)
class ReportData:
    unit: Unit = unit(_("所在单位"), options=options.reportable_units)
    place: str = text(_("部位"), max_length=80, help=_("例如：教学楼二楼东侧楼梯"))
    domain: Domain = domain(_("领域"))
    description: str = text(_("一句话说明"), long=True)
    photos: tuple[Upload, ...] = files(_("照片"), help=_("没有照片也可以上报"))
    finder: str = text(_("发现人"), required=False, max_length=40, help=_("不填即为本人"))
    source_note: str = text(_("来源说明"), required=False, max_length=200)
    interim_control: str = text(_("已采取的管控措施"), required=False, help=_("例如：已拉警戒线、停用"))
    suspected_major: bool = flag(_("疑似重大隐患"), help=_("直接报教育局安全办，同时请电话报告值班领导"))
    channel: str = choice(_("上报途径"), Channel.choices, required=False)
    paper_name: str = text(
        _("文书名称"), required=False, max_length=40, help=_("部门、乡镇检查填，例如：责令限期改正通知书")
    )
    paper_number: str = text(_("文书编号"), required=False, max_length=40)
    paper_limit_on: date | None = day(_("文书期限"), help=_("法定文书写明的期限，只有发文单位能改"))


@dataclass(frozen=True, kw_only=True)
class FixOnSpotData:
    unit: Unit = unit(_("所在单位"), options=options.own_campuses, only_new=True)
    place: str = text(_("部位"), max_length=80, only_new=True)
    domain: Domain = domain(_("领域"), only_new=True)
    description: str = text(_("一句话说明"), long=True, only_new=True)
    before_photos: tuple[Upload, ...] = files(_("整改前照片"))
    acted_first: bool = flag(_("先处置后登记"), help=_("来不及拍整改前照片时选"))
    after_photos: tuple[Upload, ...] = files(_("整改后照片"), required=True)
    measure: str = text(_("处置措施"), required=False, help=_("不填即为“当场整改”"))
    fixed_by: User | None = person(_("处置人"), required=False, options=options.people_of_lead, help=_("不填即为本人"))


@dataclass(frozen=True, kw_only=True)
class EscalateData:
    reason: str = text(_("报送原因"), long=True)


@dataclass(frozen=True, kw_only=True)
class ReturnForSupplementData:
    missing: str = text(_("需要补充什么"), long=True)


@dataclass(frozen=True, kw_only=True)
class SupplementData:
    supplement: str = text(_("补充说明"), long=True)
    photos: tuple[Upload, ...] = files(_("照片"))


@dataclass(frozen=True, kw_only=True)
class RejectData:
    reason: str = choice(_("原因"), RejectReason.choices)
    basis: str = text(_("依据"), long=True)


@dataclass(frozen=True, kw_only=True)
class FileData:
    level: str = pick(_("等级"), picks=options.levels, required=True, initial=lambda ask: Level.GENERAL)
    domain: Domain = domain(_("领域"), initial=lambda ask: ask.hazard.domain.code if ask.hazard else "")
    category: Category | None = category(_("类别"))
    competence: str = choice(_("责任归属"), Competence.choices, initial=lambda ask: Competence.SCHOOL)
    bus: str = choice(
        _("车辆情况"), BusDefect.choices, required=False, asked_if=options.is_about_bus,
        help=_("无牌无证、非法改装的车辆必须停用；非法改装的同时拟问责建议"),
    )  # fmt: skip
    clause: JudgingClause | None = row(
        _("判定条款"), required=False, options=options.judging_clauses, help=_("定为重大时必须选")
    )
    suspend_scope: str = text(
        _("停用范围"), required=False, max_length=200, asked_if=options_clock.may_be_suspended,
        help=_("D级危房、无牌或改装车辆等必须立即停用的填，例如：三号楼整幢；车牌 ×××××"),
    )  # fmt: skip
    suspend_guard: str = text(
        _("停用期间的值守安排"), required=False, max_length=200, asked_if=options_clock.may_be_suspended
    )
    suspend_photos: tuple[Upload, ...] = files(_("停用警示标识照片"), asked_if=options_clock.may_be_suspended)


@dataclass(frozen=True, kw_only=True)
class SelfHandleData:
    leader: User = person(_("责任领导"), options=options.people_of_lead)
    handler: User = person(_("经办人"), options=options.people_of_lead, initial=lambda ask: ask.actor.pk)
    measures: str = text(_("整改措施"), long=True)
    interim_control: str = text(_("管控措施"), initial=lambda ask: ask.hazard.interim_control if ask.hazard else "")
    limit_on: date | None = day(_("整改期限"), help=_("不填即按规定期限"))
    category: Category | None = category(_("类别"))


@dataclass(frozen=True, kw_only=True)
class AppealData:
    reason: str = text(_("申诉理由"), long=True, help=_("写明新的情况或依据"))
    photos: tuple[Upload, ...] = files(_("照片或文件"))


@dataclass(frozen=True, kw_only=True)
class RegradeData:
    level: str = pick(_("调整为"), picks=options.levels, required=True)
    reason: str = text(_("调整依据"), long=True)
    clause: JudgingClause | None = row(
        _("判定条款"), required=False, options=options.judging_clauses, help=_("调为重大时必须选")
    )


@dataclass(frozen=True, kw_only=True)
class RecordDoubleReportData:
    to: str = choice(_("报告对象"), (("department", _("负有监管职责的部门")), ("staff", _("教职工代表大会（教职工）"))))
    receiver: str = text(_("收件单位或会议"), max_length=80)
    reported_on: date = day(_("报告日期"), required=True)
    photos: tuple[Upload, ...] = files(_("回执、会议记录"), required=True)
