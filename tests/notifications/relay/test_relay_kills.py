"""Relay processes killed at any moment: nothing is lost, and a second copy is known by its name."""

from __future__ import annotations

import email
from collections import Counter
from datetime import datetime

import pytest
from django.db import transaction

from hazards.models import Hazard
from notifications.models import Contact, Delivery, DeliveryTry, OutboxMessage, Outlet
from notifications.outbox import Message, put_messages
from notifications.relay import Relay
from notifications.urgency import Urgency
from tests.support.district import build_district
from tests.support.killed import Clock, sweep_with_kills
from tests.support.receivers import answer

State = Delivery.State
ANSWERED = {"errcode": 0, "errmsg": "ok"}


def tell_many(d, n):
    """n urgent warnings to each of three people with an e-mail address each, over the cap of an hour."""
    people = [d.principal, d.safety, d.director]
    for user in people:
        Contact.objects.create(user=user, way="email", address=f"u{user.pk}@edu.example.cn", set_at=d.at)
    subject = Hazard.objects.latest("pk").pk
    with transaction.atomic():
        put_messages(
            Message(
                recipient_id=user.pk, kind="deadline.warned_red", dedupe_key=f"kill:{k}:{user.pk}", created_at=d.at,
                subject_id=subject, event_seq=5000 + k, payload={"due_at": d.at.isoformat()}, urgency=Urgency.URGENT,
            )
            for user in people
            for k in range(n)
        )  # fmt: skip
    return 3 * n


def one_round(clock_at: datetime, count) -> bool:
    """What a process does until it finds nothing more to do; tells of each row that it saw to."""
    relay = Relay(read_clock=lambda: clock_at)
    n = relay.run_until_idle()
    count(n)
    return n > 0 or Delivery.objects.filter(next_at__isnull=False).exists()


def run(cloned_db, settings, server, n, n_kills, seed):
    settings.RELAY_LEASE_SECONDS, settings.RELAY_THREADS, settings.RELAY_MOST_TRIES = 3, 4, 100
    settings.RELAY_BACK_OFF = [1]
    d = build_district()
    d.report()
    Relay(read_clock=lambda: d.at).run_until_idle()
    n_due = tell_many(d, n)
    n_struck = sweep_with_kills(one_round, n_due=n_due, n_kills=n_kills, clock=Clock(d.at), seed=seed)
    rows = list(Delivery.objects.filter(message__kind="deadline.warned_red"))
    assert len(rows) == n_due
    assert {row.state for row in rows} == {State.SENT}
    assert not OutboxMessage.objects.filter(relay_at__isnull=False).exists()
    names = Counter(email.message_from_bytes(mail.raw)["Message-ID"] for mail in server.mails)
    assert len(names) == n_due, "every letter at least once, and each copy under the same name"
    assert sum(names.values()) >= n_due
    # Written down as sent are only letters that the server has.
    sent = Counter(DeliveryTry.objects.filter(is_sent=True).values_list("delivery__key", flat=True))
    assert all(names[f"<{key.replace(':', '-')}@edu.example.cn>"] >= count for key, count in sent.items())
    return n_struck, sum(names.values()) - n_due


def test_processes_killed_in_the_middle_lose_nothing(cloned_db, settings, mail_server):
    n_struck, _copies = run(cloned_db, settings, mail_server, n=60, n_kills=6, seed=5)
    assert n_struck > 0


@pytest.mark.prove
def test_processes_killed_many_times_lose_nothing(cloned_db, settings, mail_server):
    n_struck, copies = run(cloned_db, settings, mail_server, n=700, n_kills=40, seed=7)
    assert n_struck >= 20
    print(f"{n_struck} kills struck, {copies} second copies")


def test_two_processes_send_each_letter_once(cloned_db, settings, mail_server):
    _struck, copies = run(cloned_db, settings, mail_server, n=60, n_kills=0, seed=1)
    assert copies == 0


def test_two_processes_keep_one_robots_limit(cloned_db, settings, receiver):
    """Both at work on one group: together they say no more in a minute than one may."""
    receiver.usual = answer(200, ANSWERED)
    settings.RELAY_LEASE_SECONDS = 30
    d = build_district()
    d.report()
    Outlet.objects.create(
        unit=d.units["edu"], way="wecom_robot", name="群", url=f"{receiver.url}/cgi-bin/webhook/send?key=1",
        is_private_allowed=True, made_at=d.at,
    )  # fmt: skip
    tell_many(d, 30)
    Contact.objects.all().update(is_active=False)

    def few_rounds(clock_at, count):
        count(Relay(read_clock=lambda: clock_at).run_until_idle())
        return False

    sweep_with_kills(few_rounds, n_due=0, n_kills=0, clock=Clock(d.at), seed=1)
    assert len(receiver.calls) == 20
    assert Delivery.objects.filter(state=State.QUEUED).count() == 10
