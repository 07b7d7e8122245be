"""Flows as BPMN 2.0, laid out and written by Viewflow; of a hazard's run with what was done."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from viewflow.workflow import chart
from viewflow.workflow.flow import Flow

from workflows.flows import SIDE_FLOWS, HazardFlow
from workflows.nodes import Finish, Route
from workflows.run import Run

MIME_TYPE = "application/xml; charset=utf-8"
# {address: flow}
FLOWS: dict[str, type[Flow]] = {"hazard": HazardFlow, **SIDE_FLOWS}
_TITLES = {Route: gettext_lazy("下一步"), Finish: gettext_lazy("办结")}


def flow_as_bpmn(flow: type[Flow], run: Run | None = None) -> str:
    """The whole flow; with a run each node also says how far it came. Names of people are not in it."""
    grid = chart.calc_layout_data(flow)
    for node in grid.nodes:
        grid[node].title = _TITLES.get(type(node), node.task_title)
        grid[node].status = _status(run, node.name) if run else None
    return str(chart.grid_to_bpmn(grid))


def _status(run: Run, node: str) -> str | None:
    turns = [turn for turn in run.turns if turn.node == node and turn.cycle == run.cycle]
    if not turns:
        return None
    return _("正在办理") if turns[-1].is_now else _("已办")
