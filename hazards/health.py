"""What the health page tells: of the clock with the hazards that failed, as their reader may see them; of messages and sockets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.calendars import get_calendar
from core.clock import today
from core.valkey import is_answering
from deadlines.health import ClockHealth, read_health
from deadlines.models import Deadline
from hazards.firing_words import say_of
from hazards.models import Hazard
from hazards.selectors import in_scope
from notifications.health import RelayHealth
from notifications.health import read_health as read_relay
from notifications.models import SocketProcess
from notifications.ways import say_length
from organizations.kinds import AdminRole
from organizations.models import User
from organizations.policies import HEALTH_READERS
from organizations.posts import HeldPost

# A web process says every 20 seconds how many sockets it holds.
SOCKETS_SILENT = timedelta(minutes=1)


@dataclass(frozen=True)
class FailedFiring:
    """One line: which hazard, which of its times, what went wrong, when it is tried again."""

    deadline: Deadline
    number: str
    what: str
    is_readable: bool


@dataclass(frozen=True)
class HealthPage:
    clock: ClockHealth
    failed: list[FailedFiring]
    # The year whose holidays are not loaded, from 1 December on.
    missing_year: int | None
    may_retry: bool
    # Whether open pages are told at once.
    is_live: bool
    relay: RelayHealth
    # Web processes that hold sockets.
    sockets: list[SocketProcess]

    @property
    def relay_lag(self) -> str:
        return say_length(self.relay.lag)

    @property
    def n_sockets(self) -> int:
        return sum(one.n_sockets for one in self.sockets)


def may_look(user: User, held: Sequence[HeldPost]) -> bool:
    """The system administrator, and the bureau's office."""
    return user.admin_role == AdminRole.SYSTEM or any(post.kind in HEALTH_READERS for post in held)


def may_retry(user: User) -> bool:
    return user.admin_role == AdminRole.SYSTEM


def look(user: User, held: Sequence[HeldPost], at: datetime) -> HealthPage:
    """The administrator learns all numbers and opens none of them; the office sees what is in its scope."""
    clock, day = read_health(at), today(at)
    return HealthPage(
        clock=clock,
        failed=_list_failed(user, held, clock.failed, at),
        missing_year=day.year + 1 if get_calendar().lacks_next_year(day) else None,
        may_retry=may_retry(user),
        is_live=is_answering(),
        relay=read_relay(at),
        sockets=list(SocketProcess.objects.filter(beat_at__gt=at - SOCKETS_SILENT).order_by("name")),
    )


def _list_failed(user: User, held: Sequence[HeldPost], failed: Sequence[Deadline], at: datetime) -> list[FailedFiring]:
    subjects = [one.subject_id for one in failed]
    readable = set(in_scope(user, at, held=held).filter(pk__in=subjects).values_list("pk", flat=True))
    seen = subjects if may_retry(user) else readable
    hazards = Hazard.objects.only("state", "file_number", "receipt_number").in_bulk(list(seen))
    return [
        FailedFiring(one, hazard.number, say_of(one.kind, str(hazard.state)), one.subject_id in readable)
        for one in failed
        if (hazard := hazards.get(one.subject_id))
    ]
