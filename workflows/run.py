"""How a hazard went through its flow: the turns taken and under way, as its task rows and its log tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from hazards.actions import ACTIONS
from hazards.case import Case
from hazards.models import HazardEvent
from hazards.routing import AWAITED, awaited_action
from hazards.selectors import hides_reporter, list_events
from hazards.states import State
from workflows.flows import HazardFlow
from workflows.graph import hazard_graph
from workflows.models import HazardTask, SideTask
from workflows.nodes import Begin, Finish, Step

# The node at which the reporter himself owes something.
_SUPPLEMENT = HazardFlow.route.node_for(State.RETURNED).name


@dataclass(frozen=True)
class Turn:
    """One turn of a post at a node; `who` ended it by `what`. Under way while `ended_at` is None."""

    node: str
    label: str
    cycle: int
    post: str
    since: datetime
    ended_at: datetime | None
    due_at: datetime | None
    who: str = ""
    who_post: str = ""
    what: str = ""

    @property
    def is_now(self) -> bool:
        return self.ended_at is None


@dataclass(frozen=True)
class SideRun:
    """A small machine beside the hazard: 「会签」, with its turns."""

    title: str
    turns: list[Turn]


@dataclass(frozen=True)
class Run:
    """Oldest first. `ahead` are the nodes that lie before the hazard if all goes well."""

    turns: list[Turn]
    ahead: list[str]
    sides: list[SideRun]

    @property
    def current(self) -> Turn | None:
        return next((turn for turn in self.turns if turn.is_now), None)

    @property
    def cycle(self) -> int:
        return self.turns[-1].cycle if self.turns else 1

    def moves(self) -> set[tuple[str, str]]:
        """The arrows travelled in the present cycle."""
        nodes = [turn.node for turn in self.turns if turn.cycle == self.cycle]
        return {(here, there) for here, there in zip(nodes, nodes[1:], strict=False) if here != there}


def read_run(case: Case) -> Run:
    """Three statements. Whose name is kept from the reader in the log is kept from him here."""
    events = list_events(case)
    tasks = (
        HazardTask.objects.filter(hazard=case.hazard)
        .select_related("post__unit", "process")
        .order_by("process__cycle", "id")
    )
    turns = _turns(tasks, events)
    if hides_reporter(case):
        # He owed the supplement by his own post.
        turns = [replace(turn, post="") if turn.node == _SUPPLEMENT else turn for turn in turns]
    return Run(turns, _ahead(case), _sides(case, events))


def _sides(case: Case, events: list[HazardEvent]) -> list[SideRun]:
    """In the order in which they began; start and end have nothing to tell beside their turns."""
    by_seq = {event.seq: event for event in events}
    tasks = (
        SideTask.objects.filter(hazard=case.hazard).select_related("post__unit", "process").order_by("process", "id")
    )
    runs: dict[int, SideRun] = {}
    for task in tasks:
        run = runs.setdefault(task.process_id, SideRun(str(task.process.flow_class.process_title), []))
        if isinstance(task.flow_task, Step):
            run.turns.append(_turn(task, by_seq.get(task.ended_by_seq or 0)))
    return list(runs.values())


def _turns(tasks: Iterable[HazardTask], events: list[HazardEvent]) -> list[Turn]:
    """A process begins with the next act that moved the state, and ends with what ended its last turn."""
    turns: list[Turn] = []
    by_seq, last = {event.seq: event for event in events}, 0
    for task in tasks:
        if isinstance(task.flow_task, Begin):
            event = next((one for one in events if one.seq > last and one.from_state != one.to_state), None)
        else:
            event = by_seq.get(last if isinstance(task.flow_task, Finish) else task.ended_by_seq or 0)
        last = event.seq if event else last
        turns.append(_turn(task, event))
    return turns


def _turn(task: HazardTask | SideTask, event: HazardEvent | None) -> Turn:
    node = task.flow_task
    is_end = isinstance(node, Finish)
    # Who ended the last turn brought it to its end and is named there.
    told = None if is_end else event
    return Turn(
        node=node.name,
        label=str(State(event.to_state).label) if is_end and event else str(node.task_title),
        cycle=getattr(task.process, "cycle", 1),
        post=str(task.post) if task.post else "",
        since=task.created,
        ended_at=task.finished,
        due_at=task.due_at,
        who=told.actor_name if told else "",
        who_post=told.post_label if told else "",
        what="" if is_end else _what(task, told),
    )


def _what(task: HazardTask | SideTask, event: HazardEvent | None) -> str:
    if event:
        return str(ACTIONS[event.action].label)
    return _("换岗位接办") if task.finished else ""


def _ahead(case: Case) -> list[str]:
    """The nodes on the way to closure, the awaited act done each time; empty where it has ended."""
    graph, found = hazard_graph(), []
    node, action = graph.node_of(case.hazard.state), awaited_action(case)
    while action and (there := graph.target(node, action)) and there not in found:
        found.append(there)
        action = AWAITED.get(State(there), "") if there in State.values else ""
        if there == State.SUBMITTED and case.hazard.closes_in_one_act:
            action = "confirm_and_close"
        node = there
    return found
