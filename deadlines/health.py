"""Whether the clock is alive: what its processes say of themselves, what is due, what failed."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from deadlines.models import ClockProcess, Deadline
from deadlines.sweep import Tally

# The health page is red when none has swept for so many of its periods.
SILENT_PERIODS = 2
# Processes that ended are told of for so long.
KEPT = timedelta(days=7)
MOST_SHOWN = 100
MOST_COUNTED = 10_000

_BEAT = f"""
INSERT INTO {ClockProcess._meta.db_table} AS p (name, started_at, swept_at, n_swept, n_fired, n_failed, lag_seconds)
VALUES (%(name)s, %(at)s, %(at)s, %(n_swept)s, %(n_fired)s, %(n_failed)s, coalesce(%(lag)s, 0))
ON CONFLICT (name) DO UPDATE SET
    swept_at = greatest(p.swept_at, excluded.swept_at), stopped_at = NULL, n_swept = p.n_swept + excluded.n_swept,
    n_fired = p.n_fired + excluded.n_fired, n_failed = p.n_failed + excluded.n_failed,
    lag_seconds = coalesce(%(lag)s, p.lag_seconds)
"""


def process_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def start(name: str, at: datetime) -> None:
    """A process begins; the rows of those that ended long ago go."""
    ClockProcess.objects.filter(swept_at__lt=at - KEPT).delete()
    ClockProcess.objects.update_or_create(
        name=name,
        defaults={"started_at": at, "swept_at": at, "stopped_at": None, "n_swept": 0, "n_fired": 0, "n_failed": 0},
    )


def beat(name: str, at: datetime, tally: Tally | None = None) -> None:
    """It lives; with what one sweep came to."""
    fired = tally.fired if tally else None
    told: dict[str, Any] = {
        "name": name, "at": at, "n_swept": 1 if tally else 0, "n_fired": fired.n_acted if fired else 0,
        "n_failed": len(tally.failed) if tally else 0, "lag": fired.lag_seconds if fired and fired.n_acted else None,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, told)


def stop(name: str, at: datetime) -> None:
    ClockProcess.objects.filter(name=name).update(stopped_at=at)


def silence() -> timedelta:
    """How long the clock may say nothing before it counts as dead."""
    return timedelta(seconds=SILENT_PERIODS * settings.CLOCK_TICK_SECONDS)


def is_alive(at: datetime) -> bool:
    """Whether a process that was not stopped has swept within two periods."""
    return ClockProcess.objects.filter(swept_at__gte=at - silence(), stopped_at__isnull=True).exists()


@dataclass(frozen=True)
class ClockHealth:
    """`failed` newest first; `waiting` is how long the first that is due has waited unclaimed."""

    is_alive: bool
    processes: list[ClockProcess]
    silence: timedelta
    n_due: int
    waiting: timedelta
    failed: list[Deadline]
    n_failed: int

    @property
    def is_late(self) -> bool:
        return self.n_due > 0 and self.waiting > self.silence

    @property
    def is_well(self) -> bool:
        return self.is_alive and not self.is_late and not self.n_failed


def read_health(at: datetime) -> ClockHealth:
    """Five statements, each by an index of its own or of a few rows."""
    due = Deadline.objects.filter(wake_at__lte=at)
    first = due.order_by("wake_at").values_list("wake_at", flat=True).first()
    failed = Deadline.objects.filter(failed_at__isnull=False)
    return ClockHealth(
        is_alive=is_alive(at),
        processes=list(ClockProcess.objects.order_by("-swept_at")[:MOST_SHOWN]),
        silence=silence(),
        n_due=due[:MOST_COUNTED].count(),
        waiting=at - first if first else timedelta(0),
        failed=list(failed.select_related("owner_unit").order_by("-failed_at")[:MOST_SHOWN]),
        n_failed=failed[:MOST_COUNTED].count(),
    )
