"""Whose socket it is: the rules that stand before every page stand before it, and go on standing while it is open."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.clock import now
from notifications.models import SocketProcess
from notifications.socket_entrance import let_in
from organizations.models import User
from organizations.services import end_holding
from organizations.services.announce import revoke_credentials
from tests.notifications.sockets.conftest import SLOW
from tests.notifications.sockets.test_inbox import tell
from tests.support.sockets import log_in, session_key, wait_until

SESSION_OVER = 4401


def changed(key, **facts):
    store = import_module(settings.SESSION_ENGINE).SessionStore(key)
    store.update(facts)
    store.save()


def test_nobody_is_let_in_without_a_session(visit, d):
    assert visit(None).code() == SESSION_OVER
    assert visit(None, key="a" * 32).code() == SESSION_OVER
    assert visit(None, key="x'; --").code() == SESSION_OVER


def test_who_owes_a_step_of_the_entrance_is_not_in(visit, d):
    for owed in ({"second_factor": "code"}, {"second_factor": "app"}, {"password_expired": True}):
        key = session_key(log_in(d.safety))
        changed(key, **owed)
        assert visit(None, key=key).code() == SESSION_OVER, owed


def test_an_account_that_opens_no_page_opens_no_socket(visit, d):
    for person, facts in (
        (d.safety, {"must_set_password": True}), (d.principal, {"is_active": False}), (d.office, {"password": "another"}),
    ):  # fmt: skip
        key = session_key(log_in(person))
        assert visit(None, key=key).inbox()
        User.objects.filter(pk=person.pk).update(**facts)
        assert visit(None, key=key).code() == SESSION_OVER, facts


def test_a_session_is_over_at_the_very_moment_of_its_limit(visit, d, clock):
    key = session_key(log_in(d.safety))
    clock.advance(settings.SESSION_IDLE_LIMIT - timedelta(seconds=1))
    assert visit(None, key=key).inbox()
    clock.advance(timedelta(seconds=1))
    assert visit(None, key=key).code() == SESSION_OVER


def test_an_open_socket_is_no_use_of_the_session(visit, d, clock):
    """Neither frames nor what is told keep it open."""
    page = visit(d.safety)
    page.inbox(0)
    clock.advance(settings.SESSION_IDLE_LIMIT - timedelta(seconds=1))
    page.send({"since": 0})
    tell(d, d.safety)
    page.inbox(1)
    clock.advance(timedelta(seconds=1))
    assert page.code() == SESSION_OVER


def test_a_session_that_ends_closes_its_own_pages_only(visit, d):
    browser, other = log_in(d.safety), visit(d.safety)
    page = visit(None, key=session_key(browser))
    page.inbox()
    other.inbox()
    Session.objects.get(pk=session_key(browser)).delete()
    assert page.code() == SESSION_OVER
    assert other.hears_nothing_of("inbox")


class TestAtOnce:
    """By a hint; nobody looks at rows by himself in these."""

    @pytest.fixture
    def rhythm(self):
        return SLOW

    def test_who_logs_out_is_out_in_every_tab(self, visit, d):
        browser = log_in(d.safety)
        tabs = [visit(None, key=session_key(browser)) for _ in range(2)]
        for tab in tabs:
            tab.inbox()
        browser.post(reverse("logout"))
        assert [tab.code() for tab in tabs] == [SESSION_OVER] * 2

    def test_a_closed_account_is_out(self, visit, d):
        page = visit(d.safety)
        page.inbox()
        User.objects.filter(pk=d.safety.pk).update(is_active=False)
        revoke_credentials(d.safety.pk)
        assert page.code() == SESSION_OVER

    def test_another_password_ends_the_sessions_of_the_old_one(self, visit, d):
        page, other = visit(d.safety), visit(d.principal)
        page.inbox()
        other.inbox()
        d.safety.set_password("another-password-2026")
        d.safety.save()
        revoke_credentials(d.safety.pk)
        assert page.code() == SESSION_OVER
        assert other.hears_nothing_of("inbox")


def test_letting_in_takes_two_statements_however_many_come(d):
    keys = [session_key(log_in(person)) for person in (d.safety, d.principal, d.office)]
    with CaptureQueriesContext(connection) as asked:
        readers = let_in(keys, now())
    assert {reader.user_id for reader in readers.values()} == {d.safety.pk, d.principal.pk, d.office.pk}
    assert len(asked) == 2
    with CaptureQueriesContext(connection) as asked:
        let_in(keys[:1], now())
    assert len(asked) == 2


def test_who_is_let_in_hears_what_his_posts_give(d):
    [reader] = let_in([session_key(log_in(d.safety))], now()).values()
    assert reader.keys == frozenset({4 * d.units["school"].pk, 4 * d.safety.pk + 2})
    end_holding(actor=None, holding=d.safety.holdings.get(), until_on=d.at.date(), at=d.at)
    [reader] = let_in([session_key(log_in(d.safety))], now()).values()
    assert reader.keys == frozenset({4 * d.safety.pk + 2})


def test_the_process_says_how_many_sockets_it_holds(visit, d):
    pages = [visit(d.safety), visit(d.principal)]
    for page in pages:
        page.inbox()
    wait_until(lambda: SocketProcess.objects.filter(n_sockets=2, beat_at=d.at).count() == 1)
    pages[0].socket.close()
    wait_until(lambda: SocketProcess.objects.filter(n_sockets=1).count() == 1)
