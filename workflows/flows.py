"""Who does what next: one node for each main state that waits for someone (architecture 3.6)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow.flow import Flow

from hazards.states import (
    TERMINAL,
    AssignmentState,
    CountersignState,
    InstructionState,
    PlanState,
    ReturnState,
    State,
    SupportState,
)  # fmt: skip
from hazards.states_clock import ExtensionState, MeasureState, SupervisionState, SuspensionState
from workflows.locks import hazard_lock
from workflows.models import HazardProcess, HazardTask, SideProcess, SideTask
from workflows.nodes import Begin, Finish, Route, Step

# What the clock brings, whatever the state.
_CLOCKS = (
    "remind", "warn", "propose_measure", "draft_measure", "decide_measure", "record_interview", "reply_measure",
    "withdraw_measure", "suspend", "prove_guard", "request_resume", "rule_resume", "end_use", "take_over", "adopt_policy",
    "recompute",
)  # fmt: skip
_LISTING = (
    "propose_listing", "draft_listing", "list_overdue", "decide_listing", "record_listing", "visit_supervision", "delist",
)  # fmt: skip
# Answers to no to-do: they leave state and turn alone, or undo the last turn.
_ALWAYS = (
    "amend", "record_control", "add_evidence", "withdraw_evidence", "withdraw", "void", "instruct", "reply_instruction",
    "seal", "grant_reading", "lapse_reading", "request_countersign", "confirm_countersign", "decline_countersign",
    "lapse_countersign", "absorb", "release", "move_unit", "pass_on", *_CLOCKS,
)  # fmt: skip
# From filing on the file can be graded and appraised.
_GRADED = ("regrade", "record_double_report", "record_appraisal", *_LISTING)
_EXTENSION = ("request_extension", "withdraw_extension", "rule_extension")
_PARTS = ("sign_part", "finish_part", "confirm_part", "return_part", "request_return", "rule_return", "transfer")
_BESIDE_WORK = (
    *_GRADED,
    *_PARTS,
    "change_parties",
    "request_support",
    "answer_support",
    "move_paper_limit",
    "set_limit",
)


def _in(state: State) -> Callable[[str], bool]:
    return lambda current: current == state


def _ended(current: str) -> bool:
    return current in TERMINAL


def _step(state: State, *actions: str) -> Step:
    step: Step = Step(title=state.label, actions=(*actions, *_ALWAYS)).Next(this.route)
    return step


class HazardFlow(Flow):
    """The life of a hazard from report to closure."""

    process_class = HazardProcess
    task_class = HazardTask
    lock_impl = staticmethod(hazard_lock)
    process_title = _("隐患办理")
    process_summary_template = process_result_template = "{{ flow_class.process_title }} {{ process.hazard.number }}"

    start = Begin(title=_("上报")).Next(this.route)

    route = (
        Route()
        .Case(this.reported, _in(State.REPORTED))
        .Case(this.returned, _in(State.RETURNED))
        .Case(this.filed, _in(State.FILED))
        .Case(this.referred, _in(State.REFERRED))
        .Case(this.assigned, _in(State.ASSIGNED))
        .Case(this.rectifying, _in(State.RECTIFYING))
        .Case(this.submitted, _in(State.SUBMITTED))
        .Case(this.verified, _in(State.VERIFIED))
        .Case(this.end, _ended)
    )

    reported = _step(
        State.REPORTED,
        "file",
        "self_handle",
        "fix_on_spot",
        "return_for_supplement",
        "escalate",
        "reject",
        "merge",
        "escalate_overdue",
    )
    returned = _step(State.RETURNED, "supplement")
    filed = _step(
        State.FILED, "assign", "notify", "refer", "escalate", "merge", "move_paper_limit", "escalate_overdue", *_GRADED
    )
    referred = _step(State.REFERRED, "assign_referred", "claim", "send_back_referral", "move_paper_limit", *_GRADED)
    assigned = _step(State.ASSIGNED, "sign", "record_service", "deem_received", "lapse_notice", "merge", *_BESIDE_WORK)
    rectifying = _step(
        State.RECTIFYING, "submit", "lapse_notice", "report_progress", "save_plan", "submit_plan", "return_plan", "approve_plan", "schedule",
        "eliminate", *_EXTENSION, *_BESIDE_WORK,
    )  # fmt: skip
    submitted = _step(
        State.SUBMITTED, "pass_verification", "fail_verification", "return_submission", "confirm_and_close",
        "arrange_visit", "eliminate", "change_parties", *_GRADED,
    )  # fmt: skip
    verified = _step(State.VERIFIED, "close", "return_closure", "change_parties", *_GRADED)

    end = Finish()


def step_of(state: str) -> Step | None:
    """The node at which a state waits; None for a terminal state."""
    node = HazardFlow.route.node_for(state)
    return node if isinstance(node, Step) else None


def _in_side(state: str) -> Callable[[str], bool]:
    return lambda current: current == state


def _over(current: str) -> bool:
    return True


class SideFlow(Flow):
    """What the flows of the small machines share. The hazard's own lock holds for them all."""

    process_class = SideProcess
    task_class = SideTask
    lock_impl = staticmethod(hazard_lock)
    process_summary_template = process_result_template = "{{ flow_class.process_title }} {{ process.hazard.number }}"
    # The machine of hazards.small.
    machine = ""


def _side(title: str | Promise, *actions: str) -> Step:
    step: Step = Step(title=title, actions=actions).Next(this.route)
    return step


class PartFlow(SideFlow):
    """A co-unit's part."""

    machine = "part"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("配合事项")
    start = Begin(title=_("交给配合单位")).Next(this.route)
    route = (
        Route()
        .Case(this.sent, _in_side(AssignmentState.SENT))
        .Case(this.signed, _in_side(AssignmentState.SIGNED))
        .Case(this.done, _in_side(AssignmentState.DONE))
        .Case(this.end, _over)
    )
    sent = _side(_("待配合单位签收"), "sign_part", "finish_part")
    signed = _side(_("配合中"), "finish_part")
    done = _side(_("待牵头单位确认"), "confirm_part", "return_part")
    end = Finish()


class ReturnFlow(SideFlow):
    """A unit's request to be rid of an assignment."""

    machine = "return"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("退办申请")
    start = Begin(title=_("申请退办")).Next(this.route)
    route = Route().Case(this.requested, _in_side(ReturnState.REQUESTED)).Case(this.end, _over)
    requested = _side(_("待退办审核"), "rule_return", "transfer")
    end = Finish()


class PlanFlow(SideFlow):
    """A rectification plan until it is approved."""

    machine = "plan"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("整改方案")
    start = Begin(title=_("开始编制")).Next(this.route)
    route = (
        Route()
        .Case(this.draft, _in_side(PlanState.DRAFT))
        .Case(this.in_review, _in_side(PlanState.IN_REVIEW))
        .Case(this.end, _over)
    )
    draft = _side(_("编制方案"), "submit_plan", "save_plan")
    in_review = _side(_("审核方案"), "approve_plan", "return_plan")
    end = Finish()


class CountersignFlow(SideFlow):
    """An act that waits for a second person."""

    machine = "countersign"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("会签")
    start = Begin(title=_("提请会签")).Next(this.route)
    route = Route().Case(this.open, _in_side(CountersignState.OPEN)).Case(this.end, _over)
    open = _side(_("待会签"), "confirm_countersign", "decline_countersign", "lapse_countersign")
    end = Finish()


class SupportFlow(SideFlow):
    """A request for money, a project, an appraisal or coordination."""

    machine = "support"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("提请上级解决")
    start = Begin(title=_("提请")).Next(this.route)
    route = Route().Case(this.open, _in_side(SupportState.OPEN)).Case(this.end, _over)
    open = _side(_("待答复"), "answer_support", "schedule", "record_appraisal")
    end = Finish()


class InstructionFlow(SideFlow):
    """What a leader wants done or told."""

    machine = "instruction"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("批示")
    start = Begin(title=_("批示")).Next(this.route)
    route = Route().Case(this.open, _in_side(InstructionState.OPEN)).Case(this.end, _over)
    open = _side(_("待回复"), "reply_instruction")
    end = Finish()


class ExtensionFlow(SideFlow):
    """A request for more time."""

    machine = "extension"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("延期")
    start = Begin(title=_("申请延期")).Next(this.route)
    route = Route().Case(this.requested, _in_side(ExtensionState.REQUESTED)).Case(this.end, _over)
    requested = _side(_("待审批延期"), "rule_extension", "withdraw_extension")
    end = Finish()


class SuspensionFlow(SideFlow):
    """Something is out of use, and guarded every day."""

    machine = "suspension"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("停用")
    start = Begin(title=_("停用")).Next(this.route)
    route = (
        Route()
        .Case(this.in_force, _in_side(SuspensionState.IN_FORCE))
        .Case(this.resume_requested, _in_side(SuspensionState.RESUME_REQUESTED))
        .Case(this.end, _over)
    )
    in_force = _side(_("停用值守"), "prove_guard", "request_resume", "rule_resume", "end_use")
    resume_requested = _side(_("待审查恢复使用"), "rule_resume", "end_use")
    end = Finish()


class SupervisionFlow(SideFlow):
    """A hazard listed for supervision."""

    machine = "supervision"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("挂牌督办")
    start = Begin(title=_("拟挂牌")).Next(this.route)
    route = (
        Route()
        .Case(this.proposed, _in_side(SupervisionState.PROPOSED))
        .Case(this.listed, _in_side(SupervisionState.LISTED))
        .Case(this.passed, _in_side(SupervisionState.PASSED))
        .Case(this.end, _over)
    )
    proposed = _side(_("待挂牌审批"), "decide_listing", "record_listing", "list_overdue", "eliminate")
    listed = _side(_("督办中"), "visit_supervision", "submit", "record_listing", "eliminate", "delist")
    passed = _side(_("待摘牌"), "delist", "return_closure")
    end = Finish()


class MeasureFlow(SideFlow):
    """A bulletin, an interview or another measure of the ladder."""

    machine = "measure"
    lock_impl = staticmethod(hazard_lock)
    process_title = _("督办措施")
    start = Begin(title=_("拟稿")).Next(this.route)
    route = (
        Route()
        .Case(this.draft, _in_side(MeasureState.DRAFT))
        .Case(this.issued, _in_side(MeasureState.ISSUED))
        .Case(this.awaiting_reply, _in_side(MeasureState.AWAITING_REPLY))
        .Case(this.end, _over)
    )
    draft = _side(_("待签发"), "decide_measure")
    issued = _side(_("待约谈"), "record_interview", "withdraw_measure")
    awaiting_reply = _side(_("待书面回复"), "reply_measure", "withdraw_measure")
    end = Finish()


SIDE_FLOWS: dict[str, type[SideFlow]] = {
    flow.machine: flow
    for flow in (
        PartFlow,
        ReturnFlow,
        PlanFlow,
        CountersignFlow,
        SupportFlow,
        InstructionFlow,
        ExtensionFlow,
        SuspensionFlow,
        SupervisionFlow,
        MeasureFlow,
    )
}
ALL_FLOWS: tuple[type[Flow], ...] = (HazardFlow, *SIDE_FLOWS.values())
