"""Clock processes beside each other, beside people, and through signals and outages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from config.launcher.embedded import ROOT
from core.clock import StillClock
from core.errors import Busy
from deadlines.hooks import firer
from deadlines.models import ClockProcess, Deadline, DeadlineFiring
from deadlines.sweep import BUSY_AGAIN, sweep_all, sweep_once
from hazards.models import Hazard, HazardEvent
from tests.support.district import District, build_district
from tests.support.invariants import check_invariants
from tests.support.together import crowd

# Long enough for a start on a busy machine; a test that hangs fails by it.
PATIENCE_SECONDS = 90
# The child's clock stands at StillClock.START; its first reminder has come, nothing else.
BEGIN = StillClock.START - timedelta(days=21)


def has_stopped(process: ClockProcess) -> bool:
    return process.stopped_at is not None


@pytest.fixture
def town(cloned_db: str, transactional_db: None, clock: Any) -> District:
    """Committed for real, so that other connections see it."""
    clock.set(BEGIN)
    return build_district()


def due_hazards(town: District, n: int, state: str = "rectifying") -> list[str]:
    """Each with its first rung due by StillClock.START."""
    numbers = [town.reach(state) for _ in range(n)]
    StillClock.reset()
    ids = [town.find(number).pk for number in numbers]
    due = Deadline.objects.filter(subject_id__in=ids, next_fire_at__lte=StillClock.START)
    assert due.count() >= n
    return numbers


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


@contextmanager
def clock_process(*more: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(ROOT / "manage.py"), "run_clock", "--tick", "0.2", *more]
    child = subprocess.Popen(command, env={**os.environ, "BIHUAN_CLOCK": "core.clock.StillClock"})
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


def count_acted() -> int:
    return DeadlineFiring.objects.filter(outcome="acted").count()


def test_sweeps_at_once_fire_each_rung_once(town: District) -> None:
    numbers = due_hazards(town, 12)
    with crowd(3) as people:
        came = people.at_once([lambda: sweep_all(StillClock.START)] * 3)
        assert all(one.error is None for one in came), came
        # Whom one of them found busy it left to the next tick.
        sweep_all(StillClock.START + BUSY_AGAIN)
    rungs = DeadlineFiring.objects.values_list("deadline_id", "arming", "rung", "occurrence")
    assert len(set(rungs)) == len(rungs) and count_acted() >= len(numbers)
    assert HazardEvent.objects.filter(action="warn").count() == count_acted()
    check_invariants(StillClock.START)


@contextmanager
def held_by_somebody(hazard_id: int) -> Iterator[None]:
    """Another connection has the hazard in its hands."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT 1 FROM hazards_hazard WHERE id = %s FOR UPDATE", [hazard_id])
            yield
            other.rollback()
    finally:
        other.close()


def test_who_is_busy_is_let_go_and_fires_at_the_next_tick(town: District) -> None:
    numbers = due_hazards(town, 3)
    at = StillClock.START
    with held_by_somebody(town.find(numbers[1]).pk):
        tally = sweep_once(at)
        assert (len(tally.fired.busy), tally.failed) == (1, [])
        assert tally.fired.n_acted >= 2
        assert not DeadlineFiring.objects.filter(subject_id=town.find(numbers[1]).pk).exists()
    assert sweep_once(at).n_claimed == 0, "not before the tick"
    assert sweep_once(at + BUSY_AGAIN).fired.n_acted >= 1


def test_a_service_waits_for_a_lock_and_then_lets_go(town: District) -> None:
    [number] = due_hazards(town, 1, state="assigned")
    due = town.find(number).due_at
    assert due and due <= StillClock.START
    with held_by_somebody(town.find(number).pk):
        step = Deadline.objects.get(subject_id=town.find(number).pk, kind="step")
        with pytest.raises(Busy):
            firer().fire_one(step.pk, StillClock.START)
    assert town.find(number).state == "assigned"
    assert firer().fire_one(step.pk, StillClock.START).n_acted == 1
    assert town.find(number).state == "rectifying"


def test_a_person_and_the_clock_on_one_hazard_never_half(town: District) -> None:
    """Whoever comes first wins; the other sees it."""
    for _ in range(6):
        StillClock.set(BEGIN)
        [number] = due_hazards(town, 1, state="assigned")
        with crowd(2) as people:
            came = people.at_once([lambda: town.sign(number), lambda: sweep_all(StillClock.START)])  # noqa: B023
            assert came[1].error is None, came
        sweep_all(StillClock.START + BUSY_AGAIN)
        hazard = town.find(number)
        assert hazard.state == "rectifying"
        taken = HazardEvent.objects.filter(hazard=hazard, action__in=["sign", "deem_received"]).count()
        assert taken == 1 or came[0].error is None, "received, then signed by who was asked"
    check_invariants(StillClock.START)


def test_a_process_fires_says_that_it_lives_and_stops_when_told(town: District) -> None:
    numbers = due_hazards(town, 3)
    with clock_process() as child:
        wait_for(lambda: count_acted() >= len(numbers))
        [told] = ClockProcess.objects.all()
        assert told.name.endswith(f":{child.pid}")
        assert not has_stopped(told)
        child.send_signal(signal.SIGTERM)
        assert child.wait(PATIENCE_SECONDS) == 0
    told.refresh_from_db()
    assert has_stopped(told)
    assert told.n_fired == count_acted()
    assert not Deadline.objects.filter(wake_at__lte=StillClock.START).exists()


def test_a_process_outlives_its_connection(town: District) -> None:
    with clock_process():
        wait_for(ClockProcess.objects.exists)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
            )
            assert cursor.fetchall()
        numbers = due_hazards(town, 2)
        wait_for(lambda: count_acted() >= len(numbers))


def test_a_process_ends_with_the_one_that_started_it(town: District) -> None:
    starter = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, 'manage.py', 'run_clock', '--tick', '0.2', '--with-parent'])\n"
        "print(child.pid, flush=True)\ntime.sleep(600)\n"
    )
    environment = {**os.environ, "BIHUAN_CLOCK": "core.clock.StillClock"}
    with subprocess.Popen([sys.executable, "-c", starter], cwd=ROOT, env=environment, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        try:
            wait_for(ClockProcess.objects.exists)
            parent.kill()
            parent.wait()
            wait_for(lambda: ClockProcess.objects.filter(stopped_at__isnull=False).exists())
            wait_for(lambda: not os.path.exists(f"/proc/{child}"))
        finally:
            if os.path.exists(f"/proc/{child}"):
                os.kill(child, signal.SIGKILL)


def test_a_firing_that_is_killed_leaves_nothing_behind(town: District) -> None:
    """As when the process dies before its commit: the next one begins anew."""
    [number] = due_hazards(town, 1)
    deadline = Deadline.objects.get(subject_id=town.find(number).pk, kind="limit")
    with transaction.atomic():
        firer().fire_rows([deadline.pk], StillClock.START)
        transaction.set_rollback(True)
    assert (DeadlineFiring.objects.count(), HazardEvent.objects.filter(action="warn").count()) == (0, 0)
    assert sweep_all(StillClock.START).fired.n_acted == 1
    assert Hazard.objects.get(pk=deadline.subject_id).rank == 1
