"""The outbox: how many letters a second one and two relay processes carry to a mail server on this machine."""

from __future__ import annotations

import time

from django.conf import settings
from django.db import transaction

from bench.report import Report
from bench.scale import FULL
from bench.server import in_processes
from notifications import hooks
from notifications.delivery import expand_due
from notifications.models import Contact, Delivery
from notifications.outbox import Message, put_messages
from notifications.relay import Relay
from notifications.urgency import Urgency
from tests.support.district import District, build_district
from tests.support.receivers import receiving_mail

LETTERS = 4_000 if FULL else 1_000


def measure_outbox(report: Report) -> None:
    district = build_district()
    hooks.each_minute.clear()
    district.report()
    people = [district.principal, district.safety, district.director, district.office]
    for user in people:
        Contact.objects.create(user=user, way="email", address=f"u{user.pk}@edu.example.cn", set_at=district.at)
    with receiving_mail() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        # The first letters of a connection and of a process are no measure.
        _put(district, "warm", 20)
        _relay(district)
        _put(district, "expand", LETTERS)
        report.add("messages expanded into deliveries", LETTERS / _expand_all(district), "per s")
        _relay(district)
        rates = [_rate(district, f"with {n}", n) for n in (1, 2)]
    report.add("letters by e-mail, one relay process", rates[0], "per s")
    report.add("letters by e-mail, two relay processes", rates[1], "per s")
    report.add("two relay processes beside one", rates[1] / rates[0], "times")
    undone = Delivery.objects.exclude(state=Delivery.State.SENT).count()
    report.add(
        "letters not sent, or sent twice", undone + len(server.mails) - Delivery.objects.count(), "letters", "<= 0"
    )


def _put(district: District, name: str, n: int) -> None:
    """n urgent messages, which no cap folds."""
    people = [district.principal, district.safety, district.director, district.office]
    with transaction.atomic():
        put_messages(
            Message(
                recipient_id=people[k % len(people)].pk, kind="deadline.warned_red", dedupe_key=f"bench:{name}:{k}",
                created_at=district.at, payload={"due_at": district.at.isoformat()}, urgency=Urgency.URGENT,
            )
            for k in range(n)
        )  # fmt: skip


def _expand_all(district: District) -> float:
    begin = time.perf_counter()
    while expand_due(district.at):
        pass
    return time.perf_counter() - begin


def _relay(district: District) -> None:
    Relay(read_clock=lambda: district.at).run_until_idle()


def _rate(district: District, name: str, n_processes: int) -> float:
    """Letters a second from the committed message to the row that says it was sent; the slowest process ends it."""
    _put(district, name, LETTERS)

    def work(_index: int) -> float:
        begin = time.perf_counter()
        _relay(district)
        return time.perf_counter() - begin

    slowest: float = max(in_processes(n_processes, work))
    return LETTERS / slowest
