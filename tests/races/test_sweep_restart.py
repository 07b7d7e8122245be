"""PostgreSQL stopped and started again while two clock processes fire: they find it again, nothing is lost or double."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connections

from config.launcher.embedded import ROOT, var_dir
from config.launcher.place import find_place
from config.launcher.postgres import Cluster, find_server
from core.clock import StillClock
from deadlines.models import ClockProcess, DeadlineFiring
from deadlines.sweep import sweep_all
from hazards.models import HazardEvent
from tests.support.copied import check_all, copy_pattern, fire_alone, make_patterns, traces
from tests.support.databases import Databases
from tests.support.district import build_district
from tests.support.killed import GoingClock

PATIENCE_SECONDS = 180
N_DUE = 3_000
RESTARTS = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)


@pytest.fixture
def own_server(cloned_db: str, databases: Databases) -> Iterator[Cluster]:
    """A durable server of this test alone, migrated, which Django and child processes work on."""
    cluster = Cluster(var_dir() / "pg-restart")
    cluster.start()
    try:
        # Served again, the old one puts both back.
        os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = cluster.urls()
        own = Databases(session=secrets.token_hex(4), worker="restart")
        own.build_template()
        with own.fresh_clone():
            yield cluster
    finally:
        connections.close_all()
        databases.serve(cloned_db)
        cluster.stop()
        shutil.rmtree(find_place(cluster.home).data, ignore_errors=True)


def restart(cluster: Cluster, by: signal.Signals) -> None:
    """Fast, immediate, or as a power cut does it: the last two recover from the log."""
    place = find_place(cluster.home)
    server = find_server(place.data)
    assert server
    backends = server.children(recursive=True)
    server.send_signal(by)
    psutil.wait_procs([server, *backends], PATIENCE_SECONDS)
    connections.close_all()
    cluster.launch(place)


@contextmanager
def clock_process(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ, "BIHUAN_CLOCK": "tests.support.killed.GoingClock",
        "CLOCK_LEASE_SECONDS": "5", "CLOCK_BATCH": "20",
    }  # fmt: skip
    command = [sys.executable, str(ROOT / "manage.py"), "run_clock", "--tick", "0.2"]
    with log.open("wb") as out:
        child = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()
            child.wait()


def wait_for(what: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def count_acted() -> int:
    return DeadlineFiring.objects.filter(outcome="acted").count()


@pytest.mark.prove
def test_a_restart_in_the_midst_of_a_sweep_loses_and_doubles_nothing(
    own_server: Cluster, tmp_path: Path, monkeypatch: Any
) -> None:
    begin = StillClock.START - timedelta(days=40)
    StillClock.set(begin)
    patterns = make_patterns(build_district(), begin)
    ids = {
        patterns.remind: copy_pattern(patterns.remind, N_DUE),
        patterns.deem: copy_pattern(patterns.deem, N_DUE // 10),
    }
    alone = {pattern: fire_alone(pattern, patterns.at) for pattern in ids}
    begun = count_acted()
    monkeypatch.setenv(GoingClock.VARIABLE, GoingClock.begin_at(patterns.at))
    logs = [tmp_path / f"clock{n}.log" for n in range(2)]
    with ExitStack() as stack:
        children = [stack.enter_context(clock_process(log)) for log in logs]
        for n, by in enumerate(RESTARTS, start=1):
            wait_for(lambda n=n: count_acted() - begun >= N_DUE * n // 5)  # type: ignore[misc]
            before = count_acted()
            restart(own_server, by)
            assert begun < before <= count_acted() < begun + N_DUE, "in the midst"
        wait_for(lambda: count_acted() - begun >= sum(map(len, ids.values())))
        for child in children:
            assert child.poll() is None, "it lives on"
            child.send_signal(signal.SIGTERM)
            assert child.wait(PATIENCE_SECONDS) == 0
    assert ClockProcess.objects.filter(stopped_at__isnull=False).count() == 2
    at = GoingClock().now() + timedelta(minutes=10)
    assert sweep_all(at).fired.n_acted == 0
    for pattern, copies in ids.items():
        assert Counter(traces(copies, patterns.at).values()) == Counter({alone[pattern]: len(copies)})
    assert HazardEvent.objects.filter(recorded_at__gte=patterns.at).count() == count_acted() - begun + len(ids)
    check_all(at)
    lost = [log.read_text(errors="replace").count("lost the database") for log in logs]
    print(f"\n{len(RESTARTS)} restarts (fast, immediate, killed), {sum(map(len, ids.values()))} due: none lost, none double;"
          f" the processes lost the server {lost} times")  # fmt: skip
    assert all(lost)
