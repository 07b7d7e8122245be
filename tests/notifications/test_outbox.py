"""Rows for those who are to be told: the same occasion once to one person, in one statement however many."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from notifications.models import OutboxMessage
from notifications.outbox import Message, put_messages


def message(d, person="safety", n=1, **more):
    facts = {
        "recipient_id": d.people[person].pk, "kind": "deadline.warned", "subject_id": n, "event_seq": 4,
        "payload": {"rung": 2, "colour": "yellow", "label": "黄色预警"}, "created_at": d.at, "region_code": "361100",
        "dedupe_key": f"rung:{n}:{d.people[person].pk}", **more,
    }  # fmt: skip
    return Message(**facts)


def test_a_message_is_kept_as_it_was_given(district):
    assert put_messages([message(district)]) == 1
    row = OutboxMessage.objects.get()
    assert (row.recipient, row.kind, row.subject_id, row.event_seq) == (district.safety, "deadline.warned", 1, 4)
    assert row.payload == {"rung": 2, "colour": "yellow", "label": "黄色预警"}
    assert (row.created_at, row.region_code) == (district.at, "361100")
    assert row.dedupe_key == f"rung:1:{district.safety.pk}"


def test_what_has_no_event_and_no_subject_can_be_told_too(district):
    put_messages([message(district, subject_id=None, event_seq=None, payload={})])
    row = OutboxMessage.objects.get()
    assert (row.subject_id, row.event_seq, row.payload) == (None, None, {})


def test_the_same_occasion_is_told_once_to_one(district):
    assert put_messages([message(district), message(district), message(district, person="principal")]) == 2
    assert put_messages([message(district), message(district, n=2)]) == 1
    assert OutboxMessage.objects.count() == 3


def test_thousands_take_one_statement(district, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert put_messages(message(district, n=n) for n in range(3000)) == 3000
    assert OutboxMessage.objects.values("dedupe_key").distinct().count() == 3000


def test_nobody_to_tell_takes_no_statement(district, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert put_messages([]) == 0


@pytest.mark.django_db(transaction=True)
def test_a_message_goes_with_what_it_tells_of(cloned_db):
    from tests.support.district import build_district

    d = build_district()
    with pytest.raises(TransactionManagementError):
        put_messages([message(d)])
    with pytest.raises(RuntimeError), transaction.atomic():
        put_messages([message(d)])
        raise RuntimeError
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_occasions_in_other_orders_do_not_lock_crosswise(cloned_db):
    from tests.support.district import build_district

    d = build_district()
    told: list[int] = []
    failed: list[BaseException] = []
    gate = threading.Barrier(2)

    def write(backwards):
        try:
            for round_ in range(20):
                numbers = [1000 * round_ + n for n in range(300)]
                gate.wait(timeout=30)
                with transaction.atomic():
                    told.append(put_messages([message(d, n=n) for n in (numbers[::-1] if backwards else numbers)]))
        except BaseException as error:  # told to the test below
            failed.append(error)
            gate.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(backwards,)) for backwards in (False, True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and sum(told) == 6000 == OutboxMessage.objects.count()
