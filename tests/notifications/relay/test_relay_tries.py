"""What comes of a failure: a further try, later each time; a dead letter; a row that nothing can be said of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications import hooks, texts
from notifications.delivery import expand_due
from notifications.delivery_claim import Outcome, claim, mark
from notifications.models import Delivery, DeliveryTry, OutboxMessage
from notifications.relay import Relay
from tests.support.receivers import answer, cut, gone, until_over

State = Delivery.State


@pytest.fixture
def webhook(desk, receiver):
    return desk.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")


def test_further_tries_come_later_each_time_until_it_is_a_dead_letter(desk, webhook, receiver):
    receiver.usual = answer(500, b"oops")
    desk.tell()
    desk.relay()
    for n, pause in enumerate([30, 120, 600, 3600, 21600, 21600, 21600], start=1):
        row = desk.row()
        assert (row.state, row.n_tries, row.next_at) == (State.QUEUED, n, desk.at + timedelta(seconds=pause))
        desk.relay(seconds=pause - 1)
        assert len(receiver.calls) == n, "not before its time"
        desk.relay(seconds=1)
    row = desk.row()
    assert (row.state, row.n_tries, row.next_at, row.sent_at) == (State.DEAD, 8, None, None)
    assert "HTTP 500 oops" in row.failure
    assert desk.tries(row) == [(False, row.failure)] * 8
    desk.relay(days=30)
    assert len(receiver.calls) == 8


def test_a_pause_is_never_shorter_than_what_the_receiver_asked_for(desk, webhook, receiver):
    receiver.usual = answer(503, Retry_After="300")
    desk.tell()
    desk.relay()
    assert desk.row().next_at == desk.at + timedelta(seconds=300)
    desk.relay(seconds=300)
    assert desk.row().next_at == desk.at + timedelta(seconds=300), "the second would come after two minutes"
    desk.relay(seconds=300)
    assert desk.row().next_at == desk.at + timedelta(seconds=600)


@pytest.mark.parametrize("behaviour", [cut, gone, answer(500)])
def test_it_goes_well_later_and_every_try_is_kept(desk, webhook, receiver, behaviour):
    receiver.behaviours = [behaviour]
    desk.tell()
    desk.relay()
    desk.relay(seconds=30)
    row = desk.row()
    assert (row.state, row.sent_at, row.n_tries) == (State.SENT, desk.at, 2)
    assert [is_sent for is_sent, _ in desk.tries(row)] == [False, True]
    assert {call.headers["x-bihuan-id"] for call in receiver.calls} == {row.key}


def test_what_is_for_ever_is_dead_at_once(desk, webhook, receiver):
    receiver.usual = answer(410)
    desk.tell()
    desk.relay()
    assert (desk.row().state, desk.row().n_tries) == (State.DEAD, 1)


def test_an_error_of_our_own_is_written_down_and_tried_again(desk, webhook, receiver, monkeypatch):
    monkeypatch.setattr("notifications.transports.webhook.sign", lambda *args: 1 / 0)
    desk.tell()
    desk.relay()
    assert (desk.row().state, desk.row().failure) == (State.QUEUED, "程序出错：ZeroDivisionError")
    monkeypatch.undo()
    desk.relay(seconds=30)
    assert desk.row().state == State.SENT


def test_a_message_without_words_takes_no_other_with_it(desk, webhook, receiver, monkeypatch):
    say = texts.sayers["deadline"]

    def stumble(messages):
        if any(one.event_seq == 1002 for one in messages):
            raise KeyError("label")
        return say(messages)

    monkeypatch.setitem(texts.sayers, "deadline", stumble)
    for _ in range(3):
        desk.tell()
    desk.relay()
    assert [(row.message.event_seq, row.state) for row in desk.rows()] == [
        (1001, State.SENT), (1002, State.QUEUED), (1003, State.SENT),
    ]  # fmt: skip
    assert desk.row(state=State.QUEUED).failure == "消息的文字没有生成"


def test_what_cannot_be_made_into_a_letter_takes_no_other_with_it(desk, webhook, receiver, monkeypatch):
    real = hooks.unit_paths_of[0]
    other = desk.d.find(desk.d.reach("rectifying"))
    desk.relay()
    told = desk.tell(subject_id=other.pk), desk.tell()
    expand_due(desk.at)
    is_poisoned = [True]

    def stumble(ids):
        if is_poisoned and other.pk in ids:
            raise ValueError("no path")
        return real(ids)

    monkeypatch.setattr(hooks, "unit_paths_of", [stumble])
    desk.relay()
    bad, good = (desk.row(message=one) for one in told)
    assert (bad.state, bad.failure, good.state) == (State.QUEUED, "程序出错：ValueError", State.SENT)
    is_poisoned.clear()
    desk.relay(seconds=30)
    assert [row.state for row in desk.rows()] == [State.SENT, State.SENT] and len(receiver.calls) == 2


def test_a_message_that_cannot_be_expanded_takes_no_other_with_it(desk, webhook, receiver, monkeypatch):
    real = hooks.unit_paths_of[0]
    poisoned = []

    def stumble(ids):
        if poisoned and poisoned[0] in ids:
            raise ValueError("no path")
        return real(ids)

    monkeypatch.setattr(hooks, "unit_paths_of", [stumble])
    other = desk.d.find(desk.d.reach("rectifying"))
    desk.relay()
    bad = desk.tell(subject_id=other.pk)
    good = desk.tell()
    poisoned.append(other.pk)
    desk.relay()
    assert [row.message for row in desk.rows()] == [good]
    assert OutboxMessage.objects.get(pk=bad.pk).relay_at == desk.at + timedelta(minutes=5)
    poisoned.clear()
    desk.relay(minutes=5)
    assert [row.message for row in desk.rows()] == [good, bad]


def test_a_row_whose_senders_die_of_it_comes_to_rest(desk, webhook, receiver, settings):
    """Each claim counts, also one that nobody lived to write down."""
    desk.tell()
    expand_due(desk.at)
    for _ in range(settings.RELAY_MOST_TRIES):
        assert len(claim(desk.at)) == 1
        assert claim(desk.at) == [], "it is leased"
        desk.at += timedelta(seconds=settings.RELAY_LEASE_SECONDS)
    desk.relay()
    assert (desk.row().state, desk.row().failure) == (State.DEAD, "发送进程多次中断，不再尝试")
    assert receiver.calls == [] and not DeliveryTry.objects.exists()


def test_what_is_on_its_way_is_not_taken_again_however_long_it_takes(desk, webhook, receiver, settings):
    settings.WAYS_OUT_TIMEOUT = 60.0
    receiver.usual = until_over
    desk.tell()
    relay = Relay(read_clock=lambda: desk.at)
    lease = timedelta(seconds=settings.RELAY_LEASE_SECONDS)
    for _ in range(9):
        relay.run_round()
        assert claim(desk.at) == [], "another process leaves it alone"
        desk.at += lease / 4
    desk.at += lease
    relay.run_round()
    assert desk.row().next_at == desk.at + lease
    receiver.over.set()
    relay.run_until_idle()
    row = desk.row()
    assert (row.state, row.n_tries, len(receiver.calls), len(desk.tries(row))) == (State.SENT, 1, 1, 1)


def test_who_lost_his_lease_says_that_it_was_sent_and_not_that_it_failed(desk, webhook, settings):
    desk.tell()
    expand_due(desk.at)
    (slow,) = claim(desk.at)
    later = desk.at + timedelta(seconds=settings.RELAY_LEASE_SECONDS)
    (quick,) = claim(later)
    assert (slow.n_tries, quick.n_tries) == (1, 2)
    mark([Outcome(slow.pk, 1, State.DEAD, later, failure="too late to say")])
    assert (desk.row().state, desk.row().n_tries) == (State.QUEUED, 2)
    mark([Outcome(slow.pk, 1, State.SENT, later, answer="ok")])
    mark([Outcome(quick.pk, 2, State.QUEUED, later, next_at=later, failure="second copy refused")])
    assert (desk.row().state, desk.row().answer) == (State.SENT, "ok")
    assert [is_sent for is_sent, _ in desk.tries(desk.row())] == [False, True, False]


def test_what_comes_by_the_minute_is_run_and_an_error_of_it_holds_up_nothing(desk, webhook, receiver, monkeypatch):
    ran = []

    def stumble(at):
        ran.append(("stumble", at))
        raise ValueError("x")

    monkeypatch.setattr(hooks, "each_minute", [stumble, lambda at: ran.append(("fine", at))])
    desk.tell()
    relay = Relay(read_clock=lambda: desk.at)
    begin = desk.at
    relay.run_round()
    desk.at += timedelta(seconds=59)
    relay.run_round()
    assert ran == [("stumble", begin), ("fine", begin)]
    desk.at += timedelta(seconds=1)
    relay.run_until_idle()
    assert ran[2:] == [("stumble", desk.at), ("fine", desk.at)]
    assert desk.row().state == State.SENT
