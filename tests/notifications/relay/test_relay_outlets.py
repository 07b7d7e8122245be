"""Group robots and systems of others: what of their subtree they hear, in which words, and how often."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from datetime import timedelta

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
    assert text.startswith("**橙色预警**\n第一小学教学楼二楼\n编号 ") and "期限 2026-12-01 00:00" in text
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


def test_a_secret_is_in_no_record(desk, group, receiver):
    group()
    desk.tell()
    receiver.behaviours = [answer(200, {"errcode": 93000, "errmsg": "invalid webhook url"})]
    desk.relay()
    row = desk.row()
    assert row.state == State.DEAD and "93000" in row.failure
    assert not any("geheim" in text for text in (row.failure, row.answer, row.address, row.key))


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
    taken = [len(claim(desk.at, Counter())) for _ in range(6)]
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
