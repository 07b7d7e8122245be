"""System checks: the flow knows every legal move of the FSM, and every node is locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from viewflow.workflow.exceptions import FlowRuntimeError

from hazards import fsm
from hazards.actions import ACTIONS
from hazards.small import AWAITED_BY
from hazards.states import NEW, TERMINAL
from workflows.flows import ALL_FLOWS, SIDE_FLOWS, HazardFlow
from workflows.locks import hazard_lock
from workflows.nodes import Step
from workflows.side_engine import actions_of


@register()
def flow_knows_every_transition(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every transition stands on the node of its source state and nothing else does; every target has a node or the end."""
    errors: list[CheckMessage] = _invented()
    for action, source, target in fsm.list_transitions():
        if target is not None and _node(target) is None:
            errors.append(Error(f"{action}: no node for target {target}", id="workflows.E001"))
        if source == NEW or source in TERMINAL:
            # Nobody's turn: a way back begins the next cycle.
            continue
        node = _node(source)
        if not isinstance(node, Step) or action not in node.actions:
            errors.append(Error(f"{action} from {source} is not listed on its node", id="workflows.E002"))
    return errors


@register()
def flow_is_locked(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """Viewflow's default lock is none; inherited nodes keep the lock of the class they were declared on."""
    return [
        Error(f"{node.name} runs under {node.flow_class.lock_impl}", id="workflows.E003")
        for flow in ALL_FLOWS
        for node in flow.instance.nodes()
        if node.flow_class.lock_impl is not hazard_lock
    ]


@register()
def side_flows_cover_the_small_machines(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """Each state of a small machine that awaits somebody has a node that lists the awaited act; each listed act exists."""
    errors: list[CheckMessage] = []
    for (machine, state), action in AWAITED_BY.items():
        flow = SIDE_FLOWS.get(machine)
        node = flow.route.node_for(state) if flow else None
        if not isinstance(node, Step) or action not in node.actions:
            errors.append(Error(f"{machine} in {state} awaits {action}, which no node lists", id="workflows.E005"))
    for flow in SIDE_FLOWS.values():
        for action in sorted(actions_of(flow) - ACTIONS.keys()):
            errors.append(Error(f"{flow.__name__} lists {action}, which is no action", id="workflows.E006"))
    return errors


def _invented() -> list[CheckMessage]:
    legal = {(action, source) for action, source, _target in fsm.list_transitions()}
    return [
        Error(f"{node.name} lists {action}, which is not legal there", id="workflows.E004")
        for node in HazardFlow.instance.nodes()
        if isinstance(node, Step)
        for action in node.actions
        if (action, node.name) not in legal
    ]


def _node(state: str) -> object | None:
    try:
        node: object = HazardFlow.route.node_for(state)
        return node
    except FlowRuntimeError:
        return None
