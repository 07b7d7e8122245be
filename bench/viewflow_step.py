"""The comparison: Viewflow's own models and activations, used as its documentation uses them."""

from __future__ import annotations

from datetime import timedelta

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process, Task
from viewflow.workflow.timers import fire_due_timers

from organizations.models import User


class PlainFlow(flow.Flow):
    """A View that one assigns and executes, then a Switch, then the next View."""

    process_class = Process

    start = flow.StartHandle().Next(this.work)
    work = flow.View(lambda request: None).Next(this.route)
    route = flow.Switch().Case(this.check, lambda activation: True).Default(this.end)
    check = flow.View(lambda request: None).Next(this.end)
    end = flow.End()


def open_tasks(n: int) -> list[int]:
    """The ids of n tasks that wait at the View."""
    last = Task.objects.order_by("-id").values_list("id", flat=True).first() or 0
    for _ in range(n):
        PlainFlow.start.run()
    return list(Task.objects.filter(id__gt=last, flow_task=PlainFlow.work).values_list("id", flat=True))


def assign_and_execute(task_id: int, user: User) -> None:
    task = Task.objects.get(pk=task_id)
    with task.activation() as activation:
        activation.assign(user)
    with task.activation() as activation:
        activation.start(None)
        activation.execute()


class TimerFlow(flow.Flow):
    """A timer, then a handle, as one would build a reminder with Viewflow."""

    process_class = Process

    start = flow.StartHandle().Next(this.wait)
    wait = flow.Timer(timedelta(0)).Next(this.remind)
    remind = flow.Function(this.tell).Next(this.end)
    end = flow.End()

    def tell(self, activation: object) -> None:
        """The rung itself would be here: nothing is the fastest that one could do."""


def open_timers(n: int) -> None:
    """n timers that are due."""
    for _ in range(n):
        TimerFlow.start.run()


def fire_timers() -> int:
    """What `manage.py workflow_timers` does for due timers. Returns how many it fired."""
    return int(fire_due_timers())
