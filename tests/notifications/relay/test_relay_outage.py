"""The relay through an outage of the database, and how it ends."""

from __future__ import annotations

import io
import threading
import time
from contextlib import contextmanager
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection, connections

from notifications.models import Delivery, OutboxMessage, RelayProcess
from notifications.relay import Relay
from tests.notifications.relay.conftest import Desk
from tests.support.district import build_district
from tests.support.receivers import answer

State = Delivery.State
PATIENCE_SECONDS = 60


@pytest.fixture
def standing(cloned_db):
    """A desk whose rows are committed, for a relay in a thread of its own."""
    d = build_district()
    made = Desk(d, d.find(d.reach("rectifying")), d.at)
    made.relay()
    return made


@contextmanager
def running(desk):
    """A relay at work; gives what finds the server process of its connection."""
    stop, name = Event(), "thread:1"

    def run():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET application_name = 'the relay'")
            Relay(read_clock=lambda: desk.at, stop=stop, tick=0.05, name=name).run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def cut_relay_off():
    """As a restart of the server does it to one connection; how many were cut."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the relay'")
        return len(cursor.fetchall())


def until(found):
    end = time.monotonic() + PATIENCE_SECONDS
    while not found():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def test_it_goes_on_when_the_database_is_back(standing, receiver):
    standing.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")
    with running(standing):
        standing.tell()
        until(lambda: Delivery.objects.filter(state=State.SENT).count() == 1)
        assert cut_relay_off() == 1
        standing.tell()
        until(lambda: Delivery.objects.filter(state=State.SENT).count() == 2)
    assert len(receiver.calls) == 2
    assert RelayProcess.objects.get(name="thread:1").stopped_at == standing.at


def test_what_came_back_while_the_database_was_gone_is_written_down_after_it(standing, receiver):
    """Sent once, marked once: the answer outlives the connection."""
    standing.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")
    go_on = Event()

    def wait_and_answer(handler, call):
        go_on.wait(PATIENCE_SECONDS)
        answer(200, b"taken")(handler, call)

    receiver.usual = wait_and_answer
    standing.tell()
    with running(standing):
        until(lambda: receiver.calls)
        assert cut_relay_off() == 1
        go_on.set()
        until(lambda: Delivery.objects.filter(state=State.SENT).count() == 1)
    row = standing.row()
    assert (row.n_tries, row.answer, len(receiver.calls)) == (1, "HTTP 200 taken", 1)
    assert standing.tries(row) == [(True, "HTTP 200 taken")]


def test_who_is_told_to_stop_writes_down_what_is_under_way(standing, receiver):
    standing.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")
    go_on = Event()

    def wait_and_answer(handler, call):
        go_on.wait(PATIENCE_SECONDS)
        answer()(handler, call)

    receiver.usual = wait_and_answer
    standing.tell()
    threading.Timer(0.3, go_on.set).start()
    with running(standing):
        until(lambda: receiver.calls)
    assert standing.row().state == State.SENT


def test_the_command_sends_what_is_due_and_says_how_much(standing, receiver):
    standing.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")
    standing.tell()
    out = io.StringIO()
    call_command("run_relay", "--once", stdout=out)
    assert out.getvalue().startswith("处理 ") and standing.row().state == State.SENT
    assert not OutboxMessage.objects.filter(relay_at__isnull=False).exists()
