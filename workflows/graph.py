"""The flow's nodes with the arrows between them: the gateway is resolved, as it reads nothing but the state."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.base import Node

from hazards import fsm
from hazards.states import NEW, State
from workflows.flows import HazardFlow
from workflows.nodes import Begin, Finish, Step

# Leads back along any arrow.
_UNDOES = "withdraw"


@dataclass(frozen=True)
class Arrow:
    """What leads from one node to another, and whether it ends in a hazard put right."""

    source: str
    target: str
    actions: tuple[str, ...]
    is_usual: bool


@dataclass(frozen=True)
class Graph:
    start: str
    end: str
    nodes: tuple[str, ...]
    arrows: tuple[Arrow, ...]
    # The longest way from start to end without passing a node twice.
    spine: tuple[str, ...]
    _titles: dict[str, str | Promise] = field(default_factory=dict)
    _node_of: dict[str, str] = field(default_factory=dict)
    _targets: dict[tuple[str, str], str] = field(default_factory=dict)

    def label(self, node: str) -> str:
        return str(self._titles[node])

    def node_of(self, state: str) -> str:
        return self._node_of[state]

    def target(self, node: str, action: str) -> str:
        """Empty where the action does not lead from there."""
        return self._targets.get((node, action), "")


@cache
def hazard_graph() -> Graph:
    """Of HazardFlow: its nodes, joined as the FSM moves between their states."""
    nodes = [node for node in HazardFlow.instance.nodes() if isinstance(node, Begin | Step | Finish)]
    start = next(node.name for node in nodes if isinstance(node, Begin))
    end = next(node.name for node in nodes if isinstance(node, Finish))
    node_of: dict[str, str] = {state: _name(HazardFlow.route.node_for(state)) for state in State}
    node_of[NEW] = start
    joined: dict[tuple[str, str], list[str]] = {}
    targets: dict[tuple[str, str], str] = {}
    usual: set[tuple[str, str]] = set()
    for action, source, target in fsm.list_transitions():
        if target is None or action == _UNDOES or node_of[source] == node_of[target]:
            continue
        ends = (node_of[source], node_of[target])
        joined.setdefault(ends, []).append(action)
        targets[ends[0], action] = ends[1]
        if target == State.CLOSED or ends[1] != end:
            usual.add(ends)
    arrows = tuple(Arrow(*ends, tuple(actions), ends in usual) for ends, actions in joined.items() if ends[0] != end)
    titles: dict[str, str | Promise] = {node.name: node.task_title for node in nodes}
    titles[end] = _("办结")
    names = _in_order([node.name for node in nodes], start, end)
    return Graph(start, end, names, arrows, _spine(names, arrows, start, end), titles, node_of, targets)


def _name(node: Node) -> str:
    return str(node.name)


def _in_order(names: list[str], start: str, end: str) -> tuple[str, ...]:
    """As the gateway names them, between start and end."""
    declared = [_name(node) for node, _condition in HazardFlow.route._branches]
    steps = sorted((name for name in names if name not in (start, end)), key=declared.index)
    return (start, *steps, end)


def _spine(names: tuple[str, ...], arrows: tuple[Arrow, ...], start: str, end: str) -> tuple[str, ...]:
    """Only ever forward in the declared order, so that it ends; what lies on no such way hangs beside it."""
    rank = {name: place for place, name in enumerate(names)}
    longest: dict[str, tuple[str, ...]] = {end: (end,)}
    for name in reversed(names[:-1]):
        onward = [
            longest[arrow.target]
            for arrow in arrows
            if arrow.source == name and arrow.is_usual and rank[arrow.target] > rank[name] and arrow.target in longest
        ]
        if onward:
            longest[name] = (name, *max(onward, key=len))
    return longest.get(start, (start, end))
