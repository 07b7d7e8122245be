"""Every action: its name, its words, and who does it.

The fields of an action are declared once, on its class in `hazards.data`; form, API schema and batch row come
from them. Which states it may start from stands in `fsm/`, who exactly may do it in `policies.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from hazards.data.assigning import (
    AssignData,
    AssignReferredData,
    ChangePartiesData,
    ClaimData,
    DeemReceivedData,
    LapseNoticeData,
    MovePaperLimitData,
    MoveUnitData,
    NotifyData,
    PassOnData,
    RecordServiceData,
    ReferData,
    RequestReturnData,
    RuleReturnData,
    SendBackReferralData,
    SignData,
    TransferData,
)
from hazards.data.clock import (
    AdoptPolicyData,
    DecideListingData,
    DecideMeasureData,
    DelistData,
    DraftListingData,
    DraftMeasureData,
    EndUseData,
    EscalateOverdueData,
    ListOverdueData,
    ProposeListingData,
    ProposeMeasureData,
    ProveGuardData,
    RecomputeData,
    RecordInterviewData,
    RecordListingData,
    RemindData,
    ReplyMeasureData,
    RequestExtensionData,
    RequestResumeData,
    RuleExtensionData,
    RuleResumeData,
    SetLimitData,
    SuspendData,
    TakeOverData,
    VisitSupervisionData,
    WarnData,
    WithdrawExtensionData,
    WithdrawMeasureData,
)
from hazards.data.corrections import (
    AbsorbData,
    AmendData,
    ConfirmCountersignData,
    DeclineCountersignData,
    GrantReadingData,
    InstructData,
    LapseCountersignData,
    LapseReadingData,
    MergeData,
    ReleaseData,
    ReplyInstructionData,
    RequestCountersignData,
    SealData,
    UnmergeData,
    VoidData,
    WithdrawData,
)
from hazards.data.rectifying import (
    AddEvidenceData,
    AnswerSupportData,
    ApprovePlanData,
    ConfirmPartData,
    EliminateData,
    FinishPartData,
    RecordAppraisalData,
    RecordControlData,
    ReportProgressData,
    RequestSupportData,
    ReturnPartData,
    ReturnPlanData,
    SavePlanData,
    ScheduleData,
    SignPartData,
    SubmitData,
    SubmitPlanData,
    WithdrawEvidenceData,
)
from hazards.data.reporting import (
    AppealData,
    EscalateData,
    FileData,
    FixOnSpotData,
    RecordDoubleReportData,
    RegradeData,
    RejectData,
    ReportData,
    ReturnForSupplementData,
    SelfHandleData,
    SupplementData,
)
from hazards.data.verifying import (
    ArrangeVisitData,
    CloseData,
    ConfirmAndCloseData,
    FailVerificationData,
    LookBackData,
    PassVerificationData,
    ReopenData,
    ReturnClosureData,
    ReturnSubmissionData,
)
from hazards.inputs import Text


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
    # The body that was asked to order, and the unit it should order.
    COUNTY = "county"
    CLAIMANT = "claimant"
    # Who gave the assignment; who has it; a co-unit.
    ISSUER = "issuer"
    ISSUER_OR_LEAD = "issuer_or_lead"
    PART = "part"
    PART_OR_LEAD = "part_or_lead"
    REVIEWER = "reviewer"
    SUPPORTER = "supporter"
    PAPER = "paper"
    # The bureau's own posts, and leaders above a party.
    BUREAU = "bureau"
    SUPERIOR = "superior"
    # Of a row of the clock: who decides about it, and whom it is about.
    DECIDER = "decider"
    TARGET = "target"
    CAMPUS = "campus"
    INSTRUCTED = "instructed"
    SECOND = "second"
    # What comes by time, by a change of units or with another act; no person asks for it.
    CLOCK = "clock"


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
    Action("regrade", _("调整等级"), RegradeData, "hazard.regraded", Party.HANDLING, _("按新等级重算本环节时限，不倒算逾期；由重大调低须第二人会签"), is_rare=True),
    Action("record_double_report", _("登记双报告"), RecordDoubleReportData, "hazard.double_report_recorded", Party.CONTROL, _("重大隐患销号前必须向部门和教职工报告")),
    Action("notify", _("函告主管部门"), NotifyData, "hazard.notified", Party.HANDLING, _("请校外单位办理，学校继续管控；逾期未复即可提请交办")),
    Action("refer", _("提请交办"), ReferData, "hazard.referred", Party.HANDLING, _("局领导会签后，提请县级机构交办")),
    Action("assign_referred", _("县级交办"), AssignReferredData, "hazard.referral_assigned", Party.COUNTY, _("交给牵头部门限期办理，学校负责管控")),
    Action("claim", _("认领"), ClaimData, "hazard.claimed", Party.CLAIMANT, _("由本单位牵头办理")),
    Action("send_back_referral", _("不予交办"), SendBackReferralData, "hazard.referral_sent_back", Party.COUNTY, _("退回教育局，由其自行交办"), is_rare=True),
    Action("lapse_notice", _("函告未复"), LapseNoticeData, "hazard.notice_lapsed", Party.CLOCK, _("函告到期未复，转为提请交办")),
    Action("record_service", _("登记送达"), RecordServiceData, "hazard.service_recorded", Party.ISSUER, _("送达回证视同签收，开始整改"), is_rare=True),
    Action("deem_received", _("视为送达"), DeemReceivedData, "hazard.deemed_received", Party.CLOCK, _("到期未签收，视为送达")),
    Action("transfer", _("转办"), TransferData, "hazard.transferred", Party.ISSUER, _("改由另一单位牵头，原交办结束"), is_rare=True),
    Action("request_return", _("申请退办"), RequestReturnData, "hazard.return_requested", Party.PART_OR_LEAD, _("请交办单位审核；期间时限照走"), is_rare=True),
    Action("rule_return", _("退办审核"), RuleReturnData, "hazard.return_ruled", Party.ISSUER, _("维持、改办或收回")),
    Action("change_parties", _("调整配合单位和人员"), ChangePartiesData, "hazard.parties_changed", Party.ISSUER_OR_LEAD, _("增减配合单位，更换责任领导、经办人、复查单位"), is_rare=True),
    Action("move_paper_limit", _("变更文书期限"), MovePaperLimitData, "hazard.paper_limit_moved", Party.PAPER, _("只有发文单位能变更")),
    Action("move_unit", _("划转"), MoveUnitData, "hazard.unit_moved", Party.CLOCK, _("学校撤并，隐患由并入学校继续办理")),
    Action("pass_on", _("交接"), PassOnData, "hazard.passed_on", Party.CLOCK, _("经办人、责任领导换为接手人")),
    Action("sign_part", _("签收配合"), SignPartData, "hazard.part_signed", Party.PART, _("确定本单位经办人")),
    Action("finish_part", _("报配合完成"), FinishPartData, "hazard.part_finished", Party.PART, _("交牵头单位确认")),
    Action("confirm_part", _("确认配合完成"), ConfirmPartData, "hazard.part_confirmed", Party.LEAD, _("配合事项办结")),
    Action("return_part", _("退回配合事项"), ReturnPartData, "hazard.part_returned", Party.LEAD, _("退给配合单位继续办理")),
    Action("save_plan", _("编制整改方案"), SavePlanData, "hazard.plan_saved", Party.LEAD, _("保存方案，可多次修改")),
    Action("submit_plan", _("报审整改方案"), SubmitPlanData, "hazard.plan_submitted", Party.LEAD, _("交审批单位审核")),
    Action("return_plan", _("退回方案"), ReturnPlanData, "hazard.plan_returned", Party.REVIEWER, _("退给牵头单位修改")),
    Action("approve_plan", _("批准方案"), ApprovePlanData, "hazard.plan_approved", Party.REVIEWER, _("批准后方可填报进展和提请复查"), bars_rectifiers=True),
    Action("request_support", _("提请上级解决"), RequestSupportData, "hazard.support_requested", Party.LEAD, _("请上级解决经费、项目、鉴定或协调；时限照走")),
    Action("answer_support", _("答复提请"), AnswerSupportData, "hazard.support_answered", Party.SUPPORTER, _("告知牵头单位")),
    Action("schedule", _("列入治理计划"), ScheduleData, "hazard.scheduled", Party.BUREAU, _("按节点治理，每月报管控情况；单独统计"), is_rare=True),
    Action("record_appraisal", _("登记鉴定结论"), RecordAppraisalData, "hazard.appraised", Party.CONTROL, _("D级立即封停、限期拆除，C级维修后须复鉴"), is_rare=True),
    Action("eliminate", _("消除办结"), EliminateData, "hazard.eliminated", Party.BUREAU, _("拆除、关闭、退出使用后直接转待销号"), is_rare=True),
    Action("arrange_visit", _("约定复查"), ArrangeVisitData, "hazard.visit_arranged", Party.VERIFYING, _("告知单位复查日期")),
    Action("appeal", _("申诉"), AppealData, "hazard.appealed", Party.REPORTER, _("由上一级重新审核，限一次")),
    Action("merge", _("合并登记"), MergeData, "hazard.merged", Party.HANDLING, _("并入另一条，不再单独计数；最早的发现时间和期限保留"), is_rare=True),
    Action("unmerge", _("撤销合并"), UnmergeData, "hazard.unmerged", Party.HANDLING, _("恢复单独办理，须第二人会签"), is_rare=True),
    Action("absorb", _("并入"), AbsorbData, "hazard.absorbed", Party.CLOCK, _("另一条并入本条")),
    Action("release", _("撤出"), ReleaseData, "hazard.released", Party.CLOCK, _("并入的一条恢复单独办理")),
    Action("reopen", _("重启整改"), ReopenData, "hazard.reopened", Party.BUREAU, _("由原单位重新整改，期限减半"), is_rare=True),
    Action("look_back", _("回头看"), LookBackData, "hazard.looked_back", Party.BUREAU, _("记入档案"), moves_version=False),
    Action("instruct", _("批示"), InstructData, "hazard.instructed", Party.SUPERIOR, _("形成待办，须回复")),
    Action("reply_instruction", _("回复批示"), ReplyInstructionData, "hazard.instruction_replied", Party.INSTRUCTED, _("报批示人")),
    Action("seal", _("封存"), SealData, "hazard.sealed", Party.BUREAU, _("冻结现有记录并生成校验值，以后的记录标为事后补录"), is_rare=True),
    Action("grant_reading", _("准许查阅"), GrantReadingData, "hazard.reading_granted", Party.BUREAU, _("到期自动收回"), is_rare=True),
    Action("lapse_reading", _("查阅到期"), LapseReadingData, "hazard.reading_lapsed", Party.CLOCK, _("收回查阅"), moves_version=False),
    Action("request_countersign", _("提请会签"), RequestCountersignData, "hazard.countersign_requested", Party.CLOCK, _("等第二人会签")),
    Action("confirm_countersign", _("会签同意"), ConfirmCountersignData, "hazard.countersigned", Party.SECOND, _("同意后立即生效")),
    Action("decline_countersign", _("会签不同意"), DeclineCountersignData, "hazard.countersign_declined", Party.SECOND, _("退给提请人")),
    Action("request_extension", _("申请延期"), RequestExtensionData, "hazard.extension_requested", Party.LEAD, _("请交办单位审批；审批期间时限照走")),
    Action("withdraw_extension", _("撤回延期申请"), WithdrawExtensionData, "hazard.extension_withdrawn", Party.LEAD, _("按原期限整改"), is_rare=True),
    Action("rule_extension", _("审批延期"), RuleExtensionData, "hazard.extension_ruled", Party.DECIDER, _("同意即按新期限，不同意则原期限不变；原期限保留备查")),
    Action("set_limit", _("重新确定期限"), SetLimitData, "hazard.limit_set", Party.ISSUER, _("改为新的整改期限，原期限保留备查"), is_rare=True),
    Action("suspend", _("停用"), SuspendData, "hazard.suspended", Party.CAMPUS, _("即日起停止使用，每日登记值守；恢复须决定单位同意"), is_rare=True),
    Action("prove_guard", _("登记值守"), ProveGuardData, "hazard.guard_proved", Party.TARGET, _("记入档案，明日再登记"), moves_version=False),
    Action("request_resume", _("申请恢复使用"), RequestResumeData, "hazard.resume_requested", Party.TARGET, _("请决定单位审查；同意之前不得使用")),
    Action("rule_resume", _("审查恢复使用"), RuleResumeData, "hazard.resume_ruled", Party.DECIDER, _("同意即解除停用")),
    Action("end_use", _("永久停用"), EndUseData, "hazard.use_ended", Party.BUREAU, _("不再恢复使用"), is_rare=True),
    Action("remind", _("催办"), RemindData, "hazard.reminded", Party.BUREAU, _("告知责任岗位，记入催办记录"), moves_version=False),
    Action("warn", _("到期提醒"), WarnData, "hazard.warned", Party.CLOCK, _("按阶梯催办、预警"), moves_version=False),
    Action("propose_measure", _("提出督办措施"), ProposeMeasureData, "hazard.measure_proposed", Party.BUREAU, _("拟稿，报局领导签发"), is_rare=True),
    Action("draft_measure", _("拟督办措施"), DraftMeasureData, "hazard.measure_drafted", Party.CLOCK, _("按阶梯拟稿，等局领导签发")),
    Action("decide_measure", _("签发督办措施"), DecideMeasureData, "hazard.measure_decided", Party.DECIDER, _("签发后送达对象单位，记入其档案")),
    Action("record_interview", _("登记约谈"), RecordInterviewData, "hazard.interview_recorded", Party.DECIDER, _("登记约谈纪要，限期书面回复")),
    Action("reply_measure", _("书面回复"), ReplyMeasureData, "hazard.measure_replied", Party.TARGET, _("报签发单位")),
    Action("withdraw_measure", _("撤销督办措施"), WithdrawMeasureData, "hazard.measure_withdrawn", Party.DECIDER, _("由签发人撤销，记录仍在"), is_rare=True),
    Action("propose_listing", _("拟挂牌督办"), ProposeListingData, "hazard.listing_proposed", Party.BUREAU, _("报局领导审批；部门、乡镇的提请县级挂牌"), is_rare=True),
    Action("draft_listing", _("拟挂牌"), DraftListingData, "hazard.listing_drafted", Party.CLOCK, _("按阶梯拟挂牌，等局领导审批")),
    Action("list_overdue", _("逾期挂牌督办"), ListOverdueData, "hazard.listed_overdue", Party.CLOCK, _("按规则授权直接挂牌督办")),
    Action("decide_listing", _("挂牌审批"), DecideListingData, "hazard.listing_decided", Party.DECIDER, _("挂牌后按期报告、督办，摘牌之前不能销号")),
    Action("record_listing", _("登记上级挂牌"), RecordListingData, "hazard.listing_recorded", Party.BUREAU, _("登记上级挂牌通知、延期和验收结论"), is_rare=True),
    Action("visit_supervision", _("登记督办"), VisitSupervisionData, "hazard.supervision_visited", Party.DECIDER, _("记入督办记录，下月再督办"), moves_version=False),
    Action("delist", _("摘牌"), DelistData, "hazard.delisted", Party.DECIDER, _("解除挂牌督办；之后才能销号")),
    Action("escalate_overdue", _("超期报送上级"), EscalateOverdueData, "hazard.escalated_overdue", Party.CLOCK, _("超期未办，改由上级办理")),
    Action("take_over", _("存量接管"), TakeOverData, "hazard.taken_over", Party.CLOCK, _("时限从接管之日起算")),
    Action("adopt_policy", _("改用新规则"), AdoptPolicyData, "hazard.policy_adopted", Party.BUREAU, _("按新的时限规则重算本环节时限，不倒算逾期"), is_rare=True),
    Action("recompute", _("重算时限"), RecomputeData, "hazard.limits_recomputed", Party.CLOCK, _("日历调整，重算未到期的时限")),
    Action("lapse_countersign", _("会签到期"), LapseCountersignData, "hazard.countersign_lapsed", Party.CLOCK, _("到期未会签")),
)  # fmt: skip

ACTIONS: dict[str, Action] = {action.name: action for action in _ACTIONS}
