"""Group robots and systems of others: what of their subtree they hear, in which words, and how often."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest

from notifications.delivery import expand_due
from notifications.delivery_claim import claim
from notifications.models import Delivery, Outlet
from notifications.relay import Relay
from notifications.urgency import Urgency
from tests.notifications.relay.conftest import ROBOT_OK
from tests.support.receivers import answer, silent

State = Delivery.State


@pytest.fixture
def group(desk, receiver):
    """`group("central")`: a robot in a group of a unit."""
    receiver.usual = answer(200, ROBOT_OK)

    def make(unit="edu", way="wecom_robot", **more):
        return desk.outlet(unit, way, f"{receiver.url}/cgi-bin/webhook/send?key=geheim-{unit}", **more)

    return make


def heard(receiver):
    return [call.json["markdown"]["content"] for call in receiver.calls]


def test_a_group_hears_of_its_subtree_once_however_many_were_told(desk, group, receiver):
    outlet = group("edu")
    same = {"event_seq": 77, "dedupe_key": "test:same:principal"}
    desk.tell("principal", **same)
    desk.tell("safety", event_seq=77)
    desk.relay()
    desk.tell("director", event_seq=77)
    desk.relay()
    row = desk.row()
    assert (row.outlet, row.way, row.state, row.address) == (outlet, "wecom_robot", State.SENT, "edu群")
    assert len(heard(receiver)) == 1


@pytest.mark.parametrize(
    ("unit", "hears"),
    [("school", True), ("central", True), ("edu", True), ("county", True), ("province", True), ("sibling", False), ("gov", False)],
)  # fmt: skip
def test_only_of_its_own_subtree(desk, group, receiver, unit, hears):
    group(unit)
    desk.tell()
    desk.relay()
    assert len(heard(receiver)) == hears


def test_the_words_name_no_person_and_nothing_that_somebody_wrote(desk, group, receiver):
    group()
    desk.tell()
    desk.relay()
    (text,) = heard(receiver)
    assert text.startswith("**橙色预警**\n第一小学（校舍安全）\n编号 ") and "期限 2026-12-01 00:00" in text
    assert f"/hazards/{desk.hazard.number}/" in text
    names = [user.name for user in desk.d.people.values()]
    assert not any(name in text for name in [*names, "王某", "栏杆松动"])


def test_no_group_hears_of_a_confidential_matter(desk, group, receiver, mail_server):
    group("school")
    number = desk.d.report(domain="08", place="操场", description="课间推搡")
    desk.contact("bureau_confidant")
    desk.hazard = desk.d.find(number)
    desk.tell("bureau_confidant")
    desk.relay()
    assert heard(receiver) == [] and {row.way for row in desk.rows()} == {"email"}
    assert mail_server.mails
    for one in mail_server.mails:
        mail = email.message_from_bytes(one.raw, policy=email.policy.default)
        told = f"{mail['Subject']} {mail.get_content()}"
        assert number in told
        assert not any(word in told for word in ("操场", "推搡", "第一小学", "欺凌", "王某"))


def test_what_became_confidential_on_the_way_is_not_told(desk, group, receiver):
    group()
    desk.tell()
    receiver.behaviours = [answer(500)]
    desk.relay()
    type(desk.hazard).objects.filter(pk=desk.hazard.pk).update(is_restricted=True)
    desk.relay(minutes=1)
    assert (desk.row().state, desk.row().answer) == (State.CANCELED, "已不属于该单位，或已转为保密")
    assert len(receiver.calls) == 1


def test_what_belongs_to_another_unit_by_now_is_not_told(desk, group, receiver):
    group("school")
    desk.tell()
    receiver.behaviours = [answer(500)]
    desk.relay()
    type(desk.hazard).objects.filter(pk=desk.hazard.pk).update(unit=desk.d.units["sibling"])
    desk.relay(minutes=1)
    assert desk.row().state == State.CANCELED and len(receiver.calls) == 1


def test_a_robot_that_was_switched_off_on_the_way_says_nothing(desk, group, receiver):
    outlet = group()
    desk.tell()
    receiver.behaviours = [answer(500)]
    desk.relay()
    Outlet.objects.filter(pk=outlet.pk).update(is_active=False)
    desk.relay(minutes=1)
    assert (desk.row().state, len(receiver.calls)) == (State.CANCELED, 1)


def test_a_group_hears_warnings_unless_it_named_kinds(desk, group, receiver):
    group("school")
    group("edu", kinds=["hazard.assigned"])
    desk.tell(kind="hazard.assigned", urgency=Urgency.TASK)
    desk.tell()
    desk.relay()
    assert [(row.outlet.unit.name, row.message.kind) for row in desk.rows(state=State.SENT)] == [
        ("县教育局", "hazard.assigned"),
        ("第一小学", "deadline.warned_orange"),
    ]


def test_a_system_of_somebody_else_is_told_with_a_signature(desk, receiver):
    desk.outlet("edu", "webhook", f"{receiver.url}/in", secret="s")
    desk.tell()
    desk.relay()
    call = receiver.calls[0]
    assert call.headers["x-bihuan-id"] == desk.row().key and call.headers["x-bihuan-signature"].startswith("v1=")
    assert call.json["data"]["number"] == desk.hazard.number and call.json["kind"] == "deadline.warned_orange"


@pytest.mark.parametrize(
    ("behaviour", "state"),
    [
        (
            answer(200, {"errcode": 93000, "errmsg": "invalid webhook url /cgi-bin/webhook/send?key=geheim-edu"}),
            State.DEAD,
        ),
        (answer(200, {"errcode": 0, "errmsg": "ok for geheim-edu under agreed-secret"}), State.SENT),
        (answer(502, b"no such page: https://example.cn/cgi-bin/webhook/send?key=geheim-edu"), State.QUEUED),
        # Cut within the key.
        (answer(502, b"x" * 490 + b"geheim-edu"), State.QUEUED),
    ],
)
def test_a_key_that_a_receiver_repeats_is_in_no_record(desk, group, receiver, behaviour, state):
    group(secret="agreed-secret")
    desk.tell()
    receiver.behaviours = [behaviour]
    desk.relay()
    row = desk.row()
    told = [row.failure, row.answer, row.address, row.key, *(words for _, words in desk.tries(row))]
    assert row.state == state and "***" in row.failure + row.answer
    assert not any(key in text for text in told for key in ("geheim", "agreed-secret"))


def test_a_robot_says_twenty_a_minute_and_the_rest_waits(desk, group, receiver):
    group()
    for _ in range(47):
        desk.tell()
    desk.relay()
    assert len(receiver.calls) == 20
    desk.relay(seconds=59)
    assert len(receiver.calls) == 20
    desk.relay(seconds=1)
    assert len(receiver.calls) == 40
    desk.relay(seconds=60)
    assert len(receiver.calls) == 47
    assert {row.state for row in desk.rows()} == {State.SENT}
    assert all(row.n_tries == 1 for row in desk.rows())
    said = [call.json["markdown"]["content"] for call in receiver.calls]
    assert len(said) == 47


def test_each_robot_has_its_own_twenty(desk, group, receiver):
    group("edu")
    group("school")
    for _ in range(20):
        desk.tell()
    desk.relay()
    assert len(receiver.calls) == 40


def test_what_another_process_has_under_way_counts(desk, group, receiver):
    group()
    for _ in range(25):
        desk.tell()
    expand_due(desk.at)
    taken = [len(claim(desk.at)) for _ in range(6)]
    assert taken == [4, 4, 4, 4, 4, 0]
    desk.relay()
    assert receiver.calls == []


def test_a_robot_that_was_told_to_wait_waits_with_all_it_has_to_say(desk, group, receiver):
    group()
    for _ in range(6):
        desk.tell()
    receiver.behaviours = [answer(200, {"errcode": 45009, "errmsg": "api freq out of limit"}) for _ in range(4)]
    desk.relay()
    assert len(receiver.calls) == 4
    desk.relay(seconds=59)
    assert len(receiver.calls) == 4, "the two that were never tried wait as well"
    desk.relay(seconds=1)
    assert {row.state for row in desk.rows()} == {State.SENT}


def test_a_receiver_that_asks_for_time_holds_up_nobody_else(desk, receiver, mail_server):
    desk.outlet("edu", "webhook", f"{receiver.url}/slow", secret="s")
    desk.contact()
    receiver.usual = answer(429, Retry_After="3600")
    for _ in range(10):
        desk.tell()
    desk.relay()
    assert len(mail_server.mails) == 10
    waiting = desk.rows(way="webhook")
    assert len(receiver.calls) == 4 and {row.state for row in waiting} == {State.QUEUED}
    assert {row.next_at for row in waiting} == {desk.at + timedelta(hours=1)}
    assert sorted(row.n_tries for row in waiting) == [0] * 6 + [1] * 4


def test_a_receiver_that_says_nothing_holds_up_nobody_else(desk, receiver, mail_server):
    """Letters go out while all that this receiver may have under way still waits for its answer."""
    desk.outlet("edu", "webhook", f"{receiver.url}/slow", secret="s")
    desk.contact()
    receiver.usual = silent
    for _ in range(12):
        desk.tell()
    relay = Relay(read_clock=lambda: desk.at)
    for _ in range(1000):
        relay.run_round()
        if Delivery.objects.filter(way="email", state=State.SENT).count() == 12:
            break
        receiver.over.wait(0.01)
    else:
        pytest.fail("no letter got past the silent receiver")
    assert [row.state for row in desk.rows(way="webhook")] == [State.QUEUED] * 12
    assert sum(row.n_tries for row in desk.rows(way="webhook")) == 4
    receiver.over.set()


@pytest.mark.parametrize(
    ("kind", "urgency", "choices"),
    [
        ("hazard.assigned", Urgency.TASK, {"hazard.assigned": "digest"}),
        ("hazard.assigned", Urgency.TASK, {"hazard.assigned": "off"}),
        ("hazard.closed", Urgency.INFO, {}),
        ("hazard.closed", Urgency.INFO, {"hazard.closed": "digest"}),
    ],
)
def test_no_choice_of_a_reader_silences_a_group(desk, group, receiver, mail_server, kind, urgency, choices):
    group(kinds=[kind])
    desk.contact()
    desk.box(choices=choices, quiet="outside_hours", ways={"email": True})
    told = desk.tell(kind=kind, urgency=urgency)
    desk.relay()
    assert len(heard(receiver)) == 1
    is_kept_in = urgency == Urgency.INFO or told.told_by != "live"
    assert len(mail_server.mails) == (0 if is_kept_in else 1)


def test_what_is_folded_for_its_reader_is_told_to_a_group(desk, group, receiver, mail_server, settings):
    settings.ROBOT_PER_MINUTE = 100
    group()
    desk.contact()
    told = [desk.tell().told_by for _ in range(61)]
    assert "folded" in told
    desk.relay()
    assert len(heard(receiver)) == 61 and len(mail_server.mails) == told.count("live")


def test_quiet_hours_of_a_reader_hold_back_his_letter_and_no_group(desk, group, receiver, mail_server):
    group(kinds=["hazard.assigned"])
    desk.contact()
    desk.box(quiet="night")
    desk.at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    desk.tell(kind="hazard.assigned", urgency=Urgency.TASK)
    desk.relay()
    assert (len(heard(receiver)), len(mail_server.mails)) == (1, 0)
    desk.relay(hours=9)
    assert (len(heard(receiver)), len(mail_server.mails)) == (1, 1)


def test_one_event_told_as_several_kinds_is_heard_once(desk, group, receiver):
    group("edu", kinds=["hazard.assigned", "deadline.warned_orange"])
    group("school", kinds=["hazard.assigned"])
    desk.tell("principal", kind="deadline.warned_orange", event_seq=77)
    desk.tell("safety", kind="hazard.assigned", event_seq=77, urgency=Urgency.TASK)
    desk.relay()
    desk.tell("director", kind="hazard.assigned", event_seq=77, urgency=Urgency.TASK)
    desk.relay()
    assert sorted((row.outlet.unit.name, row.message.kind) for row in desk.rows()) == [
        ("县教育局", "deadline.warned_orange"),
        ("第一小学", "hazard.assigned"),
    ]


@pytest.mark.parametrize("is_reversed", [False, True])
def test_two_processes_with_the_same_to_say_write_it_in_the_same_order(desk, group, is_reversed):
    """Whose messages are looked at first differs; crosswise they would lock each other out."""
    group("edu")
    group("school")
    other = desk.d.find(desk.d.reach("rectifying"))
    subjects = sorted([desk.hazard.pk, other.pk], reverse=is_reversed)
    for subject in subjects:
        for seq in (78, 77):
            desk.tell(subject_id=subject, event_seq=seq)
    expand_due(desk.at)
    keys = [row.key.split(":")[1:] + [row.outlet_id] for row in desk.rows(outlet__isnull=False)]
    ours = [one for one in keys if one[1] in ("77", "78")]
    assert len(ours) == 8 and ours == sorted(ours, key=lambda one: (int(one[0]), int(one[1]), one[2]))
