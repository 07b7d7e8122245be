"""Every action: its name, its words, who does it, and its typed fields.

The fields of an action are declared once, on its data class; form, API schema and batch row come from
them. Which states it may start from stands in `fsm.py`, who exactly may do it in `policies.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from hazards import options
from hazards.inputs import (
    Ask,
    Text,
    category,
    choice,
    day,
    domain,
    evidence,
    files,
    flag,
    integer,
    person,
    text,
    unit,
)  # fmt: skip
from hazards.models import Category, Domain, Evidence, Upload
from hazards.states import Channel, ClosureType, Competence, EvidenceStage, Level, RejectReason
from organizations.models import Unit, User


class Party(StrEnum):
    """Whose act it is; policies.py resolves it to posts."""

    ANYONE = "anyone"
    CAMPUS_STAFF = "campus_staff"
    HANDLING = "handling"
    REPORTER = "reporter"
    LEAD = "lead"
    CONTROL = "control"
    VERIFYING = "verifying"
    CLOSING = "closing"
    ANY_PARTY = "any_party"
    LAST_ACTOR = "last_actor"


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
    level: str = choice(_("等级"), Level.choices, initial=lambda ask: Level.GENERAL)
    domain: Domain = domain(_("领域"), initial=lambda ask: ask.hazard.domain.code if ask.hazard else "")
    category: Category | None = category(_("类别"))
    competence: str = choice(_("责任归属"), Competence.choices, initial=lambda ask: Competence.SCHOOL)


@dataclass(frozen=True, kw_only=True)
class SelfHandleData:
    leader: User = person(_("责任领导"), options=options.people_of_lead)
    handler: User = person(_("经办人"), options=options.people_of_lead, initial=lambda ask: ask.actor.pk)
    measures: str = text(_("整改措施"), long=True)
    interim_control: str = text(_("管控措施"), initial=lambda ask: ask.hazard.interim_control if ask.hazard else "")
    limit_on: date | None = day(_("整改期限"), help=_("不填即按规定期限"))
    category: Category | None = category(_("类别"))


@dataclass(frozen=True, kw_only=True)
class ConfirmAndCloseData:
    opinion: str = text(_("核实意见"), required=False, long=True, help=_("不填即为“经核实，整改到位”"))
    photos: tuple[Upload, ...] = files(_("核实照片"))


@dataclass(frozen=True, kw_only=True)
class AssignData:
    lead: Unit = unit(
        _("牵头单位"), options=options.orderable_units, initial=lambda ask: ask.hazard.unit_id if ask.hazard else None
    )
    requirements: str = text(_("整改要求"), long=True)
    limit_on: date | None = day(_("整改期限"), help=_("不填即按规定期限"))
    verifier: Unit | None = unit(_("复查单位"), required=False, options=options.verifying_units, help=_("不填即按规则"))


@dataclass(frozen=True, kw_only=True)
class SignData:
    leader: User = person(_("责任领导"), options=options.people_of_lead)
    handler: User = person(_("经办人"), options=options.people_of_lead)
    interim_control: str = text(
        _("整改期间的管控措施"),
        long=True,
        help=_("整改完成前怎样保证安全"),
        initial=lambda ask: ask.hazard.interim_control if ask.hazard else "",
    )


@dataclass(frozen=True, kw_only=True)
class RecordControlData:
    interim_control: str = text(_("管控措施"), long=True, help=_("例如：停用该教室，拉警戒线，派人值守"))
    photos: tuple[Upload, ...] = files(_("照片"))


@dataclass(frozen=True, kw_only=True)
class ReportProgressData:
    percent: int = integer(_("完成比例（%）"), maximum=100)
    progress: str = text(_("进展情况"), long=True)
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
    report: str = text(_("整改情况"), long=True, help=_("做了什么，结果怎样"))
    photos: tuple[Upload, ...] = files(_("整改后照片"), help=_("与整改前同一位置拍摄；已上传过的不必重传"))
    cost: int = integer(_("花费（元）"), help=_("没有花费填 0"))
    responsibility: str = text(_("责任落实"), initial=_commitment("responsibility"))
    measures: str = text(_("措施落实"), long=True, initial=_commitment("measures"))
    funding: str = text(_("资金落实"), initial=_commitment("funding"))
    deadline: str = text(_("时限落实"), initial=_commitment("deadline"))
    contingency: str = text(_("预案落实"), initial=_commitment("contingency"))


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
    photos: tuple[Upload, ...] = files(_("现场照片"), help=_("较大及以上必须有"))


@dataclass(frozen=True, kw_only=True)
class ReturnClosureData:
    doubt: str = text(_("存疑之处"), long=True)


@dataclass(frozen=True, kw_only=True)
class CloseData:
    closure_type: str = choice(
        _("销号方式"),
        ClosureType.choices,
        initial=lambda ask: ask.hazard.closure_type or ClosureType.RECTIFIED if ask.hazard else "",
    )
    opinion: str = text(_("销号意见"), required=False, long=True)


@dataclass(frozen=True, kw_only=True)
class AmendData:
    reason: str = text(_("更正原因"))
    place: str = text(
        _("部位"), required=False, max_length=80, initial=lambda ask: ask.hazard.place if ask.hazard else ""
    )
    description: str = text(
        _("隐患描述"), required=False, long=True, initial=lambda ask: ask.hazard.description if ask.hazard else ""
    )
    domain: Domain | None = domain(
        _("领域"), required=False, initial=lambda ask: ask.hazard.domain.code if ask.hazard else ""
    )
    category: Category | None = category(
        _("类别"), initial=lambda ask: ask.hazard.category.code if ask.hazard and ask.hazard.category else ""
    )


@dataclass(frozen=True, kw_only=True)
class WithdrawData:
    reason: str = text(_("撤回原因"))


@dataclass(frozen=True, kw_only=True)
class VoidData:
    reason: str = text(_("作废原因"), long=True)


@dataclass(frozen=True)
class Action:
    name: str
    label: Text
    data: type[Any]
    event: str
    party: Party
    # What the button will do and to whom, said before it is pressed.
    effect: Text
    # Raises the version that others must have seen; evidence and progress do not.
    moves_version: bool = True
    # Who did or reported the work may not do this.
    bars_rectifiers: bool = False
    # Rare or hard to undo: in the menu, not among the main buttons.
    is_rare: bool = False
    makes_hazard: bool = False


_ACTIONS = (
    Action("report", _("上报"), ReportData, "hazard.reported", Party.ANYONE, _("生成回执号，交办理单位建档"), makes_hazard=True),
    Action("fix_on_spot", _("立行立改"), FixOnSpotData, "hazard.fixed_on_spot", Party.CAMPUS_STAFF, _("登记当场整改，交校长核实"), makes_hazard=True),
    Action("file", _("建档"), FileData, "hazard.filed", Party.HANDLING, _("确定等级和责任归属，生成档案编号")),
    Action("self_handle", _("自行整改"), SelfHandleData, "hazard.self_handled", Party.HANDLING, _("由本校立即整改，一次完成建档、交办、签收")),
    Action("return_for_supplement", _("退回补充"), ReturnForSupplementData, "hazard.returned_for_supplement", Party.HANDLING, _("退给上报人补充，最多两次")),
    Action("supplement", _("补充"), SupplementData, "hazard.supplemented", Party.REPORTER, _("补充后重新送办理单位")),
    Action("escalate", _("报送上级"), EscalateData, "hazard.escalated", Party.HANDLING, _("改由上级办理，本单位继续管控")),
    Action("reject", _("不予登记"), RejectData, "hazard.rejected", Party.HANDLING, _("结束办理并告知上报人"), is_rare=True),
    Action("assign", _("交办"), AssignData, "hazard.assigned", Party.HANDLING, _("交给牵头单位限期整改")),
    Action("sign", _("签收"), SignData, "hazard.signed", Party.LEAD, _("确定责任领导和经办人，开始整改")),
    Action("submit", _("提请复查"), SubmitData, "hazard.submitted", Party.LEAD, _("报整改完成，交复查单位")),
    Action("report_progress", _("填报进展"), ReportProgressData, "hazard.progress_reported", Party.LEAD, _("记入时间线"), moves_version=False),
    Action("confirm_and_close", _("核实销号"), ConfirmAndCloseData, "hazard.confirmed_and_closed", Party.VERIFYING, _("核实整改到位并销号"), bars_rectifiers=True),
    Action("pass_verification", _("复查合格"), PassVerificationData, "hazard.verification_passed", Party.VERIFYING, _("交销号单位销号"), bars_rectifiers=True),
    Action("fail_verification", _("复查不合格"), FailVerificationData, "hazard.verification_failed", Party.VERIFYING, _("退回牵头单位返工"), bars_rectifiers=True),
    Action("return_submission", _("退回补正"), ReturnSubmissionData, "hazard.submission_returned", Party.VERIFYING, _("退回牵头单位补齐材料"), bars_rectifiers=True),
    Action("close", _("销号"), CloseData, "hazard.closed", Party.CLOSING, _("办结归档，不能再改"), bars_rectifiers=True),
    Action("return_closure", _("销号退回"), ReturnClosureData, "hazard.closure_returned", Party.CLOSING, _("退回复查单位重新复查"), bars_rectifiers=True),
    Action("record_control", _("采取管控措施"), RecordControlData, "hazard.control_recorded", Party.CONTROL, _("记录已采取的停用、警戒等措施"), moves_version=False),
    Action("add_evidence", _("补充证据"), AddEvidenceData, "hazard.evidence_added", Party.ANY_PARTY, _("加入证据"), moves_version=False),
    Action("withdraw_evidence", _("撤回证据"), WithdrawEvidenceData, "hazard.evidence_withdrawn", Party.ANY_PARTY, _("标为已撤回，仍可查"), moves_version=False, is_rare=True),
    Action("amend", _("更正"), AmendData, "hazard.amended", Party.HANDLING, _("更正内容，新旧都留痕"), is_rare=True),
    Action("withdraw", _("撤回"), WithdrawData, "hazard.withdrawn", Party.LAST_ACTOR, _("撤回您刚才的一步，回到之前的状态；这一步上传的照片一并撤回"), is_rare=True),
    Action("void", _("作废"), VoidData, "hazard.voided", Party.HANDLING, _("作废后不再计数，记录仍在"), is_rare=True),
)  # fmt: skip

ACTIONS: dict[str, Action] = {action.name: action for action in _ACTIONS}
