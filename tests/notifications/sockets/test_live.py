"""What changed is hinted to those who may see it and to nobody else; what they may see follows their posts at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.hooks import LiveHint
from notifications.push import push_live
from organizations.keys import unit_key
from organizations.kinds import PostKind
from organizations.services import appoint, end_holding
from tests.notifications.sockets.conftest import SLOW
from tests.support.sockets import NothingCame, wait_until
from tests.support.time_passes import sweep_until


def key_of(d, unit):
    return unit_key(d.units[unit].pk)


def hint(d, name="A-1", seq=1, unit="school", topic="hazard"):
    push_live(topic, name, seq, [key_of(d, unit)])


class TestByHints:
    @pytest.fixture
    def rhythm(self):
        return SLOW

    def test_only_holders_of_a_key_hear_of_it(self, d, visit):
        safety, outsider = visit(d.safety), visit(d.outsider)
        safety.inbox()
        outsider.inbox()
        hint(d)
        assert safety.frame("live") == {"t": "live", "hazards": [["A-1", 1]], "boards": [], "many": False}
        assert outsider.hears_nothing_of("live")

    def test_what_comes_thick_is_told_together(self, d, visit):
        page = visit(d.safety)
        page.inbox()
        for seq in range(1, 41):
            hint(d, seq=seq)
        frames = []
        while not frames or frames[-1]["hazards"] != [["A-1", 40]]:
            frames.append(page.frame("live"))
        assert len(frames) < 20
        seqs = [frame["hazards"][0][1] for frame in frames]
        assert seqs == sorted(set(seqs))

    def test_an_overtaken_hint_says_nothing(self, d, visit):
        page = visit(d.safety)
        page.inbox()
        hint(d, seq=5)
        page.frame("live")
        hint(d, seq=5)
        hint(d, seq=4)
        hint(d, name="A-2")
        assert page.frame("live")["hazards"] == [["A-2", 1]]

    def test_what_moved_since_a_page_was_made_is_told_when_it_comes(self, d, visit):
        early = visit(d.safety)
        early.inbox()
        hint(d)
        early.frame("live")
        late, fresh, outsider = (
            visit(d.principal, query="?age=30"),
            visit(d.principal),
            visit(d.outsider, query="?age=30"),
        )
        assert late.frame("live")["hazards"] == [["A-1", 1]]
        assert fresh.hears_nothing_of("live")
        assert outsider.hears_nothing_of("live")

    def test_a_board_goes_by_its_name(self, d, visit):
        page = visit(d.safety)
        page.inbox()
        hint(d, topic="board", name="supervision")
        assert page.frame("live") == {"t": "live", "hazards": [], "boards": ["supervision"], "many": False}

    def test_who_lost_the_post_hears_nothing_more(self, d, visit, hub):
        lost, kept = visit(d.safety), visit(d.principal)
        lost.inbox()
        kept.inbox()
        hint(d)
        lost.frame("live")
        kept.frame("live")
        end_holding(actor=None, holding=d.safety.holdings.get(), until_on=d.at.date(), at=d.at)
        wait_until(lambda: key_of(d, "school") not in hub.keys_of(d.safety.pk))
        hint(d, name="A-2")
        assert kept.frame("live")["hazards"] == [["A-2", 1]]
        assert lost.hears_nothing_of("live")

    def test_who_won_a_post_hears_of_its_work(self, d, visit, hub):
        page = visit(d.outsider)
        page.inbox()
        post = d.units["school"].posts.get(kind=PostKind.SAFETY)
        appoint(actor=None, post=post, user=d.outsider, from_on=d.at.date(), at=d.at)
        wait_until(lambda: key_of(d, "school") in hub.keys_of(d.outsider.pk))
        hint(d)
        assert page.frame("live")["hazards"] == [["A-1", 1]]


@pytest.fixture
def no_limits(settings):
    settings.SESSION_IDLE_LIMIT = settings.SESSION_ABSOLUTE_LIMIT = timedelta(days=1000)


def test_an_act_is_told_to_who_may_see_it(d, visit):
    number = d.find(d.reach("rectifying")).number
    pages = {name: visit(d.people[name]) for name in ("safety", "office", "outsider")}
    for page in pages.values():
        page.inbox()
    d.do("report_progress", d.safety, number, progress="已加固一半", percent="50")
    seq = d.find(number).last_seq
    assert pages["office"].frame("live")["hazards"] == [[number, seq]]
    assert pages["safety"].frame("live")["hazards"] == [[number, seq]]
    assert pages["outsider"].hears_nothing_of("live")


def test_what_time_alone_did_is_told_too(d, visit, no_limits):
    """A rung that only writes rows pushes nothing by itself."""
    number = d.find(d.reach("rectifying")).number
    page = visit(d.safety)
    before = page.inbox()
    seq = d.find(number).last_seq
    sweep_until(d.find(number).due_at - timedelta(days=1))
    hazard = d.find(number)
    assert hazard.last_seq > seq, "a rung was climbed"
    told, last_no = False, before["no"]
    while not told or last_no == before["no"]:
        frame = page.next()
        told |= [number, hazard.last_seq] in frame.get("hazards", [])
        last_no = frame.get("no", last_no)


class TestManyAtOnce:
    """More news in rows than can be named: every page reads again what it shows."""

    @pytest.fixture
    def source(self, monkeypatch):
        given: list[LiveHint] = []
        monkeypatch.setattr("notifications.socket_rows.live_since", [lambda since: (len(given), list(given))])
        return given

    def test_names_from_rows_come_in_their_order_and_once(self, source, d, visit):
        page = visit(d.safety)
        page.inbox()
        key = key_of(d, "school")
        wait_for_first_look(page, source, key)
        source.append(LiveHint("hazard", "A-1", 7, (key,)))
        assert page.frame("live")["hazards"] == [["A-1", 7]]
        source.append(LiveHint("hazard", "A-1", 7, (key,)))
        source.append(LiveHint("hazard", "A-2", 1, (key,)))
        assert page.frame("live")["hazards"] == [["A-2", 1]]

    def test_too_many_to_name(self, source, d, visit):
        page = visit(d.safety)
        page.inbox()
        key = key_of(d, "school")
        wait_for_first_look(page, source, key)
        source.extend(LiveHint("hazard", f"B-{n}", 1, (key,)) for n in range(1000))
        assert page.frame("live") == {"t": "live", "hazards": [], "boards": [], "many": True}

    def test_fifty_are_named(self, source, d, visit):
        page = visit(d.safety)
        page.inbox()
        key = key_of(d, "school")
        wait_for_first_look(page, source, key)
        source.extend(LiveHint("hazard", f"C-{n}", 1, (key,)) for n in range(60))
        frame = page.frame("live")
        assert len(frame["hazards"]) == 50 and frame["many"]


def wait_for_first_look(page, source, key):
    """What stands in rows when a process begins to look is no news; this is the first that is."""
    n = 0
    while True:
        source.append(LiveHint("hazard", f"first-{n}", 1, (key,)))
        try:
            page.frame("live", 1.0)
            return
        except NothingCame:
            n += 1
