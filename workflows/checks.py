"""System checks: the flow knows every legal move of the FSM, and every node is locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from viewflow.workflow.exceptions import FlowRuntimeError

from hazards import fsm
from hazards.states import NEW
from workflows.flows import HazardFlow
from workflows.locks import hazard_lock
from workflows.nodes import Step


@register()
def flow_knows_every_transition(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """Every transition stands on the node of its source state and nothing else does; every target has a node or the end."""
    errors: list[CheckMessage] = _invented()
    for action, source, target in fsm.list_transitions():
        if target is not None and _node(target) is None:
            errors.append(Error(f"{action}: no node for target {target}", id="workflows.E001"))
        if source == NEW:
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
        for node in HazardFlow.instance.nodes()
        if node.flow_class.lock_impl is not hazard_lock
    ]


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
