"""Who has messages sees it in his open pages: how far they go and how many are unread."""

from __future__ import annotations

import pytest
from django.db import transaction

from notifications.outbox import Message, put_messages
from tests.notifications.sockets.conftest import SLOW
from tests.support.sockets import log_in, session_key


@pytest.fixture
def rhythm():
    """What arrives came by a hint: rows are not looked at again."""
    return SLOW


def tell(d, *people, n=1, **more):
    with transaction.atomic():
        put_messages(
            Message(
                recipient_id=person.pk,
                kind="deadline.warned_blue",
                dedupe_key=f"{n}:{person.pk}",
                created_at=d.at,
                **more,
            )
            for person in people
        )


def test_a_page_is_told_how_far_its_messages_go(d, visit):
    tell(d, d.safety)
    assert visit(d.safety).frame("inbox") == {"t": "inbox", "no": 1, "unread": 1, "since": 0}
    assert visit(d.principal).frame("inbox") == {"t": "inbox", "no": 0, "unread": 0, "since": 0}


def test_a_message_is_told_as_soon_as_it_is_there(d, visit):
    page = visit(d.safety)
    page.inbox(0)
    tell(d, d.safety)
    assert page.frame("inbox") == {"t": "inbox", "no": 1, "unread": 1}
    tell(d, d.safety, n=2)
    assert page.frame("inbox") == {"t": "inbox", "no": 2, "unread": 2}


def test_only_its_reader_hears_of_it(d, visit):
    mine, other = visit(d.safety), visit(d.outsider)
    mine.inbox(0)
    other.inbox(0)
    tell(d, d.safety)
    mine.inbox(1)
    assert other.hears_nothing_of("inbox")


def test_two_tabs_agree(d, visit):
    key = session_key(log_in(d.safety))
    tabs = [visit(None, key=key), visit(None, key=key), visit(d.safety)]
    for tab in tabs:
        tab.inbox(0)
    for n in range(1, 4):
        tell(d, d.safety, n=n)
    assert [tab.inbox(3)["unread"] for tab in tabs] == [3, 3, 3]


def test_who_comes_back_is_told_what_he_missed(d, visit):
    tell(d, d.safety)
    page = visit(d.safety)
    assert page.inbox()["no"] == 1
    page.socket.close()
    for n in range(2, 5):
        tell(d, d.safety, n=n)
    again = visit(d.safety, query="?since=1")
    assert again.frame("inbox") == {"t": "inbox", "no": 4, "unread": 4, "since": 1}
    again.send({"since": 4})
    assert again.frame("inbox") == {"t": "inbox", "no": 4, "unread": 4, "since": 4}


def test_a_ping_is_answered(d, visit):
    page = visit(d.safety)
    page.send({"t": "ping"})
    assert page.frame("pong") == {"t": "pong"}
