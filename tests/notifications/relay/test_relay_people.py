"""Who gets what by which way, and when: posts, choices, quiet hours, what was read already."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from deadlines.calendars import forget
from deadlines.models import WorkSeason
from notifications.models import Contact, Delivery, OutboxMessage
from notifications.urgency import Urgency
from organizations.kinds import PostKind
from organizations.services import end_holding
from tests.support.district import give_post

State = Delivery.State


def test_a_warning_goes_out_by_e_mail_and_what_the_server_said_is_kept(desk, mail_server):
    desk.contact()
    message = desk.tell()
    desk.relay()
    row = desk.row()
    assert (row.message_id, row.way, row.address, row.state) == (
        message.pk,
        "email",
        "principal@edu.example.cn",
        State.SENT,
    )
    assert (row.sent_at, row.next_at, row.n_tries) == (desk.at, None, 1)
    assert "编号 <m" in row.answer and desk.tries(row) == [(True, row.answer)]
    assert len(mail_server.mails) == 1 and mail_server.mails[0].receivers == ["principal@edu.example.cn"]
    assert OutboxMessage.objects.get(pk=message.pk).relay_at is None


def test_it_goes_once_however_often_the_relay_looks(desk, mail_server):
    desk.contact()
    message = desk.tell()
    desk.relay()
    OutboxMessage.objects.filter(pk=message.pk).update(relay_at=desk.at)
    desk.relay()
    assert len(mail_server.mails) == 1 and len(desk.rows()) == 1


def test_who_has_no_address_gets_nothing(desk, mail_server):
    desk.tell()
    desk.relay()
    assert desk.rows() == [] and mail_server.mails == []
    assert not OutboxMessage.objects.filter(relay_at__isnull=False).exists()


def test_an_address_that_is_switched_off_gets_nothing(desk, mail_server):
    Contact.objects.filter(pk=desk.contact().pk).update(is_active=False)
    desk.tell()
    desk.relay()
    assert desk.rows() == []


def test_who_left_his_post_gets_nothing(desk, mail_server):
    desk.contact()
    desk.tell()
    desk.d.leave(desk.d.principal)
    desk.relay()
    assert desk.rows() == [] and mail_server.mails == []


def test_whose_account_is_switched_off_gets_nothing(desk, mail_server):
    desk.contact()
    desk.tell()
    desk.d.principal.is_active = False
    desk.d.principal.save()
    desk.relay()
    assert desk.rows() == []


def test_who_left_before_a_further_try_gets_none(desk, mail_server):
    desk.contact()
    desk.tell()
    mail_server.manners.replies["RCPT"] = "450 later"
    desk.relay()
    holding = desk.d.principal.holdings.get()
    end_holding(actor=None, holding=holding, until_on=desk.at.date(), at=desk.at)
    mail_server.manners.replies.clear()
    desk.relay(minutes=1)
    assert (desk.row().state, desk.row().answer) == (State.CANCELED, "收件人已停用或不再任职")
    assert mail_server.mails == []


def test_who_works_elsewhere_by_now_gets_nothing_of_the_old_unit(desk, mail_server):
    """He has a post, and no key to this hazard any more."""
    desk.contact("central_head")
    desk.tell("central_head")
    mail_server.manners.replies["RCPT"] = "450 later"
    desk.relay()
    desk.d.leave(desk.d.central_head)
    give_post(desk.d.central_head, desk.d.units["far"], PostKind.PRINCIPAL)
    mail_server.manners.replies.clear()
    desk.relay(minutes=1)
    assert (desk.row().state, desk.row().answer) == (State.CANCELED, "内容已不在收件人的工作范围")
    assert mail_server.mails == []


def test_who_changed_his_address_gets_nothing_at_the_old_one(desk, mail_server):
    contact = desk.contact()
    desk.tell()
    mail_server.manners.replies["RCPT"] = "450 later"
    desk.relay()
    Contact.objects.filter(pk=contact.pk).update(address="other@edu.example.cn")
    desk.relay(minutes=1)
    assert desk.row().state == State.CANCELED


def test_who_read_it_needs_no_other_way_and_the_record_says_so(desk, mail_server):
    desk.contact()
    message = desk.tell()
    OutboxMessage.objects.filter(pk=message.pk).update(read_at=desk.at)
    desk.relay()
    row = desk.row()
    assert (row.state, row.next_at, row.n_tries, row.answer) == (State.CANCELED, None, 0, "发送前收件人已在系统中阅读")
    assert mail_server.mails == [] and desk.tries(row) == []


def test_who_read_it_between_two_tries_needs_no_second(desk, mail_server):
    desk.contact()
    message = desk.tell()
    mail_server.manners.replies["RCPT"] = "450 later"
    desk.relay()
    OutboxMessage.objects.filter(pk=message.pk).update(read_at=desk.at)
    mail_server.manners.replies.clear()
    desk.relay(minutes=1)
    assert desk.row().state == State.CANCELED and mail_server.mails == []


def test_information_stays_in_the_inbox(desk, mail_server):
    desk.contact()
    message = desk.tell(kind="hazard.progress_reported")
    assert message.urgency == Urgency.INFO
    desk.relay()
    assert desk.rows() == []


def test_a_way_that_was_refused_is_not_used_and_one_that_was_asked_for_is(desk, mail_server, settings):
    settings.SMS_PROVIDER, settings.SMS_TEMPLATES = "aliyun", {"deadline.": {"id": "SMS_1", "variables": []}}
    settings.ALIYUN_SMS_KEY_ID = settings.ALIYUN_SMS_KEY_SECRET = settings.ALIYUN_SMS_SIGN_NAME = "x"
    settings.ALIYUN_SMS_URL = "http://127.0.0.1:9"
    desk.contact()
    desk.contact(way="sms", address="13800138000")
    desk.tell()
    desk.box(ways={"email": False, "sms": True})
    desk.relay()
    assert [row.way for row in desk.rows()] == ["sms"]


@pytest.mark.parametrize(("urgency", "ways"), [(Urgency.WARNING, ["email"]), (Urgency.URGENT, ["email", "sms"])])
def test_a_text_message_is_for_what_is_urgent(desk, mail_server, settings, urgency, ways):
    settings.SMS_PROVIDER, settings.SMS_TEMPLATES = "aliyun", {"deadline.": {"id": "SMS_1", "variables": []}}
    settings.ALIYUN_SMS_KEY_ID = settings.ALIYUN_SMS_KEY_SECRET = settings.ALIYUN_SMS_SIGN_NAME = "x"
    settings.ALIYUN_SMS_URL = "http://127.0.0.1:9"
    desk.contact()
    desk.contact(way="sms", address="13800138000")
    desk.tell(urgency=urgency)
    desk.relay()
    assert sorted(row.way for row in desk.rows()) == ways


def test_a_way_that_the_site_has_not_set_up_is_not_tried(desk, settings):
    settings.EMAIL_HOST = ""
    desk.contact()
    desk.tell()
    desk.relay()
    assert desk.rows() == []


def test_what_was_kept_for_the_digest_does_not_go_out(desk, mail_server):
    desk.contact()
    desk.box(choices={"hazard.assigned": "digest"})
    message = desk.tell(kind="hazard.assigned", urgency=Urgency.TASK)
    assert message.told_by == "digest"
    desk.relay()
    assert desk.rows() == []
    assert not OutboxMessage.objects.filter(relay_at__isnull=False).exists()


# Beijing is eight hours ahead; 2026-11-23 is a Monday.
NIGHT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
BEFORE_NIGHT = datetime(2026, 11, 23, 12, 59, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
MONDAY_OPENING = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)
TUESDAY_OPENING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "at", "until"),
    [
        ("night", BEFORE_NIGHT, None),
        ("night", NIGHT, MORNING),
        ("night", MORNING, None),
        ("night", datetime(2026, 11, 23, 22, 59, 59, tzinfo=UTC), MORNING),
        ("outside_hours", NOON, None),
        ("outside_hours", SATURDAY, MONDAY_OPENING),
        ("outside_hours", NIGHT, TUESDAY_OPENING),
        ("outside_hours", datetime(2026, 11, 24, 0, 29, 59, tzinfo=UTC), TUESDAY_OPENING),
        ("outside_hours", TUESDAY_OPENING, None),
        # A Friday evening, and the evening before the holidays of the National Day.
        ("outside_hours", datetime(2026, 11, 27, 9, 30, tzinfo=UTC), MONDAY_OPENING),
        ("outside_hours", datetime(2026, 9, 30, 10, 0, tzinfo=UTC), datetime(2026, 10, 8, 0, 30, tzinfo=UTC)),
        ("", NIGHT, None),
    ],
)
def test_quiet_hours_hold_back_what_does_not_press(desk, mail_server, quiet, at, until):
    desk.contact()
    desk.at = at
    message = desk.tell(kind="hazard.assigned", urgency=Urgency.TASK)
    desk.box(quiet=quiet)
    desk.relay()
    assert OutboxMessage.objects.get(pk=message.pk).relay_at == until
    assert len(mail_server.mails) == (0 if until else 1)
    if until:
        desk.at = until
        desk.relay()
        assert len(mail_server.mails) == 1


def test_a_warning_goes_out_at_night(desk, mail_server):
    desk.contact()
    desk.at = NIGHT
    desk.tell()
    desk.relay()
    assert len(mail_server.mails) == 1


def test_what_was_read_in_the_quiet_hours_is_not_sent_after_them(desk, mail_server):
    desk.contact()
    desk.at = NIGHT
    message = desk.tell(kind="hazard.assigned", urgency=Urgency.TASK)
    desk.relay()
    OutboxMessage.objects.filter(pk=message.pk).update(read_at=desk.at)
    desk.at = MORNING
    desk.relay()
    assert desk.row().state == State.CANCELED and mail_server.mails == []


def test_the_hours_are_those_of_the_persons_unit(desk, mail_server):
    WorkSeason.objects.create(
        unit=desk.d.units["edu"], name="冬季", from_month=10, from_day=1, to_month=4, to_day=30,
        sessions=[[time(8), time(12)], [time(14), time(17)]],
    )  # fmt: skip
    forget()
    desk.contact()
    desk.box(quiet="outside_hours")
    desk.at = NOON
    message = desk.tell(kind="hazard.assigned", urgency=Urgency.TASK)
    desk.relay()
    forget()
    assert OutboxMessage.objects.get(pk=message.pk).relay_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
