"""Time passes in a story: the clock fires what is due, each at its own moment, between the acts of people."""

from __future__ import annotations

from datetime import datetime

from deadlines.models import Deadline
from deadlines.sweep import sweep_all
from hazards.models import Hazard


class ClockFailed(Exception):
    """A rung of the demo that could not be fired."""


def let_pass(until: datetime) -> int:
    """Go from moment to moment at which something is due; returns how many rungs came.

    Raises ClockFailed, for nobody is there to try it again.
    """
    n_fired, last = 0, None
    while (due := _next_due(until)) is not None:
        # What is left for later at one moment would be due for ever.
        at = until if due == last else due
        tally = sweep_all(at)
        n_fired += tally.fired.n_acted
        if tally.failed:
            raise ClockFailed(Deadline.objects.get(pk=tally.failed[0]).failure)
        if at == until:
            break
        last = due
    return n_fired


def _next_due(until: datetime) -> datetime | None:
    due = Deadline.objects.filter(wake_at__lte=until).order_by("wake_at")
    return due.values_list("wake_at", flat=True).first()


def forget_clock(hazard: Hazard) -> None:
    """As an upgrade finds what stood before there was a clock: nothing of it is set, no deadline runs.

    The one place where the demo writes a row of a hazard itself; what takes it over logs each of these fields anew.
    """
    Deadline.objects.filter(subject_id=hazard.pk).delete()
    Hazard.objects.filter(pk=hazard.pk).update(policy=None, whole_due_at=None, colour="", rank=0)
