"""What is given when a unit is ordered, asked or freed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from hazards import options
from hazards.inputs import choice, day, files, flag, integer, person, pick, row, text, unit, units
from hazards.models import Assignment, Upload
from hazards.states import Competence
from organizations.models import Unit, User


@dataclass(frozen=True, kw_only=True)
class AssignData:
    lead: Unit = unit(
        _("牵头单位"), options=options.orderable_units, initial=lambda ask: ask.hazard.unit_id if ask.hazard else None
    )
    requirements: str = text(_("整改要求"), long=True)
    limit_on: date | None = day(_("整改期限"), help=_("不填即按规定期限"))
    co_units: tuple[Unit, ...] = units(_("配合单位"), options=options.co_units)
    co_task: str = text(_("配合事项"), required=False, help=_("有配合单位时填"))
    issued_as: str = pick(_("发文名义"), picks=options.issuing_names, help=_("不选即以本单位名义"))
    verifier: Unit | None = unit(_("复查单位"), required=False, options=options.verifying_units, help=_("不填即按规则"))


@dataclass(frozen=True, kw_only=True)
class SignData:
    leader: User | None = person(
        _("责任领导"), required=False, required_if=options.is_inside, options=options.people_of_lead
    )
    handler: User | None = person(
        _("经办人"), required=False, required_if=options.is_inside, options=options.people_of_lead
    )
    leader_name: str = text(
        _("责任领导姓名"), required=False, asked_if=options.has_nameless, max_length=40, help=_("没有账号的人填姓名")
    )
    handler_name: str = text(
        _("经办人姓名"),
        required=False,
        asked_if=options.has_nameless,
        max_length=40,
        help=_("没有账号的人填姓名和电话"),
    )
    interim_control: str = text(
        _("整改期间的管控措施"),
        long=True,
        help=_("整改完成前怎样保证安全"),
        initial=lambda ask: ask.hazard.interim_control if ask.hazard else "",
    )


@dataclass(frozen=True, kw_only=True)
class NotifyData:
    """A letter to who is competent; it asks and does not order."""

    lead: Unit = unit(_("函告单位"), options=options.outside_units, initial=options.competent_unit)
    requirements: str = text(_("函告事项"), long=True)
    reply_on: date | None = day(_("请于何日前回复"), help=_("不填即 5 个工作日"))
    letter: str = text(_("函号或电话记录"), max_length=120, help=_("例如：函〔2026〕12 号，或 11月21日 电话告知某某"))
    photos: tuple[Upload, ...] = files(_("函件或电话记录"))
    control: str = text(_("学校的管控措施"), long=True, initial=options.present_control)
    issued_as: str = pick(_("发文名义"), picks=options.issuing_names, help=_("不选即以本单位名义"))


@dataclass(frozen=True, kw_only=True)
class ReferData:
    """Asks the county to order; the school keeps people safe meanwhile."""

    to: Unit = unit(_("提请机构"), options=options.coordinating_bodies)
    lead: Unit | None = unit(
        _("建议牵头单位"), required=False, options=options.outside_units, initial=options.competent_unit
    )
    reason: str = text(_("提请理由"), long=True)
    control: str = text(_("学校的管控措施"), long=True, initial=options.present_control)
    photos: tuple[Upload, ...] = files(_("提请函"))
    issued_as: str = pick(_("发文名义"), picks=options.issuing_names, help=_("不选即以本单位名义"))


@dataclass(frozen=True, kw_only=True)
class AssignReferredData:
    lead: Unit = unit(_("牵头单位"), options=options.county_units, initial=options.proposed_lead)
    requirements: str = text(_("整改要求"), long=True)
    limit_on: date | None = day(_("整改期限"), help=_("不填即按规定期限"))
    co_units: tuple[Unit, ...] = units(_("配合单位"), options=options.co_units)
    co_task: str = text(_("配合事项"), required=False, help=_("有配合单位时填"))
    issued_as: str = pick(_("发文名义"), picks=options.issuing_names, help=_("不选即以本单位名义"))


@dataclass(frozen=True, kw_only=True)
class ClaimData:
    requirements: str = text(_("打算怎样整改"), long=True)
    limit_on: date | None = day(_("完成期限"), help=_("不填即按规定期限"))


@dataclass(frozen=True, kw_only=True)
class SendBackReferralData:
    ruling: str = text(_("不予交办的理由"), long=True)
    competence: str = choice(_("应由谁负责"), Competence.choices, initial=lambda ask: Competence.SCHOOL)


@dataclass(frozen=True, kw_only=True)
class LapseNoticeData:
    pass


@dataclass(frozen=True, kw_only=True)
class RecordServiceData:
    receiver: str = text(_("收件人"), max_length=80, help=_("姓名、职务、电话"))
    refused: bool = flag(_("拒绝签收"), help=_("送达人、见证人在送达回证上注明"))
    photos: tuple[Upload, ...] = files(_("送达回证"), required=True)


@dataclass(frozen=True, kw_only=True)
class DeemReceivedData:
    pass


@dataclass(frozen=True, kw_only=True)
class TransferData:
    lead: Unit = unit(_("改由哪个单位牵头"), options=options.transferable_units)
    reason: str = text(_("转办理由"), long=True)
    requirements: str = text(_("整改要求"), long=True, initial=options.present_requirements)
    limit_on: date | None = day(_("整改期限"), help=_("不填即按规定期限重新计算；隐患存在时间不变"))


@dataclass(frozen=True, kw_only=True)
class RequestReturnData:
    part: Assignment | None = row(
        _("哪一项交办"), required=False, options=options.returnable_parts, help=_("只有一项时不用选")
    )
    reason: str = text(_("退办理由"), long=True)
    basis: str = text(_("依据"), required=False, help=_("法规、三定方案等"))
    suggestion: str = text(_("建议由哪个单位办理"), required=False, max_length=80)


@dataclass(frozen=True, kw_only=True)
class RuleReturnData:
    part: Assignment | None = row(
        _("哪一项申请"), required=False, options=options.requested_returns, help=_("只有一项时不用选")
    )
    ruling: str = choice(
        _("审核结果"),
        (
            ("keep", _("维持原交办，不得再申请")),
            ("transfer", _("同意，改由另一单位办理")),
            ("back", _("同意，收回待交办（校外单位可再函告或提请）")),
        ),
    )
    reason: str = text(_("理由"), long=True)
    lead: Unit | None = unit(
        _("改由哪个单位办理"), required=False, options=options.transferable_units, help=_("同意改办时选")
    )
    limit_on: date | None = day(_("整改期限"), help=_("改办时可填；不填即按规定期限"))


@dataclass(frozen=True, kw_only=True)
class ChangePartiesData:
    reason: str = text(_("调整原因"), long=True)
    add: tuple[Unit, ...] = units(_("增加配合单位"), options=options.co_units)
    co_task: str = text(_("配合事项"), required=False, help=_("增加配合单位时填"))
    remove: Assignment | None = row(_("撤去配合单位"), required=False, options=options.removable_parts)
    leader: User | None = person(_("责任领导改为"), required=False, options=options.people_of_lead)
    handler: User | None = person(_("经办人改为"), required=False, options=options.people_of_lead)
    verifier: Unit | None = unit(_("复查单位改为"), required=False, options=options.verifying_units)


@dataclass(frozen=True, kw_only=True)
class MovePaperLimitData:
    limit_on: date = day(_("文书期限改为"), required=True)
    reason: str = text(_("原因"), long=True)
    paper_number: str = text(_("新文书编号"), required=False, max_length=40)
    photos: tuple[Upload, ...] = files(_("文书"))


@dataclass(frozen=True, kw_only=True)
class MoveUnitData:
    """Where a closed school's open hazards go on; written when units are merged."""

    reason: str = text(_("原因"), long=True)
    by: str = text(_("经办"), required=False, max_length=80)


@dataclass(frozen=True, kw_only=True)
class PassOnData:
    """What somebody had in his own name goes to his successor; written when he hands over or leaves."""

    old: int = integer(_("移交人"))
    new: int | None = integer(_("接手人"), required=False)
    # He stays in the unit by another post: what he leads stays his.
    keeps_lead: bool = flag(_("责任领导不变"))
    by: str = text(_("经办"), required=False, max_length=80)
