"""The relay: expands messages into deliveries, sends what is due, and writes down what came of it.

One thread owns the database; a few others only send. Any number of processes may run beside each other.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils.translation import gettext as _

from notifications import health, hooks
from notifications.delivery import expand_due, where
from notifications.delivery_claim import Outcome, back_off, claim, hold, lane_of, lease, mark, provider_threads, renew
from notifications.delivery_letters import Ready, make_ready
from notifications.models import Delivery
from notifications.transports import Answer, Letter, Passing, Permanent, get_transport
from notifications.transports.base import MAX_TOLD
from notifications.transports.keys import hide, keys_of

log = logging.getLogger("bihuan.relay")

# Seconds between attempts to reach a database that is gone; the last one again and again.
RECONNECT = (1.0, 2.0, 5.0, 10.0, 30.0)
MINUTE = timedelta(minutes=1)
# After the first call came back, others are given so many seconds: what comes together is written down together.
GATHER_SECONDS = 0.05
# So often is the lease of what is on its way renewed before it is over.
RENEWALS = 4


@dataclass(frozen=True)
class Sent:
    """What one call came to; `error` where it was not taken."""

    delivery: Delivery
    at: datetime
    answer: str = ""
    error: Exception | None = None


class Relay:
    """One relay process. `read_clock` is the only clock it knows; `stop` is set to end it between two rounds.

    With `parent` it also ends when that process is gone, so that nothing outlives who started it.
    """

    def __init__(
        self,
        *,
        read_clock: Callable[[], datetime],
        stop: Event | None = None,
        tick: float | None = None,
        name: str = "",
        parent: int | None = None,
    ) -> None:
        self._now, self._stop, self._parent = read_clock, stop or Event(), parent
        self._tick = settings.RELAY_TICK_SECONDS if tick is None else tick
        self.name = name or health.process_name()
        # One for each provider and one for all receivers of others: who is slow takes nobody else's threads.
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._flying: dict[Future[Sent], Delivery] = {}
        # Sent, and not yet written down: kept through an outage of the database.
        self._landed: list[Sent] = []
        self._beaten_at: datetime | None = None
        self._renewed_at: datetime | None = None
        self._minute: datetime | None = None
        self._n_lost = 0

    def run(self) -> None:
        while not self.should_stop():
            try:
                found = self.run_round()
                if self._flying:
                    self._gather()
                elif not found:
                    self._stop.wait(self._tick)
            except (DatabaseError, InterfaceError) as exc:
                self._stop.wait(self._lose(exc))
        self._end()

    def run_until_idle(self) -> int:
        """All that is due now, and what comes of it; how many deliveries were seen to."""
        n_done = 0
        while True:
            found = self.run_round()
            n_done += found
            if not found and not self._flying and not self._landed:
                break
            self._gather()
        self._end()
        return n_done

    def should_stop(self) -> bool:
        return self._stop.is_set() or (self._parent is not None and os.getppid() != self._parent)

    def run_round(self) -> int:
        """Once through everything without waiting for any call; how much there was to do."""
        at = self._now()
        self._beat(at)
        self._each_minute(at)
        n_landed = self._land()
        self._renew(at)
        n_expanded = expand_due(at)
        return n_landed + n_expanded + self._send(at)

    def _send(self, at: datetime) -> int:
        claimed = claim(at, list(self._flying.values()))
        if not claimed:
            return 0
        settled = []
        for ready in make_ready(claimed, at):
            outcome = settle_unsent(ready, at)
            if outcome is not None:
                settled.append(outcome)
            elif ready.letter is not None:
                call = self._pool_of(ready.delivery).submit(send, ready.delivery, ready.letter)
                self._flying[call] = ready.delivery
        mark(settled)
        return len(claimed)

    def _pool_of(self, delivery: Delivery) -> ThreadPoolExecutor:
        name = "" if delivery.outlet_id else delivery.way
        if name not in self._pools:
            n = settings.RELAY_THREADS if delivery.outlet_id else provider_threads()
            self._pools[name] = ThreadPoolExecutor(n, thread_name_prefix=f"relay-{name}")
        return self._pools[name]

    def _land(self) -> int:
        """Write down what came back since the last round."""
        for future in [one for one in self._flying if one.done()]:
            del self._flying[future]
            self._landed.append(future.result())
        if not self._landed:
            return 0
        landed = self._landed
        mark([outcome_of(one) for one in landed])
        self._landed = []
        hold({lane_of(one.delivery): until for one in landed if (until := held_until(one)) is not None}, self._now())
        n_failed = sum(1 for one in landed if one.error is not None)
        health.count(self.name, len(landed) - n_failed, n_failed)
        return len(landed)

    def _renew(self, at: datetime) -> None:
        """What is on its way stays ours however long it takes."""
        if self._renewed_at is not None and at - self._renewed_at < lease() / RENEWALS:
            return
        if self._flying:
            renew(list(self._flying.values()), at)
        self._renewed_at = at

    def _gather(self) -> None:
        """Until a call came back and those beside it had a moment; at most a tick, as more may be due."""
        done, _flying = wait(self._flying, timeout=self._tick, return_when=FIRST_COMPLETED)
        if done:
            wait(self._flying, timeout=GATHER_SECONDS)

    def _shut_down(self) -> None:
        for pool in self._pools.values():
            pool.shutdown()

    def _end(self) -> None:
        """What is on its way is waited for and written down; what is not is somebody else's after the lease."""
        wait(self._flying)
        with suppress(DatabaseError, InterfaceError):
            self._land()
            health.stop(self.name, self._now())
        self._shut_down()

    def _beat(self, at: datetime) -> None:
        if self._beaten_at is None:
            health.start(self.name, at)
        elif at - self._beaten_at < health.BEAT:
            return
        else:
            health.beat(self.name, at)
        self._beaten_at = at
        self._n_lost = 0

    def _each_minute(self, at: datetime) -> None:
        """One that fails is told of and comes again; it holds up no other."""
        if self._minute is not None and at - self._minute < MINUTE:
            return
        self._minute = at
        for job in hooks.each_minute:
            try:
                job(at)
            except Exception as exc:
                if isinstance(exc, DatabaseError | InterfaceError) and not _is_usable():
                    raise
                log.error("%s failed: %s", getattr(job, "__name__", job), where(exc))

    def _lose(self, exc: Exception) -> float:
        """The database is gone, or refused: forget the connection and wait, longer each time."""
        pause = RECONNECT[min(self._n_lost, len(RECONNECT) - 1)]
        self._n_lost += 1
        self._beaten_at = None
        log.warning("relay %s lost the database (%s); again in %s s", self.name, type(exc).__name__, pause)
        with suppress(DatabaseError, InterfaceError):
            connection.close()
        return pause


def _is_usable() -> bool:
    return connection.connection is not None and connection.is_usable()


def send(delivery: Delivery, letter: Letter) -> Sent:
    """Runs in a thread of its own, without the database. What a receiver repeats of its own keys is not kept."""
    transport = get_transport(delivery.way)
    keys = keys_of(letter.to, letter.secret) if delivery.outlet_id else ()
    try:
        if transport is None:
            raise Passing(_("本系统还没有设置这种发送方式"))
        answer: Answer = transport.send(letter)
    except Exception as exc:
        if isinstance(exc, Passing | Permanent):
            exc.message = hide(exc.message, keys)
        else:
            log.error("delivery %s failed: %s", delivery.pk, where(exc))
        return Sent(delivery, letter.sent_at, error=exc)
    return Sent(delivery, letter.sent_at, answer=hide(answer.text, keys))


def settle_unsent(ready: Ready, at: datetime) -> Outcome | None:
    """What needs no sending: not wanted any more, not to be put into words, or its senders died of it again and again."""
    one = ready.delivery
    if ready.canceled:
        return Outcome(one.pk, one.n_tries, Delivery.State.CANCELED, at, answer=ready.canceled, was_tried=False)
    if one.n_tries > settings.RELAY_MOST_TRIES:
        told = _("发送进程多次中断，不再尝试")
        return Outcome(one.pk, one.n_tries, Delivery.State.DEAD, at, failure=told, was_tried=False)
    return _after_failure(one, at, ready.failed) if ready.failed else None


def outcome_of(sent: Sent) -> Outcome:
    one = sent.delivery
    if sent.error is None:
        return Outcome(one.pk, one.n_tries, Delivery.State.SENT, sent.at, answer=sent.answer[:MAX_TOLD])
    if isinstance(sent.error, Permanent):
        return Outcome(one.pk, one.n_tries, Delivery.State.DEAD, sent.at, failure=sent.error.message)
    if isinstance(sent.error, Passing):
        return _after_failure(one, sent.at, sent.error.message, sent.error.retry_after)
    told = _("程序出错：%(name)s") % {"name": type(sent.error).__name__}
    return _after_failure(one, sent.at, told)


def _after_failure(one: Delivery, at: datetime, told: str, retry_after: float | None = None) -> Outcome:
    """Tried again, later each time and not before the receiver asked; a dead letter after so many tries."""
    if one.n_tries >= settings.RELAY_MOST_TRIES:
        return Outcome(one.pk, one.n_tries, Delivery.State.DEAD, at, failure=told)
    pause = max(back_off(one.n_tries), timedelta(seconds=retry_after or 0))
    return Outcome(one.pk, one.n_tries, Delivery.State.QUEUED, at, next_at=at + pause, failure=told)


def held_until(sent: Sent) -> datetime | None:
    """Until when everything else by the same way has to wait."""
    error = sent.error
    if isinstance(error, Passing) and error.holds_way and error.retry_after:
        return sent.at + timedelta(seconds=error.retry_after)
    return None
