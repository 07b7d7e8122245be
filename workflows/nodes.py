"""Nodes whose tasks only the engine opens and ends; Viewflow's own transitions would move past the FSM."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Node
from viewflow.workflow.exceptions import FlowRuntimeError
from viewflow.workflow.flow.nodes import End, Switch
from viewflow.workflow.nodes import mixins


class EngineActivation(Activation):
    """A view of a task row for Viewflow's charts and titles. It executes nothing."""

    @classmethod
    def create(cls, *args: Any, **kwargs: Any) -> Activation:
        raise FlowRuntimeError("tasks are opened by workflows.engine, through hazards.services.perform")

    def _refuse(self, *args: Any, **kwargs: Any) -> None:
        raise FlowRuntimeError("turns end by workflows.engine, through hazards.services.perform")

    activate = complete = create_next = activate_next = undo = revive = _refuse


class EngineNode(mixins.NextNodeMixin, Node):
    """A node with one way out, whose rows the engine writes."""

    activation_class = EngineActivation

    def __init__(self, *, title: str | Promise = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.task_title = title


class Begin(EngineNode):
    """The start of a process; its row is written done."""

    task_type = "START"
    bpmn_element = "startEvent"
    shape = {"width": 50, "height": 50, "svg": '<circle class="event" cx="25" cy="25" r="25"/>'}


class Step(EngineNode):
    """One main state with a next actor: the to-do of a post, and the actions that answer it."""

    task_type = "HUMAN"
    bpmn_element = "userTask"
    shape = {
        "width": 150,
        "height": 100,
        "text-align": "middle",
        "svg": '<rect class="task" width="150" height="100" rx="5" ry="5"/>',
    }

    def __init__(self, *, actions: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actions = actions


class Route(Switch):
    """Chooses the node of the hazard's state; writes no row."""

    def node_for(self, state: str) -> Node:
        """Raises FlowRuntimeError for a state that no branch names."""
        for node, condition in self._branches:
            if condition is None or condition(state):
                return node
        raise FlowRuntimeError(f"no branch for state {state}")


class Finish(End):
    activation_class = EngineActivation
