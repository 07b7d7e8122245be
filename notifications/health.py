"""Whether messages get out: what the relay's processes say of themselves, what waits, what came to nothing."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min

from notifications.models import Delivery, OutboxMessage, RelayProcess, Way

# A process says so often that it lives, and counts as dead when it said nothing for so long.
BEAT = timedelta(seconds=5)
SILENCE = timedelta(seconds=20)
# What is due and waits longer than this is late.
LATE = timedelta(minutes=2)
# Processes that ended are told of for so long.
KEPT = timedelta(days=7)
MOST_SHOWN = 100
MOST_COUNTED = 10_000


def process_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def start(name: str, at: datetime) -> None:
    """A process begins; the rows of those that ended long ago go."""
    RelayProcess.objects.filter(looked_at__lt=at - KEPT).delete()
    RelayProcess.objects.update_or_create(
        name=name, defaults={"looked_at": at, "stopped_at": None}, create_defaults={"started_at": at, "looked_at": at}
    )


def beat(name: str, at: datetime) -> None:
    RelayProcess.objects.filter(name=name).update(looked_at=at, stopped_at=None)


def count(name: str, n_sent: int, n_failed: int) -> None:
    RelayProcess.objects.filter(name=name).update(n_sent=F("n_sent") + n_sent, n_failed=F("n_failed") + n_failed)


def stop(name: str, at: datetime) -> None:
    RelayProcess.objects.filter(name=name).update(stopped_at=at)


def silence() -> timedelta:
    return max(SILENCE, timedelta(seconds=2 * settings.RELAY_TICK_SECONDS))


def is_alive(at: datetime) -> bool:
    """Whether a process that was not stopped has looked lately."""
    return RelayProcess.objects.filter(looked_at__gte=at - silence(), stopped_at__isnull=True).exists()


@dataclass(frozen=True)
class WayHealth:
    """`waiting` is how long the first that is due has waited; `n_trying` wait for a further try."""

    way: Way
    n_due: int
    waiting: timedelta
    n_trying: int
    n_dead: int


@dataclass(frozen=True)
class RelayHealth:
    """`lag` is how long the first message or delivery that is due has waited; `dead` newest first."""

    is_alive: bool
    processes: list[RelayProcess]
    n_due: int
    lag: timedelta
    ways: list[WayHealth]
    dead: list[Delivery]
    n_dead: int

    @property
    def is_late(self) -> bool:
        return self.lag > LATE

    @property
    def is_well(self) -> bool:
        return self.is_alive and not self.is_late and not self.n_dead


def read_lag(at: datetime) -> timedelta:
    """How long the first that is due has waited, to be expanded or to be sent; two statements by their own indexes."""
    message = OutboxMessage.objects.filter(relay_at__lte=at).order_by("relay_at").values_list("relay_at", flat=True)
    delivery = Delivery.objects.filter(next_at__lte=at).order_by("next_at").values_list("next_at", flat=True)
    waits = [at - moment for moment in (message.first(), delivery.first()) if moment is not None]
    return max(waits, default=timedelta(0))


def read_health(at: datetime) -> RelayHealth:
    """Eleven statements, each by an index of its own or of a few rows."""
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    due = Delivery.objects.filter(next_at__lte=at)[:MOST_COUNTED].count()
    return RelayHealth(
        is_alive=is_alive(at),
        processes=list(RelayProcess.objects.order_by("-looked_at")[:MOST_SHOWN]),
        n_due=due + OutboxMessage.objects.filter(relay_at__lte=at)[:MOST_COUNTED].count(),
        lag=read_lag(at),
        ways=_read_ways(at),
        dead=list(dead.select_related("message__recipient", "outlet").order_by("-pk")[:MOST_SHOWN]),
        n_dead=dead[:MOST_COUNTED].count(),
    )


def _read_ways(at: datetime) -> list[WayHealth]:
    """Those by which anything waits or came to nothing, in the order of Way."""
    due = {
        way: (n, at - first)
        for way, n, first in Delivery.objects.filter(next_at__lte=at)
        .values_list("way")
        .annotate(n=Count("pk"), first=Min("next_at"))
    }
    trying = _count_by_way(at)
    dead = dict(Delivery.objects.filter(state=Delivery.State.DEAD).values_list("way").annotate(n=Count("pk")))
    nothing = (0, timedelta(0))
    return [
        WayHealth(way, *due.get(way, nothing), n_trying=trying.get(way, 0), n_dead=dead.get(way, 0))
        for way in Way
        if way in due or way in trying or way in dead
    ]


def _count_by_way(at: datetime) -> dict[str, int]:
    waiting = Delivery.objects.filter(next_at__gt=at, n_tries__gt=0)
    return dict(waiting.values_list("way").annotate(n=Count("pk")))
