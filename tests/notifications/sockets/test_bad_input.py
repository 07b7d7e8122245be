"""What no page of ours sends is answered by the end of the socket, with a code, in the log, and nobody else notices."""

from __future__ import annotations

import json
import logging

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from notifications.consumers import MAX_SOCKETS
from notifications.socket_frames import Refused, read_frame
from tests.notifications.sockets.test_inbox import tell
from tests.support.sockets import log_in, open_page, session_key, wait_until


@pytest.fixture
def others(d, visit):
    """Somebody else with an open page, who must hear of his message as if nothing were."""
    page = visit(d.principal)
    page.inbox(0)
    return page


def test_nobody_has_pages_without_end(d, visit, others):
    key = session_key(log_in(d.safety))
    pages = [visit(None, key=key) for _ in range(MAX_SOCKETS)]
    for page in pages:
        page.inbox(0)
    assert visit(None, key=key).code() == 4429
    pages[0].socket.close()
    wait_until(lambda: hub_lets_in(visit, key))
    tell(d, d.principal)
    others.inbox(1)


def hub_lets_in(visit, key):
    """The site has noticed that one went."""
    page = visit(None, key=key)
    try:
        return page.inbox(0)
    except ConnectionClosed:
        return False


# (what the client sends, what it is closed with)
FRAMES = [
    ("no json", 4400), ("", 4400), ("[]", 4400), ("7", 4400), ("null", 4400), ("{}", 4400), ('{"t":"dance"}', 4400),
    ('{"since":"7"}', 4400), ('{"since":-1}', 4400), ('{"since":1.5}', 4400), ('{"since":true}', 4400),
    ('{"since":null}', 4400), ('{"since":1,"more":1}', 4400), ('{"since":1e400}', 4400), ("[" * 500, 4400),
    ('{"since":' + "9" * 19 + "}", 4400), (json.dumps({"t": "x" * 1100}), 4413), ("x" * 1025, 4413),
    ('{"since":1}', 4409), ('{"since":999999}', 4409),
    ('{"group":"inbox.1"}', 4403), ('{"t":"join","group":"live"}', 4403), (b'{"since":0}', 4400),
]  # fmt: skip


def test_a_frame_that_is_none_ends_the_socket(d, visit, others, caplog):
    key = session_key(log_in(d.safety))
    for text, code in FRAMES:
        page = visit(None, key=key)
        page.inbox(0)
        with caplog.at_level(logging.WARNING, logger="notifications.consumers"):
            page.socket.send(text)
            assert page.code() == code, text
        assert f"socket of user {d.safety.pk} closed with {code}" in caplog.text
        caplog.clear()
    tell(d, d.principal)
    others.inbox(1)


def test_a_huge_frame_is_not_read(d, visit, others):
    page = visit(d.safety)
    page.inbox(0)
    page.socket.send("x" * 5_000)
    assert page.code() == 1009
    tell(d, d.principal)
    others.inbox(1)


def test_of_megabytes_not_even_the_end_is_waited_for(d, visit, others):
    """The line may be cut before the client has read the code."""
    page = visit(d.safety)
    page.inbox(0)
    with pytest.raises(ConnectionClosed):
        page.socket.send("x" * 20_000_000)
        page.socket.recv(timeout=20)
    tell(d, d.principal)
    others.inbox(1)


def test_a_thousand_frames_at_once_end_the_socket(d, visit, others, caplog):
    page = visit(d.safety)
    page.inbox(0)
    with caplog.at_level(logging.WARNING, logger="notifications.consumers"):
        page.socket.socket.sendall(b"".join(_masked(b'{"t":"ping"}') for _ in range(1000)))
        assert page.code() == 4429
    assert caplog.text.count("closed with 4429") == 1
    tell(d, d.principal)
    others.inbox(1)


def _masked(text: bytes) -> bytes:
    """A text frame of a client, under a mask that changes nothing."""
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text


def test_thirty_frames_are_answered(d, visit):
    page = visit(d.safety)
    for _ in range(30):
        page.send({"t": "ping"})
        page.frame("pong")
    page.send({"t": "ping"})
    assert page.code() == 4429


QUERIES = [
    ("?since=x", 4400), ("?since=", 4400), ("?since=-1", 4400), ("?since=1", 4409), ("?since=%D9%A1", 4400),
    ("?group=live", 4403),
]  # fmt: skip


def test_an_address_that_asks_for_what_is_not_there(d, visit):
    key = session_key(log_in(d.safety))
    for query, code in QUERIES:
        assert visit(None, key=key, query=query).code() == code, query


def test_an_id_of_the_future_is_looked_up_first(d, visit):
    """A page may have read what no hint told us yet."""
    tell(d, d.safety)
    page = visit(d.safety)
    page.inbox(1)
    tell(d, d.safety, n=2)
    page.send({"since": 2})
    assert page.inbox(2, 2)


ORIGINS = (
    "https://evil.example", "http://127.0.0.1:1", "http://localhost", "https://127.0.0.1", "null", "http://", "http://[", None,
)  # fmt: skip


def test_a_foreign_page_is_refused_before_anything_is_read(site, d):
    for origin in ORIGINS:
        with pytest.raises(InvalidStatus) as refused, open_page(site, origin=origin):
            pass
        assert refused.value.response.status_code == 403


def test_there_is_no_other_socket(site, d):
    for path in ("/ws/", "/ws/inbox", "/ws/inbox/2/", "/"):
        with pytest.raises(InvalidStatus) as refused, open_page(site, path=path):
            pass
        assert refused.value.response.status_code == 403


def test_no_frame_makes_the_reader_stumble():
    """Deep, long or odd: each is refused by name, none raises anything else."""
    for text in ("[" * 1024, '{"a":' * 200, '"\\ud800"', '{"since":NaN}', '{"since":Infinity}', None):
        with pytest.raises(Refused):
            read_frame(text)
