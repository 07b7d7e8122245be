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
from workflows.locks import hazard_lock
from workflows.models import HazardProcess, HazardTask, SideProcess, SideTask
from workflows.nodes import Begin, Finish, Route, Step

# Answers to no to-do: they leave state and turn alone, or undo the last turn.
_ALWAYS = (
    "amend", "record_control", "add_evidence", "withdraw_evidence", "withdraw", "void", "instruct", "reply_instruction",
    "seal", "grant_reading", "lapse_reading", "request_countersign", "confirm_countersign", "decline_countersign",
    "lapse_countersign", "absorb", "release", "move_unit", "pass_on",
)  # fmt: skip
# From filing on the file can be graded and appraised.
_GRADED = ("regrade", "record_double_report", "record_appraisal")
_PARTS = ("sign_part", "finish_part", "confirm_part", "return_part", "request_return", "rule_return", "transfer")
_BESIDE_WORK = (*_GRADED, *_PARTS, "change_parties", "request_support", "answer_support", "move_paper_limit")


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
        State.REPORTED, "file", "self_handle", "fix_on_spot", "return_for_supplement", "escalate", "reject", "merge"
    )
    returned = _step(State.RETURNED, "supplement")
    filed = _step(State.FILED, "assign", "notify", "refer", "escalate", "merge", "move_paper_limit", *_GRADED)
    referred = _step(State.REFERRED, "assign_referred", "claim", "send_back_referral", "move_paper_limit", *_GRADED)
    assigned = _step(State.ASSIGNED, "sign", "record_service", "deem_received", "lapse_notice", "merge", *_BESIDE_WORK)
    rectifying = _step(
        State.RECTIFYING, "submit", "lapse_notice", "report_progress", "save_plan", "submit_plan", "return_plan", "approve_plan", "schedule",
        "eliminate", *_BESIDE_WORK,
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


SIDE_FLOWS: dict[str, type[SideFlow]] = {
    flow.machine: flow for flow in (PartFlow, ReturnFlow, PlanFlow, CountersignFlow, SupportFlow, InstructionFlow)
}
ALL_FLOWS: tuple[type[Flow], ...] = (HazardFlow, *SIDE_FLOWS.values())
