"""消息设置: what one may choose, what nobody may, and where one is reached."""

from __future__ import annotations

import re
from itertools import product

import pytest
from django.db import transaction
from django.test import Client

from core.errors import Invalid
from core.models import AuditEntry
from notifications.kinds import KINDS, Choice
from notifications.models import Contact, Inbox, OutboxMessage
from notifications.outbox import Message, put_messages
from notifications.preferences import Preferences, change_preferences, set_contacts
from notifications.urgency import Urgency
from tests.support.district import build_district

URL = "/messages/settings/"
PRESSING = sorted(name for name, kind in KINDS.items() if kind.urgency >= Urgency.WARNING)
TASKS = sorted(name for name, kind in KINDS.items() if kind.urgency == Urgency.TASK and name != "digest.daily")


@pytest.fixture
def d(db):
    return build_district()


@pytest.fixture
def client(d):
    client = Client()
    client.force_login(d.leader, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def mail(settings):
    settings.EMAIL_HOST = "127.0.0.1"


def wanted(**more):
    return Preferences(**{"choices": {}, "ways": {}, "quiet": "", "wants_digest": True, **more})


def tell(d, kind, **more):
    put_messages(
        [Message(recipient_id=d.leader.pk, kind=kind, dedupe_key=f"{kind}:{d.leader.pk}", created_at=d.at, **more)]
    )


def test_what_was_chosen_is_shown_again_and_audited(d, client):
    sent = {
        "kind:hazard.signed": "off",
        "kind:deadline.reminded": "digest",
        "quiet": "outside_hours",
        "wants_digest": "1",
    }
    assert client.post(URL, sent).status_code == 302
    box = Inbox.objects.get(pk=d.leader.pk)
    assert box.choices == {"hazard.signed": "off", "deadline.reminded": "digest"}
    assert (box.quiet, box.wants_digest) == ("outside_hours", True)
    html = client.get(URL).content.decode()
    [kind] = re.findall(r'name="kind:hazard.signed">(.*?)</select>', html, re.DOTALL)
    assert re.findall(r'value="(\w+)" selected', kind) == ["off"]
    entry = AuditEntry.objects.get(action="messages.preferences")
    assert entry.actor_id == d.leader.pk and entry.detail["after"]["choices"] == box.choices
    client.post(URL, sent)
    assert AuditEntry.objects.filter(action="messages.preferences").count() == 1, "nothing changed"


def test_what_nobody_hears_of_is_not_asked(client):
    html = client.get(URL).content.decode()
    assert 'name="kind:hazard.signed"' in html
    assert not [kind.name for kind in KINDS.values() if not kind.is_told and f"kind:{kind.name}" in html]
    assert any(not kind.is_told for kind in KINDS.values())


def test_it_keeps_what_the_inbox_counts(d):
    tell(d, "hazard.signed")
    before = Inbox.objects.get(pk=d.leader.pk)
    change_preferences(actor=d.leader, wanted=wanted(choices={"hazard.signed": "off"}), at=d.at)
    after = Inbox.objects.get(pk=d.leader.pk)
    assert (after.last_no, after.n_unread) == (before.last_no, before.n_unread) == (1, 1)


def test_what_presses_can_be_neither_late_nor_off(d):
    for kind, choice in product(PRESSING, (Choice.DIGEST, Choice.OFF)):
        with pytest.raises(Invalid) as refused:
            change_preferences(actor=d.leader, wanted=wanted(choices={kind: choice}), at=d.at)
        assert f"kind:{kind}" in refused.value.fields and str(KINDS[kind].label) in refused.value.message
    assert not Inbox.objects.filter(pk=d.leader.pk).exclude(choices={}).exists()


def test_what_asks_to_act_can_wait_for_the_digest_at_most(d):
    change_preferences(actor=d.leader, wanted=wanted(choices=dict.fromkeys(TASKS, "digest")), at=d.at)
    for kind in TASKS:
        with pytest.raises(Invalid, match="不能关闭"):
            change_preferences(actor=d.leader, wanted=wanted(choices={kind: "off"}), at=d.at)


def test_warnings_from_orange_up_are_among_what_presses():
    assert {"deadline.warned_orange", "deadline.warned_red", "deadline.listed"} <= set(PRESSING)
    assert "deadline.warned_yellow" in TASKS


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"kind:deadline.warned_red": "off"}, "属预警，只能即时接收"),
        ({"kind:deadline.reminded": "off"}, "可以随每日汇总接收，不能关闭"),
        ({"kind:hazard.flown": "off"}, "没有这种消息"),
        ({"kind:hazard.signed": "weekly"}, "没有这个选项"),
        ({"kind:digest.daily": "digest"}, "每日汇总可以整个关闭"),
        ({"quiet": "always"}, "没有这个选项"),
        ({"kind:hazard.signed": "digest", "wants_digest": ""}, "请保留每日汇总"),
    ],
)
def test_a_forged_choice_is_refused_with_a_reason(d, client, sent, why):
    answer = client.post(URL, {"wants_digest": "1", "quiet": "", **sent})
    assert answer.status_code == 422 and why in answer.content.decode()
    assert not Inbox.objects.filter(pk=d.leader.pk).exclude(choices={}).exists()


def test_what_is_off_writes_no_row_and_what_is_late_no_number(d):
    change_preferences(
        actor=d.leader, wanted=wanted(choices={"hazard.signed": "off", "hazard.closed": "digest"}), at=d.at
    )
    tell(d, "hazard.signed")
    tell(d, "hazard.closed")
    row = OutboxMessage.objects.get()
    assert (row.kind, row.told_by, row.no) == ("hazard.closed", "digest", None)
    assert Inbox.objects.get(pk=d.leader.pk).n_unread == 0
    tell(d, "deadline.warned_red")
    assert OutboxMessage.objects.get(kind="deadline.warned_red").told_by == "live"


# --- ways and addresses ----------------------------------------------------------------------------------------------


def test_an_address_is_kept_changed_and_dropped_and_each_is_audited(d):
    assert set_contacts(actor=d.leader, wanted={"email": " a@example.cn ", "sms": ""}, at=d.at) == ["email"]
    assert set_contacts(actor=d.leader, wanted={"email": "a@example.cn"}, at=d.at) == []
    assert set_contacts(actor=d.leader, wanted={"email": "b@example.cn"}, at=d.at) == ["email"]
    assert Contact.objects.get().address == "b@example.cn"
    assert set_contacts(actor=d.leader, wanted={"email": ""}, at=d.at) == ["email"]
    assert not Contact.objects.exists()
    told = [entry.detail["email"] for entry in AuditEntry.objects.filter(action="messages.contact").order_by("pk")]
    assert [(one["before"], one["after"]) for one in told] == [
        ("", "a***@example.cn"),
        ("a***@example.cn", "b***@example.cn"),
        ("b***@example.cn", ""),
    ]


def test_the_log_keeps_no_whole_address(d):
    addresses = {"sms": "13800001234", "email": "zhang.san@example.cn", "wecom": "zhangsan"}
    set_contacts(actor=d.leader, wanted=addresses, at=d.at)
    detail = AuditEntry.objects.get(action="messages.contact").detail
    assert detail["sms"] == {"before": "", "after": "138****1234"}
    assert not [address for address in addresses.values() if address in str(detail)]


def test_a_kind_that_is_told_at_once_again_counts_as_unchanged(d, client):
    for choice in ("digest", "on"):
        client.post(URL, {"kind:hazard.signed": choice, "wants_digest": "1", "quiet": ""})
    assert Inbox.objects.get(pk=d.leader.pk).choices == {"hazard.signed": "on"}
    folds = client.get(URL).context["folds"]
    assert [fold.n_changed for fold in folds] == [0] * len(folds)
    tell(d, "hazard.signed")
    assert OutboxMessage.objects.get().told_by == "live"


@pytest.mark.parametrize(
    ("way", "address"),
    [
        ("email", "nobody"),
        ("email", "a@example.cn\nBcc: b@example.cn"),
        ("sms", "12345678901"),
        ("sms", "１３８００００００００"),
        ("wecom", "王 某"),
        ("dingtalk", "x" * 65),
        ("webhook", "https://example.cn"),
    ],
)
def test_a_wrong_address_is_refused(d, way, address):
    with pytest.raises(Invalid) as refused, transaction.atomic():
        set_contacts(actor=d.leader, wanted={way: address, "email": "a@example.cn"} | {way: address}, at=d.at)
    assert f"address:{way}" in refused.value.fields
    assert not Contact.objects.exists()


def test_a_refused_address_keeps_what_was_typed_and_changes_nothing(d, client, mail):
    sent = {"address:email": "nobody", "kind:hazard.signed": "off", "wants_digest": "1", "quiet": "night"}
    answer = client.post(URL, sent)
    html = answer.content.decode()
    assert answer.status_code == 422 and "邮箱地址不对" in html and 'value="nobody"' in html
    [kind] = re.findall(r'name="kind:hazard.signed">(.*?)</select>', html, re.DOTALL)
    assert re.findall(r'value="(\w+)" selected', kind) == ["off"]
    assert not Inbox.objects.filter(pk=d.leader.pk).exclude(choices={}).exists()


def test_ways_are_refused_or_wanted_or_as_usual(d, client, mail):
    client.post(URL, {"way:email": "0", "address:email": "a@example.cn", "quiet": "", "wants_digest": "1"})
    assert Inbox.objects.get(pk=d.leader.pk).ways == {"email": False}
    html = client.get(URL).content.decode()
    assert 'value="a@example.cn"' in html and re.search(r'value="0" selected', html)
    client.post(URL, {"way:email": "", "address:email": "a@example.cn", "quiet": "", "wants_digest": "1"})
    assert Inbox.objects.get(pk=d.leader.pk).ways == {}


def test_a_way_that_this_site_has_not_is_said_to_be_missing(client):
    html = client.get(URL).content.decode()
    assert "短信：本系统尚未开通" in html and 'name="address:sms"' not in html
