"""Who does what next: one node for each main state that waits for someone (architecture 3.6)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow.flow import Flow

from hazards.states import TERMINAL, State
from workflows.locks import hazard_lock
from workflows.models import HazardProcess, HazardTask
from workflows.nodes import Begin, Finish, Route, Step

# Answers to no to-do: they leave state and turn alone, or undo the last turn.
_ALWAYS = ("amend", "record_control", "add_evidence", "withdraw_evidence", "withdraw", "void")


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
        State.REPORTED, "file", "self_handle", "fix_on_spot", "return_for_supplement", "escalate", "reject"
    )
    returned = _step(State.RETURNED, "supplement")
    filed = _step(State.FILED, "assign", "escalate")
    referred = _step(State.REFERRED)
    assigned = _step(State.ASSIGNED, "sign")
    rectifying = _step(State.RECTIFYING, "submit", "report_progress")
    submitted = _step(
        State.SUBMITTED, "pass_verification", "fail_verification", "return_submission", "confirm_and_close"
    )
    verified = _step(State.VERIFIED, "close", "return_closure")

    end = Finish()


def step_of(state: str) -> Step | None:
    """The node at which a state waits; None for a terminal state."""
    node = HazardFlow.route.node_for(state)
    return node if isinstance(node, Step) else None
