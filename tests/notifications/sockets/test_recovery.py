"""What the channel layer loses, the rows make good; what comes back is used again."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from notifications.hub import Hub
from notifications.models import SocketProcess
from tests.notifications.sockets.conftest import QUICK, SLOW
from tests.notifications.sockets.test_inbox import tell
from tests.support.district import build_district, make_person
from tests.support.site import serve_site
from tests.support.sockets import log_in, open_page, session_key, wait_until


@pytest.fixture
def own(valkey, cloned_db, transactional_db):
    """A site on a Valkey of its own, with one open page: (server, cast, page, hub)."""
    hub = Hub(QUICK)
    with serve_site(hub) as site:
        d = build_district()
        with open_page(site, session_key(log_in(d.safety))) as page:
            page.inbox(0)
            wait_until(lambda: hub.hears(d.safety.pk))
            yield valkey, d, page, hub


def kill(valkey):
    server = valkey.find()
    server.kill()
    server.wait(20)


def test_without_valkey_rows_are_told_from(own):
    valkey, d, page, _hub = own
    kill(valkey)
    for n in range(1, 4):
        tell(d, d.safety, n=n)
    assert page.inbox(3, 3)


def test_a_valkey_that_comes_back_empty_is_heard_again(own):
    valkey, d, page, hub = own
    for n in range(1, 3):
        kill(valkey)
        wait_until(lambda: not hub.hears(d.safety.pk))
        tell(d, d.safety, n=2 * n)
        page.inbox(2 * n - 1)
        assert valkey.start()
        wait_until(lambda: hub.hears(d.safety.pk))
        tell(d, d.safety, n=2 * n + 1)
        page.inbox(2 * n)


def test_a_valkey_that_hangs_is_noticed(own):
    valkey, d, page, hub = own
    valkey.find().suspend()
    tell(d, d.safety)
    page.inbox(1)
    wait_until(lambda: not hub.hears(d.safety.pk))
    valkey.find().resume()
    wait_until(lambda: hub.hears(d.safety.pk))
    tell(d, d.safety, n=2)
    page.inbox(2)


class TestByHintsAlone:
    """Rows are not looked at: what comes came over the Valkey that was started again."""

    def test_after_a_restart(self, valkey, cloned_db, transactional_db):
        hub = Hub(SLOW)
        hub.rhythm = type(SLOW)(rows=3600, rights=3600, echo=0.3)
        with serve_site(hub) as site:
            d = build_district()
            with open_page(site, session_key(log_in(d.safety))) as page:
                page.inbox(0)
                wait_until(lambda: hub.hears(d.safety.pk))
                kill(valkey)
                wait_until(lambda: not hub.hears(d.safety.pk))
                valkey.start()
                wait_until(lambda: hub.hears(d.safety.pk))
                tell(d, d.safety)
                page.inbox(1)


def test_more_than_a_hundred_sockets_of_one_process(site, d, hub):
    people = [make_person(f"many{n}", d.units["school"]) for n in range(30)]
    keys = [session_key(log_in(person)) for person in people]
    with ExitStack() as stack:
        pages = [stack.enter_context(open_page(site, key)) for key in keys for _ in range(5)]
        for page in pages:
            page.inbox(0)
        wait_until(lambda: all(hub.hears(person.pk) for person in people))
        assert hub.n_sockets == 150
        tell(d, *people)
        for page in pages:
            assert page.inbox(1) == {"t": "inbox", "no": 1, "unread": 1}
    wait_until(lambda: hub.n_sockets == 0)


def test_a_site_that_ends_says_come_again(cloned_db, transactional_db):
    with ExitStack() as stack:
        hub = Hub(QUICK)
        with serve_site(hub) as site:
            d = build_district()
            page = stack.enter_context(open_page(site, session_key(log_in(d.safety))))
            page.inbox()
            wait_until(lambda: SocketProcess.objects.exists())
        assert page.code() == 1012
    assert not SocketProcess.objects.exists()
    assert hub.n_sockets == 0


def test_a_client_that_reads_nothing_holds_nobody_up(d, visit):
    """Its line is full; what is told to it waits for it alone."""
    stuck, page = visit(d.safety), visit(d.safety)
    page.inbox(0)
    for n in range(1, 51):
        tell(d, d.safety, n=n)
    page.inbox(50)
    frames = []
    with pytest.raises((TimeoutError, ConnectionClosed)):
        while True:
            frames.append(json.loads(stuck.socket.recv(timeout=1)))
    numbers = [frame["no"] for frame in frames if frame["t"] == "inbox"]
    assert numbers == sorted(set(numbers)) and numbers[-1] == 50
