"""Counters and rows of one inbox agree, whoever reads and whoever writes at the same time."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from notifications.models import Inbox, OutboxMessage
from notifications.outbox import Message, put_messages
from notifications.services import read_all, read_messages, read_subject
from tests.support.district import build_district

# Rounds of two writers that stay below the cap of an hour.
N = 11


def put(d, n, *, first=0, about=None):
    with transaction.atomic():
        put_messages(
            Message(
                recipient_id=d.office.pk, kind="hazard.signed", dedupe_key=f"t:{first + one}", created_at=d.at, subject_id=about,
            )
            for one in range(n)
        )  # fmt: skip


def box(d):
    return Inbox.objects.get(pk=d.office.pk)


def n_unread_rows(d):
    return OutboxMessage.objects.filter(recipient=d.office, read_at__isnull=True, told_by="live").count()


def test_reading_takes_two_statements_however_many(district, django_assert_num_queries):
    put(district, 50)
    # A savepoint, as the test is in a transaction, the lock, the rows with the counter.
    with django_assert_num_queries(4):
        assert read_all(actor=district.office, until_no=40, at=district.at).n_unread == 10
    assert n_unread_rows(district) == 10


def test_each_way_of_reading_marks_its_own_and_counts_once(district):
    put(district, 4, about=7)
    put(district, 3, first=10)
    ids = list(OutboxMessage.objects.filter(subject_id=7).values_list("pk", flat=True))
    assert read_messages(actor=district.office, message_ids=ids[:1], at=district.at).n_unread == 6
    assert read_messages(actor=district.office, message_ids=ids[:1], at=district.at).n_unread == 6
    assert read_subject(actor=district.office, subject_id=7, at=district.at).n_unread == 3
    assert read_all(actor=district.office, until_no=5, at=district.at).n_unread == 2
    assert read_messages(actor=district.leader, message_ids=ids, at=district.at).n_unread == 0
    assert n_unread_rows(district) == box(district).n_unread == 2


def test_a_reading_is_told_to_open_pages_after_the_commit(district, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("notifications.services.push_inbox", told.append)
    put(district, 2)
    with django_capture_on_commit_callbacks(execute=True):
        read_all(actor=district.office, until_no=1, at=district.at)
        assert told == []
    assert [(one.last_no, one.n_unread) for hints in told for one in hints.values()] == [(2, 1)]
    with django_capture_on_commit_callbacks(execute=True):
        read_all(actor=district.office, until_no=1, at=district.at)
    assert len(told) == 1, "nothing changed"


@pytest.mark.django_db(transaction=True)
def test_readers_and_writers_at_once_leave_the_counter_right(cloned_db):
    d = build_district()
    put(d, 1)
    gate, failed = threading.Barrier(4), []

    def work(act):
        try:
            gate.wait(timeout=30)
            for n in range(N):
                act(n)
        except BaseException as error:  # told to the test below
            failed.append(error)
        finally:
            connection.close()

    acts = [
        lambda n: put(d, 3, first=1000 + 10 * n, about=5),
        lambda n: put(d, 2, first=9000 + 10 * n, about=6),
        lambda n: read_subject(actor=d.office, subject_id=5 + n % 2, at=d.at),
        lambda n: read_all(actor=d.office, until_no=4 * n, at=d.at),
    ]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert box(d).n_unread == n_unread_rows(d)
    assert box(d).last_no == 1 + 5 * N == OutboxMessage.objects.filter(recipient=d.office).count()
