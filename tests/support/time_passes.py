"""Time passes and the clock works: nobody else does anything."""

from __future__ import annotations

from datetime import datetime

from core.clock import StillClock
from deadlines.models import Deadline
from deadlines.sweep import Tally, sweep_all


def sweep_until(until: datetime) -> Tally:
    """Go from moment to moment at which something is due, and sweep at each; the clock then stands at `until`."""
    total = Tally()
    while True:
        due = Deadline.objects.filter(wake_at__lte=until).order_by("wake_at").values_list("wake_at", flat=True).first()
        if due is None:
            break
        at = max(due, StillClock().now())
        StillClock.set(at)
        tally = sweep_all(at)
        total.add(tally)
        assert tally.n_claimed, f"{due} is due and nobody claims it"
    StillClock.set(until)
    return total
