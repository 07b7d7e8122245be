"""What an operator sees and does: health, dead letters sent again, test messages."""

from __future__ import annotations

from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError, transaction

from core.errors import Invalid, NotAllowed, NotFound, WrongState
from core.models import AuditEntry
from notifications import health
from notifications.delivery_services import check_address, resend_dead, resend_delivery, send_test
from notifications.models import Delivery, DeliveryTry, OutboxMessage, RelayProcess
from notifications.relay import Relay
from organizations.kinds import AdminRole
from tests.support.district import make_person
from tests.support.receivers import answer

State = Delivery.State


@pytest.fixture
def operator(district):
    return make_person("operator", None, admin_role=AdminRole.SYSTEM)


@pytest.fixture
def dead(desk, receiver):
    """A letter that a system refused."""
    desk.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")
    receiver.behaviours = [answer(422, b"bad")]
    desk.tell()
    desk.relay()
    return desk.row(state=State.DEAD)


def test_a_dead_letter_is_sent_again_under_the_same_key_with_its_history(desk, dead, operator, receiver):
    desk.at += timedelta(hours=1)
    again = resend_delivery(actor=operator, delivery_id=dead.pk, at=desk.at)
    assert (again.state, again.n_tries, again.next_at) == (State.QUEUED, 0, desk.at)
    desk.relay()
    row = desk.row(pk=dead.pk)
    assert (row.state, row.key) == (State.SENT, dead.key)
    assert [is_sent for is_sent, _ in desk.tries(row)] == [False, True]
    entry = AuditEntry.objects.get(action="delivery.resent")
    assert (entry.actor_id, entry.subject, entry.at) == (operator.pk, dead.key, desk.at)


def test_who_may_not(desk, dead):
    for person in ("principal", "office", "leader", "director"):
        with pytest.raises(NotAllowed):
            resend_delivery(actor=desk.d.people[person], delivery_id=dead.pk, at=desk.at)
        with pytest.raises(NotAllowed):
            resend_dead(actor=desk.d.people[person], way="webhook", at=desk.at)


def test_only_what_is_dead(desk, dead, operator):
    resend_delivery(actor=operator, delivery_id=dead.pk, at=desk.at)
    with pytest.raises(WrongState, match="待发送"):
        resend_delivery(actor=operator, delivery_id=dead.pk, at=desk.at)
    with pytest.raises(NotFound):
        resend_delivery(actor=operator, delivery_id=dead.pk + 999, at=desk.at)


def test_what_was_read_meanwhile_is_not_sent_again(desk, operator, mail_server):
    desk.contact()
    message = desk.tell()
    mail_server.manners.replies["RCPT"] = "550 no such user"
    desk.relay()
    OutboxMessage.objects.filter(pk=message.pk).update(read_at=desk.at)
    with pytest.raises(WrongState, match="已在系统中阅读"):
        resend_delivery(actor=operator, delivery_id=desk.row().pk, at=desk.at)
    assert resend_dead(actor=operator, way="email", at=desk.at) == 0


def test_all_dead_letters_of_a_way(desk, operator, mail_server):
    desk.contact()
    for _ in range(3):
        desk.tell()
    mail_server.manners.replies["RCPT"] = "550 no such user"
    desk.relay()
    mail_server.manners.replies.clear()
    assert resend_dead(actor=operator, way="sms", at=desk.at) == 0
    assert resend_dead(actor=operator, way="email", at=desk.at) == 3
    desk.relay()
    assert len(mail_server.mails) == 3
    assert AuditEntry.objects.get(action="delivery.resent").detail == {"way": "email", "n": 3}


def test_a_test_message_goes_out_and_is_recorded(desk, operator, mail_server):
    row = send_test(actor=operator, way="email", address="probe@edu.example.cn", at=desk.at)
    desk.relay()
    assert desk.row(pk=row.pk).state == State.SENT and mail_server.mails[0].receivers == ["probe@edu.example.cn"]
    assert AuditEntry.objects.get(action="delivery.tested").actor_id == operator.pk


def test_an_outlet_is_tested_as_it_is(desk, operator, receiver):
    receiver.usual = answer(200, {"errcode": 0})
    outlet = desk.outlet("edu", "dingtalk_robot", f"{receiver.url}/robot/send?access_token=1")
    row = send_test(actor=operator, way="", outlet_id=outlet.pk, at=desk.at)
    desk.relay()
    assert (row.way, row.address) == ("dingtalk_robot", "edu群")
    assert receiver.calls[0].json["markdown"]["title"] == "测试消息" and "sign" in receiver.calls[0].query


def test_everybody_may_test_his_own_address_and_no_other(desk, mail_server):
    desk.contact("principal")
    send_test(actor=desk.d.principal, way="email", address="principal@edu.example.cn", at=desk.at)
    with pytest.raises(NotAllowed):
        send_test(actor=desk.d.principal, way="email", address="other@edu.example.cn", at=desk.at)
    with pytest.raises(NotAllowed):
        send_test(actor=desk.d.safety, way="email", address="principal@edu.example.cn", at=desk.at)


def test_nobody_sends_many_test_messages(desk, operator, mail_server):
    for _ in range(5):
        send_test(actor=operator, way="email", address="a@edu.example.cn", at=desk.at)
    with pytest.raises(Invalid, match="几分钟"):
        send_test(actor=operator, way="email", address="a@edu.example.cn", at=desk.at)
    send_test(actor=operator, way="email", address="a@edu.example.cn", at=desk.at + timedelta(minutes=10))


@pytest.mark.parametrize(
    ("way", "address"),
    [("email", "nobody"), ("sms", "12"), ("wecom", "@all"), ("dingtalk", "a,b"), ("webhook", "ftp://x/"), ("pigeon", "x")],
)  # fmt: skip
def test_what_is_no_address_is_refused(way, address):
    with pytest.raises(Invalid):
        check_address(way, address)


def test_a_way_that_is_not_set_up_cannot_be_tested(desk, operator, settings):
    settings.EMAIL_HOST = ""
    with pytest.raises(Invalid, match="没有设置"):
        send_test(actor=operator, way="email", address="a@edu.example.cn", at=desk.at)
    with pytest.raises(Invalid):
        send_test(actor=operator, way="webhook", address="https://a.example.cn/", at=desk.at)


def test_a_processs_life_is_seen(desk, receiver):
    RelayProcess.objects.all().delete()
    assert not health.is_alive(desk.at)
    health.start("a:1", desk.at)
    assert health.is_alive(desk.at + timedelta(seconds=20))
    assert not health.is_alive(desk.at + timedelta(seconds=21))
    health.beat("a:1", desk.at + timedelta(seconds=21))
    health.count("a:1", 3, 1)
    assert health.is_alive(desk.at + timedelta(seconds=41))
    health.stop("a:1", desk.at + timedelta(seconds=30))
    assert not health.is_alive(desk.at + timedelta(seconds=30))
    told = health.read_health(desk.at).processes[0]
    assert (told.name, told.n_sent, told.n_failed) == ("a:1", 3, 1)
    health.start("b:2", desk.at + timedelta(days=8))
    assert [one.name for one in RelayProcess.objects.all()] == ["b:2"]


def test_what_waits_and_what_came_to_nothing(desk, dead, receiver, mail_server):
    assert health.read_lag(desk.at) == timedelta(0)
    desk.contact()
    desk.tell()
    mail_server.manners.replies["RCPT"] = "450 later"
    receiver.behaviours = [answer(500)]
    desk.relay()
    desk.tell()
    told = health.read_health(desk.at + timedelta(minutes=3))
    assert (told.lag, told.is_late, told.n_dead) == (timedelta(minutes=3), True, 1)
    assert [one.pk for one in told.dead] == [dead.pk] and not told.is_well
    assert [(one.way, one.n_due, one.waiting, one.n_trying, one.n_dead) for one in told.ways] == [
        ("email", 1, timedelta(seconds=150), 0, 0),
        ("webhook", 1, timedelta(seconds=150), 0, 1),
    ]
    assert told.n_due == 3
    soon = health.read_health(desk.at + timedelta(seconds=10))
    assert [(one.way, one.n_due, one.n_trying) for one in soon.ways] == [("email", 0, 1), ("webhook", 0, 1)]


def test_reading_health_takes_few_statements(desk, dead, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        health.read_health(desk.at)


def test_a_process_that_ends_says_so(desk):
    stop = Event()
    relay = Relay(read_clock=lambda: desk.at, stop=stop, tick=0.01, name="c:3")
    relay.run_round()
    stop.set()
    relay.run()
    row = RelayProcess.objects.get(name="c:3")
    assert (row.started_at, row.stopped_at) == (desk.at, desk.at)


def test_the_history_of_tries_only_grows(desk, dead):
    with pytest.raises(IntegrityError), transaction.atomic():
        DeliveryTry.objects.filter(delivery=dead).delete()
