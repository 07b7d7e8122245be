"""消息: who sees what, together by hazard, read and unread; and what a page asks for by itself."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.clock import SHANGHAI
from notifications.models import Inbox, OutboxMessage
from notifications.outbox import HOURLY_CAP, Message, put_messages
from notifications.selectors import PAGE_SIZE
from notifications.services import read_all
from notifications.texts import say_messages


def text_of(response):
    assert response.status_code == 200, response.content.decode()[:500]
    return re.sub(r"\s+", " ", response.content.decode())


def unread(user):
    box = Inbox.objects.get(pk=user.pk)
    counted = OutboxMessage.objects.filter(recipient=user, read_at__isnull=True, told_by="live").count()
    assert box.n_unread == counted, "the counter is what the rows say"
    return counted


def tell(d, user, n, *, kind="hazard.signed", about=None, **more):
    put_messages(
        Message(
            recipient_id=user.pk, kind=kind, dedupe_key=f"{kind}:{about}:{one}:{user.pk}:{d.at.timestamp()}",
            created_at=d.at, subject_id=about, event_seq=None, **more,
        )
        for one in range(n)
    )  # fmt: skip


def cards(html):
    return html.count('<section class="card bh-msg-card')


def test_messages_about_one_hazard_stand_on_one_card(d, signed_in):
    number = d.find(d.reach("rectifying")).number
    other = d.report(d.sibling_safety, unit=d.units["sibling"].pk)
    html = text_of(signed_in(d.office).get("/messages/"))
    mine = OutboxMessage.objects.filter(recipient=d.office)
    assert cards(html) == mine.values("subject_id").distinct().count()
    assert number in html and html.count("未读") >= unread(d.office)
    assert other not in html, "a school's own report is not told to the bureau"


def test_the_newest_unread_comes_first_and_read_ones_after_it(d, signed_in, clock):
    first, second = d.find(d.reach("rectifying")), d.find(d.reach("rectifying"))
    client = signed_in(d.office)
    client.post("/messages/read/", {"about": second.pk})
    html = text_of(client.get("/messages/"))
    assert html.index(first.number) < html.index(second.number)
    assert html.index('class="bh-msg bh-msg-unread"') < html.index(second.number)
    assert "bh-msg-unread" not in html[html.index(second.number) :]


def test_filters_stay_in_the_address(d, signed_in, clock):
    number = d.find(d.reach("rectifying")).number
    client = signed_in(d.office)
    assert number in text_of(client.get("/messages/?unread=1"))
    client.post("/messages/read/", {"until": Inbox.objects.get(pk=d.office.pk).last_no})
    assert "没有这样的消息" in text_of(client.get("/messages/?unread=1"))
    assert number in text_of(client.get("/messages/?group=todo"))
    assert "没有这样的消息" in text_of(client.get("/messages/?group=supervision"))
    assert number in text_of(client.get("/messages/?group=nonsense&about=x&folded=99"))


def test_what_asks_the_reader_to_act_can_be_seen_alone(d, signed_in):
    number = d.find(d.reach("submitted")).number
    html = text_of(signed_in(d.office).get("/messages/?mine=1"))
    asked = OutboxMessage.objects.filter(recipient=d.office, payload__has_key="awaited")
    assert 0 < asked.count() < OutboxMessage.objects.filter(recipient=d.office).count() + 1
    assert number in html
    assert "没有这样的消息" in text_of(signed_in(d.teacher).get("/messages/?mine=1"))


def test_a_rung_is_among_what_asks_who_owes(d, signed_in):
    number = d.find(d.reach("assigned")).number
    rung = {"number": number, "act": "remind", "label": "到期提醒"}
    for user, more in ((d.safety, {"awaits": True}), (d.principal, {})):
        tell(d, user, 1, kind="deadline.reminded", about=d.find(number).pk, payload=rung | more)
    lines = {user: signed_in(user).get("/messages/?mine=1").context["page"].cards for user in (d.safety, d.principal)}
    kinds = {user: {line.message.kind for card in cards for line in card.lines} for user, cards in lines.items()}
    assert "deadline.reminded" in kinds[d.safety] and "deadline.reminded" not in kinds[d.principal]


def test_pages_are_cut_by_cursor_and_lose_nothing(d, signed_in):
    ids = [d.find(d.report()).pk for _ in range(3)]
    tell(d, d.teacher, PAGE_SIZE + 5, about=None, kind="system.test")
    tell(d, d.teacher, 2, about=ids[0])
    client, seen, url = signed_in(d.teacher), [], "/messages/"
    while url:
        html = text_of(client.get(url))
        seen += [int(pk) for pk in re.findall(r'href="/messages/(\d+)/"', html)]
        older = re.search(r'rel="next" href="([^"]+)"', html)
        url = "/messages/" + older[1].replace("&amp;", "&") if older else ""
    assert sorted(seen) == sorted(set(seen))
    assert set(seen) == set(OutboxMessage.objects.filter(recipient=d.teacher).values_list("pk", flat=True))


def test_an_empty_page_says_what_it_is_for(d, signed_in):
    assert "轮到您办理、到期催办、结果反馈" in text_of(signed_in(d.coordinator).get("/messages/"))


def test_opening_a_message_marks_it_and_leads_to_the_file(d, signed_in):
    hazard = d.find(d.reach("assigned"))
    message = OutboxMessage.objects.filter(recipient=d.safety, subject_id=hazard.pk).latest("pk")
    client, before = signed_in(d.safety), unread(d.safety)
    assert client.head(f"/messages/{message.pk}/").status_code == 302
    assert unread(d.safety) == before, "looked at by no one"
    answer = client.get(f"/messages/{message.pk}/")
    assert answer.status_code == 302 and answer["Location"] == f"/hazards/{hazard.number}/"
    message.refresh_from_db()
    assert message.read_at == d.at and unread(d.safety) == before - 1


def test_nobody_opens_or_marks_anothers_message(d, signed_in):
    d.reach("assigned")
    message = OutboxMessage.objects.filter(recipient=d.safety).latest("pk")
    client = signed_in(d.sibling_safety)
    assert client.get(f"/messages/{message.pk}/").status_code == 404
    assert client.post("/messages/read/", {"message": message.pk}).status_code == 404
    client.post("/messages/read/", {"about": message.subject_id})
    client.post("/messages/read/", {"until": 10**9})
    assert unread(d.safety) == OutboxMessage.objects.filter(recipient=d.safety, told_by="live").count()


def test_marking_all_leaves_what_came_after_the_page_was_shown(d, signed_in):
    d.reach("assigned")
    until = Inbox.objects.get(pk=d.safety.pk).last_no
    tell(d, d.safety, 2)
    answer = signed_in(d.safety).post("/messages/read/?group=todo", {"until": until})
    assert answer["Location"] == "/messages/?group=todo"
    assert unread(d.safety) == 2


def test_opening_the_file_marks_what_was_told_of_it(d, signed_in):
    mine, other = d.find(d.reach("assigned")), d.find(d.reach("assigned"))
    n_other = OutboxMessage.objects.filter(recipient=d.safety, subject_id=other.pk).count()
    client = signed_in(d.safety)
    client.get(f"/hazards/{mine.number}/", headers={"X-Background": "1"})
    assert unread(d.safety) > n_other, "asked for by a page that lies open, read by nobody"
    html = text_of(client.get(f"/hazards/{mine.number}/"))
    assert unread(d.safety) == n_other
    assert f"<span data-n>{n_other}</span>" in html


def test_the_badge_is_capped(d, signed_in):
    tell(d, d.chief, 60)
    assert "<span data-n>60</span>" in text_of(signed_in(d.chief).get("/messages/"))
    Inbox.objects.filter(pk=d.chief.pk).update(n_unread=100)
    assert "<span data-n>99+</span>" in text_of(signed_in(d.chief).get("/messages/"))


def test_without_unread_the_badge_is_hidden(d, signed_in):
    html = text_of(signed_in(d.coordinator).get("/messages/"))
    assert re.search(r'<span class="bh-count" data-unread [^>]*hidden>', html)


def test_a_hazard_out_of_scope_by_now_shows_its_number_only(d, signed_in):
    hazard = d.find(d.reach("assigned"))
    d.leave(d.safety)
    html = text_of(signed_in(d.safety).get("/messages/"))
    assert f"{hazard.number} 已不在您的工作范围内" in html
    assert "栏杆松动" not in html and f"/hazards/{hazard.number}/" not in html
    message = OutboxMessage.objects.filter(recipient=d.safety, subject_id=hazard.pk).latest("pk")
    assert signed_in(d.safety).get(f"/messages/{message.pk}/")["Location"] == f"/messages/?about={hazard.pk}"


def test_a_confidential_matter_is_told_by_its_number_alone(d, signed_in):
    number = d.report(d.teacher, domain="08", place="操场东侧", description="有人推搡")
    html = text_of(signed_in(d.confidant).get("/messages/"))
    assert number in html and "推搡" not in html and "操场东侧" not in html


def test_what_was_folded_is_read_one_by_one(d, signed_in):
    hazard = d.find(d.reach("assigned"))
    tell(d, d.chief, HOURLY_CAP + 7, about=hazard.pk)
    client = signed_in(d.chief)
    html = text_of(client.get("/messages/"))
    assert "另有 7 条消息，已合并" in html
    burst = OutboxMessage.objects.get(recipient=d.chief, kind="digest.burst")
    folded = text_of(client.get(client.get(f"/messages/{burst.pk}/")["Location"]))
    assert folded.count("data-urgency=") == 7 and "并入汇总" in folded


def test_bursts_of_all_hours_are_counted_in_one_statement(d, clock, django_assert_num_queries):
    for hour, n in ((10, 2), (11, 3)):
        clock.set(datetime(2026, 11, 23, hour, 20, tzinfo=SHANGHAI))
        for user in (d.chief, d.leader):
            tell(d, user, HOURLY_CAP + n)
            read_all(actor=user, until_no=10**6, at=d.at)
    bursts = list(OutboxMessage.objects.filter(kind="digest.burst").order_by("recipient_id", "pk"))
    with django_assert_num_queries(1):
        said = say_messages(bursts)
    assert [said[one.pk].title[:11] for one in bursts] == ["10时另有 2 条消息", "11时另有 3 条消息"] * 2


@pytest.mark.parametrize("hour", ["9999123123", "0001010100", "2026113123", "２０２６１１２３１０", "2101010100"])
def test_an_hour_of_no_day_of_ours_filters_nothing(d, signed_in, hour):
    tell(d, d.chief, 1)
    page = signed_in(d.chief).get(f"/messages/?folded={hour}")
    assert page.status_code == 200 and text_of(page).count("data-urgency=") == 1


# --- what pages ask for by themselves ---------------------------------------------------------------------------------


def test_the_state_is_what_the_socket_would_say(d, signed_in):
    number = d.find(d.reach("assigned")).number
    client, box = signed_in(d.safety), Inbox.objects.get(pk=d.safety.pk)
    assert client.get("/messages/state/?since=0").json() == {"no": box.last_no, "unread": box.n_unread, "since": 0}
    told = client.get("/messages/state/?since=1&live=").json()["live"]
    assert number in dict(told["hazards"])
    assert client.get(f"/messages/state/?live={told['mark']}").json()["live"]["many"] is False
    outside = signed_in(d.outsider).get("/messages/state/?live=").json()["live"]
    assert outside["hazards"] == [] and outside["mark"] == told["mark"]


@pytest.mark.parametrize("query", ["since=x&live=abc", "since=-1&live=1.x", "since=99999999999999999999&live=."])
def test_a_state_asked_for_in_a_wrong_way_is_answered(d, signed_in, query):
    assert signed_in(d.safety).get(f"/messages/state/?{query}").status_code == 200


def test_nobody_gets_a_state_without_a_login(d):
    answer = Client().get("/messages/state/")
    assert answer.status_code == 401 and answer.json()["code"] == "not_authenticated"


def test_rows_since_a_number_are_those_that_came(d, signed_in):
    d.reach("assigned")
    since = Inbox.objects.get(pk=d.safety.pk).last_no
    client = signed_in(d.safety)
    assert "<li" not in text_of(client.get(f"/messages/rows/?since={since}"))
    number = d.find(d.reach("assigned")).number
    html = text_of(client.get(f"/messages/rows/?since={since}"))
    n = Inbox.objects.get(pk=d.safety.pk).last_no - since
    assert html.count("<li") == n > 0 and "data-urgency=" in html and number not in html.split("<li")[0]
    assert "<html" not in html


def test_the_desk_shows_the_latest_five(d, signed_in):
    for _ in range(3):
        d.reach("rectifying")
    html = text_of(signed_in(d.office).get("/"))
    part = text_of(signed_in(d.office).get("/messages/latest/"))
    assert part.count("data-urgency=") == 5 and 'id="latest-messages"' in html
    newest = OutboxMessage.objects.filter(recipient=d.office, told_by="live").latest("pk")
    assert f"/messages/{newest.pk}/" in html and f"/messages/{newest.pk}/" in part


@pytest.mark.parametrize("who", ["office", "safety"])
def test_the_number_of_statements_does_not_grow(d, signed_in, who, django_assert_max_num_queries):
    user = d.people[who]
    for _ in range(2):
        d.reach("rectifying")
    client = signed_in(user)
    client.get("/messages/")
    for _ in range(4):
        d.reach("rectifying")
    with django_assert_max_num_queries(12):
        assert cards(text_of(client.get("/messages/"))) >= 6
    with django_assert_max_num_queries(6):
        client.get("/messages/state/?since=0&live=")


def test_a_page_without_unread_costs_no_statement_for_marking(d, signed_in):
    number = d.find(d.reach("assigned")).number
    client = signed_in(d.safety)
    client.get(f"/hazards/{number}/")
    client.post("/messages/read/", {"until": 10**9})
    with CaptureQueriesContext(connection) as found:
        client.get(f"/hazards/{number}/")
    told = [one["sql"] for one in found if "notifications_" in one["sql"]]
    assert len(told) == 1 and "notifications_inbox" in told[0], told


def test_a_state_is_never_kept(d, signed_in):
    assert "no-cache" in signed_in(d.safety).get("/messages/state/")["Cache-Control"]
