"""Rows for those who are to be told: the same occasion once to one person, in two statements however many."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from notifications.consistency import list_wrong_inboxes
from notifications.models import Inbox, OutboxMessage
from notifications.outbox import HOURLY_CAP, Message, gathering, put_messages
from notifications.urgency import Urgency

KIND = "deadline.warned_yellow"


def message(d, person="safety", n=1, **more):
    facts = {
        "recipient_id": d.people[person].pk, "kind": KIND, "subject_id": n, "event_seq": 4,
        "payload": {"rung": 2, "colour": "yellow", "label": "黄色预警"}, "created_at": d.at, "region_code": "361100",
        "dedupe_key": f"rung:{n}:{d.people[person].pk}", **more,
    }  # fmt: skip
    return Message(**facts)


def numbers_of(user):
    return list(OutboxMessage.objects.filter(recipient=user).order_by("id").values_list("no", flat=True))


def test_a_message_is_kept_as_it_was_given(district):
    put_messages([message(district)])
    row = OutboxMessage.objects.get()
    assert (row.recipient, row.kind, row.subject_id, row.event_seq) == (district.safety, KIND, 1, 4)
    assert row.payload == {"rung": 2, "colour": "yellow", "label": "黄色预警"}
    assert (row.created_at, row.region_code) == (district.at, "361100")
    assert row.dedupe_key == f"rung:1:{district.safety.pk}"
    assert (row.no, row.told_by, row.urgency, row.relay_at) == (1, "live", Urgency.TASK, district.at)


def test_what_has_no_event_and_no_subject_can_be_told_too(district):
    put_messages([message(district, subject_id=None, event_seq=None, payload={})])
    row = OutboxMessage.objects.get()
    assert (row.subject_id, row.event_seq, row.payload) == (None, None, {})


def test_numbers_rise_for_each_reader_without_a_gap(district):
    put_messages([message(district), message(district), message(district, person="principal")])
    put_messages([message(district), message(district, n=2)])
    assert numbers_of(district.safety) == [1, 2] and numbers_of(district.principal) == [1]
    box = Inbox.objects.get(user=district.safety)
    assert (box.last_no, box.n_unread, box.n_hour) == (2, 2, 2)


def test_what_is_told_twice_leaves_no_gap(district):
    put_messages([message(district, n=n) for n in (1, 2)])
    put_messages([message(district, n=n) for n in (1, 3, 2, 4)])
    assert numbers_of(district.safety) == [1, 2, 3, 4]


def test_one_event_is_told_once_to_one_as_it_presses_most(district):
    with gathering():
        put_messages([message(district, kind="hazard.listed_overdue", dedupe_key="a", urgency=Urgency.TASK)])
        put_messages([message(district, kind="deadline.reminded", dedupe_key="b")])
        put_messages([message(district, kind="deadline.warned_red", dedupe_key="c")])
        assert not OutboxMessage.objects.exists()
    assert OutboxMessage.objects.get().kind == "hazard.listed_overdue"


def test_what_was_taken_out_again_is_not_told(district):
    with gathering() as rows:
        put_messages([message(district)])
        n = len(rows)
        put_messages([message(district, n=2)])
        del rows[n:]
    assert OutboxMessage.objects.get().subject_id == 1


def test_an_error_tells_nobody(district):
    with pytest.raises(RuntimeError), gathering():
        put_messages([message(district)])
        raise RuntimeError
    put_messages([message(district, n=2)])
    assert OutboxMessage.objects.get().subject_id == 2


def test_thousands_take_two_statements(district, django_assert_num_queries):
    people = list(district.people)[:5]
    with django_assert_num_queries(2):
        put_messages(message(district, n=n, person=people[n % 5]) for n in range(3000))
    assert OutboxMessage.objects.values("dedupe_key").distinct().count() == 3005
    assert Inbox.objects.count() == 5


def test_nobody_to_tell_takes_no_statement(district, django_assert_num_queries):
    with django_assert_num_queries(0):
        put_messages([])


@pytest.mark.parametrize(
    ("kind", "chosen", "told"),
    [
        ("hazard.signed", "", "live"),
        ("hazard.signed", "digest", "digest"),
        ("hazard.signed", "off", None),
        # What waits for the reader can wait for the digest, and is never kept from him.
        ("deadline.warned_yellow", "digest", "digest"),
        ("deadline.warned_yellow", "off", "live"),
        ("deadline.warned_orange", "off", "live"),
        ("deadline.warned_orange", "digest", "live"),
    ],
)
def test_everyone_is_told_as_he_chose(district, kind, chosen, told):
    Inbox.objects.create(user=district.safety, choices={kind: chosen} if chosen else {})
    put_messages([message(district, kind=kind)])
    row = OutboxMessage.objects.filter(recipient=district.safety).first()
    assert (row.told_by if row else None) == told
    assert Inbox.objects.get().n_unread == (1 if told == "live" else 0)
    if row:
        assert (row.no is None) == (told != "live")


def test_a_task_is_told_though_its_kind_is_off(district):
    Inbox.objects.create(user=district.safety, choices={"hazard.assigned": "off"})
    put_messages([message(district, kind="hazard.assigned", urgency=Urgency.TASK)])
    assert OutboxMessage.objects.get().told_by == "live"


def test_the_relay_looks_at_every_subject_and_at_what_asks_something(district):
    Inbox.objects.create(user=district.safety, choices={"hazard.progress_reported": "digest"})
    put_messages(
        [message(district, n=1, kind="hazard.signed"), message(district, n=2, kind="hazard.progress_reported")]
    )
    put_messages([message(district, kind="work.taken", subject_id=None, event_seq=None, dedupe_key="t")])
    put_messages([message(district, kind="unknown.told", subject_id=None, event_seq=None, dedupe_key="u")])
    rows = OutboxMessage.objects.order_by("id").values_list("kind", "relay_at")
    assert [(kind, at is not None) for kind, at in rows] == [
        ("hazard.signed", True), ("hazard.progress_reported", True), ("work.taken", True), ("unknown.told", False),
    ]  # fmt: skip


def told(district):
    rows = OutboxMessage.objects.filter(recipient=district.safety).values_list("kind", "told_by")
    return [(kind == "digest.burst", how) for kind, how in rows.order_by("id")]


@pytest.mark.parametrize("n", [HOURLY_CAP, HOURLY_CAP + 1, HOURLY_CAP + 100])
def test_a_burst_becomes_one_message(district, n):
    put_messages(message(district, n=i) for i in range(n))
    over = n - HOURLY_CAP
    folded, counting = [(False, "folded")] * over, [(True, "live")] if over else []
    assert told(district) == [(False, "live")] * HOURLY_CAP + folded + counting
    assert Inbox.objects.get().n_unread == HOURLY_CAP + len(counting)


@pytest.mark.parametrize("wrong", [{"last_no": 3}, {"n_unread": 1}, {"last_no": 1}])
def test_a_counter_that_drifted_is_named(district, wrong):
    put_messages([message(district, n=n) for n in (1, 2)])
    assert list_wrong_inboxes() == []
    Inbox.objects.update(**wrong)
    assert len(list_wrong_inboxes()) == 1


def test_a_gap_is_named(district):
    put_messages([message(district, n=n) for n in (1, 2, 3)])
    OutboxMessage.objects.filter(no=2).delete()
    assert "at 3" in list_wrong_inboxes()[0]


def test_a_burst_of_ten_thousand_does_not_reach_a_leader_ten_thousand_times(district):
    for start in range(0, 10_000, 500):
        put_messages(message(district, n=start + i) for i in range(500))
    assert OutboxMessage.objects.count() == 10_001
    assert OutboxMessage.objects.filter(told_by="live").count() == HOURLY_CAP + 1
    # One letter speaks of all of them, once more of them have come.
    burst = OutboxMessage.objects.get(kind="digest.burst")
    assert burst.relay_at == district.at + timedelta(minutes=10)


def test_after_the_one_that_counts_was_read_another_comes(district):
    put_messages(message(district, n=i) for i in range(HOURLY_CAP + 5))
    put_messages([message(district, n=500)])
    assert OutboxMessage.objects.filter(kind="digest.burst").count() == 1
    OutboxMessage.objects.filter(kind="digest.burst").update(read_at=district.at)
    put_messages([message(district, n=501, kind="deadline.warned_red")])
    put_messages([message(district, n=502, kind="deadline.warned_red")])
    assert OutboxMessage.objects.get(subject_id=501).told_by == "folded"
    assert OutboxMessage.objects.filter(kind="digest.burst", read_at__isnull=True).count() == 1


def test_another_hour_has_one_of_its_own(district):
    later = district.at + timedelta(hours=2)
    put_messages(message(district, n=i) for i in range(HOURLY_CAP + 5))
    put_messages(message(district, n=1000 + i, created_at=later) for i in range(HOURLY_CAP + 5))
    assert OutboxMessage.objects.filter(kind="digest.burst", read_at__isnull=True).count() == 2


def test_an_older_message_does_not_begin_the_count_anew(district):
    put_messages(message(district, n=i) for i in range(HOURLY_CAP))
    put_messages([message(district, n=700, created_at=district.at - timedelta(hours=1))])
    put_messages([message(district, n=701)])
    assert OutboxMessage.objects.get(subject_id=701).told_by == "folded"


def test_the_daily_digest_is_never_folded(district):
    put_messages(message(district, n=i) for i in range(HOURLY_CAP + 5))
    put_messages([message(district, kind="digest.daily", subject_id=None, event_seq=None, dedupe_key="daily")])
    assert OutboxMessage.objects.get(kind="digest.daily").told_by == "live"


def test_the_cap_is_one_of_an_hour_and_stops_nothing_urgent(district):
    put_messages(message(district, n=i) for i in range(HOURLY_CAP + 5))
    put_messages([message(district, n=900, urgency=Urgency.URGENT)])
    assert OutboxMessage.objects.get(subject_id=900).told_by == "live"
    end = district.at.replace(minute=59, second=59)
    put_messages([message(district, n=901, created_at=end)])
    put_messages([message(district, n=902, created_at=end + timedelta(seconds=1))])
    assert OutboxMessage.objects.get(subject_id=901).told_by == "folded"
    assert OutboxMessage.objects.get(subject_id=902).told_by == "live"
    assert OutboxMessage.objects.filter(kind="digest.burst").count() == 1


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
def test_two_writers_in_other_orders_do_not_lock_crosswise_nor_leave_a_gap(cloned_db):
    from tests.support.district import build_district

    d = build_district()
    people = ["safety", "principal", "office"]
    failed: list[BaseException] = []
    gate = threading.Barrier(2)

    def write(backwards):
        try:
            for round_ in range(20):
                rows = [
                    message(d, n=1000 * round_ + n, person=people[n % 3], urgency=Urgency.URGENT) for n in range(300)
                ]
                gate.wait(timeout=30)
                with transaction.atomic():
                    put_messages(rows[::-1] if backwards else rows)
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
    assert failed == []
    for name in people:
        assert numbers_of(d.people[name]) == list(range(1, 2001))
        box = Inbox.objects.get(user=d.people[name])
        assert (box.last_no, box.n_unread) == (2000, 2000)
