"""每日汇总: who gets one, when, with figures that open exactly their rows; never twice, never empty."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.calendars import Season
from core.clock import SHANGHAI
from deadlines.calendar_services import SeasonChoice, change_seasons
from hazards import digests
from hazards.listing import Filters, find_hazards
from notifications.digests import read_digest
from notifications.kinds import DAILY
from notifications.models import Inbox, OutboxMessage
from notifications.outbox import Message, put_messages
from notifications.preferences import Preferences, change_preferences
from notifications.selectors import Messages
from organizations.kinds import PostKind
from organizations.posts import keys_of, list_held_posts
from tests.support.district import build_district, give_post, make_person, make_unit
from workflows.models import HazardTask, SideTask
from workflows.selectors import list_to_dos


def moment(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _look_anew():
    digests.forget()
    yield
    digests.forget()


@pytest.fixture
def d(db):
    return build_district()


@pytest.fixture
def busy(d, clock):
    """On Monday 23 November: hazards in all states; on Tuesday morning some are late."""
    for state in ("reported", "filed", "assigned", "rectifying", "submitted", "verified", "closed"):
        d.reach(state)
    d.reach_own("submitted")
    d.reach_plan("in_review")
    d.filed_major()
    d.report(d.outsider, unit=d.units["far"].pk)
    d.report(d.teacher, domain="08", description="有人推搡")
    clock.set(moment(24, 8, 30))
    return d


def of(user):
    rows = OutboxMessage.objects.filter(recipient=user, kind=DAILY)
    return {figure.label: figure for row in rows for figure in read_digest(row).figures}


def numbers(user):
    return {label: figure.n for label, figure in of(user).items()}


def test_leaders_and_heads_get_one_and_nobody_else(busy):
    digests.send_daily(busy.at)
    told = set(OutboxMessage.objects.filter(kind=DAILY).values_list("recipient__username", flat=True))
    assert told == {"principal", "central_head", "director", "leader", "chief", "far_principal"}


def test_it_comes_when_work_begins_and_only_once(busy, clock):
    clock.set(moment(24, 8, 29))
    assert digests.send_daily(busy.at) == 0
    clock.set(moment(24, 8, 30))
    n = digests.send_daily(busy.at)
    assert n == OutboxMessage.objects.filter(kind=DAILY).count() > 0
    assert digests.send_daily(busy.at) == 0
    # Another process, which knows nothing of what this one looked at.
    digests.forget()
    clock.set(moment(24, 15))
    assert digests.send_daily(busy.at) == 0
    assert OutboxMessage.objects.filter(kind=DAILY).count() == n


def test_rest_days_have_none(busy, clock):
    clock.set(moment(28, 9))
    assert digests.send_daily(busy.at) == 0
    clock.set(moment(30, 9))
    assert digests.send_daily(busy.at) > 0


def test_an_empty_one_is_not_sent(d, clock):
    clock.set(moment(24, 9))
    assert digests.send_daily(d.at) == 0
    assert not OutboxMessage.objects.exists()


def test_who_does_not_want_it_gets_none(busy):
    wanted = Preferences(choices={}, ways={}, quiet="", wants_digest=False)
    change_preferences(actor=busy.leader, wanted=wanted, at=busy.at)
    digests.send_daily(busy.at)
    assert numbers(busy.leader) == {} and numbers(busy.director)


def test_a_delegate_gets_what_the_head_gets(busy):
    give_post(busy.sibling_safety, busy.units["edu"], PostKind.OFFICE_DIRECTOR)
    digests.send_daily(busy.at)
    alike = {label: n for label, n in numbers(busy.sibling_safety).items() if "待我" not in label}
    assert alike == {label: n for label, n in numbers(busy.director).items() if "待我" not in label}


@pytest.mark.parametrize("who", ["principal", "central_head", "director", "leader", "chief", "far_principal"])
def test_each_figure_is_the_length_of_the_list_that_it_opens(busy, who):
    digests.send_daily(busy.at)
    user, figures = busy.people[who], of(busy.people[who])
    assert figures
    for label, figure in figures.items():
        path, _, query = figure.link.partition("?")
        if path == "/":
            continue
        filters = Filters.read(dict(part.split("=") for part in query.split("&")))
        assert not filters.errors and filters.as_params(), query
        found = find_hazards(user, filters, at=busy.at)
        assert len(found.rows(1000, order="-pk", related=())) == figure.n > 0, label


def test_nought_is_told_of_no_list_that_has_rows(busy):
    """The other way round: what is not told is empty."""
    digests.send_daily(busy.at)
    for who in ("principal", "leader"):
        told = numbers(busy.people[who])
        for label, params in digests._lists(busy.at):
            found = find_hazards(busy.people[who], Filters.read(params), at=busy.at)
            assert len(found.rows(1000, order="-pk", related=())) == told.get(label, 0), label


def test_to_dos_are_those_of_the_desk(busy):
    everybody = [user for user in busy.people.values() if list_held_posts(user, busy.at)]
    readers = [
        digests.Reader(user.pk, held := list_held_posts(user, busy.at), keys_of(user, held), busy.at)
        for user in everybody
    ]
    counted = digests.more_figures[0](readers, busy.at)
    n_turns = n_sides = 0
    for user in everybody:
        tasks = [task for tasks in list_to_dos(user, busy.at).values() for task in tasks]
        turns = sum(isinstance(task, HazardTask) for task in tasks)
        sides = sum(isinstance(task, SideTask) for task in tasks)
        expected = {"待我办理": turns, "待我签发审批": sides}
        told = {figure.label: figure.n for figure in counted[user.pk]}
        assert told == {label: n for label, n in expected.items() if n}, user.username
        n_turns, n_sides = n_turns + turns, n_sides + sides
    assert n_turns and n_sides


def test_the_desk_shows_the_part_that_was_counted(busy):
    digests.send_daily(busy.at)
    shown = set()
    for user in (busy.principal, busy.director, busy.leader):
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        for figure in (figure for figure in of(user).values() if figure.link.startswith("/?")):
            html = client.get(figure.link.split("#")[0]).content.decode()
            assert re.findall(r'data-part="n-to-dos">(\d+)<', html) == [str(figure.n)]
            shown.add(figure.label)
    assert shown == {"待我办理", "待我签发审批"}


def test_yesterday_on_a_monday_begins_on_friday(d, clock):
    clock.set(moment(27, 16))
    d.reach_own("closed")
    clock.set(moment(29, 20))
    d.report()
    clock.set(moment(30, 8, 30))
    digests.send_daily(d.at)
    labels = {label: n for label, n in numbers(d.principal).items() if "以来" in label}
    assert labels == {"11月27日 周五以来新报": 2, "11月27日 周五以来销号": 1}


def put(d, user, kind, n=1, **more):
    put_messages(
        Message(
            recipient_id=user.pk, kind=kind, dedupe_key=f"{kind}:{one}:{user.pk}:{d.at.timestamp()}", created_at=d.at, **more
        )
        for one in range(n)
    )  # fmt: skip


def later(d, user):
    wanted = Preferences(choices={"hazard.signed": "digest"}, ways={}, quiet="", wants_digest=True)
    change_preferences(actor=user, wanted=wanted, at=d.at)


def test_what_was_left_for_it_is_in_one_digest_and_no_other(d, clock):
    later(d, d.fire)
    put(d, d.fire, "hazard.signed", n=3)
    assert Inbox.objects.get(pk=d.fire.pk).n_unread == 0
    clock.set(moment(24, 8, 30))
    put(d, d.fire, "hazard.signed")
    clock.set(moment(24, 9))
    put(d, d.fire, "hazard.signed")
    assert digests.send_daily(d.at) == 1
    client = Client()
    client.force_login(d.fire, backend="django.contrib.auth.backends.ModelBackend")
    first = OutboxMessage.objects.get(recipient=d.fire, kind=DAILY)
    html = client.get(f"/messages/digests/{first.pk}/").content.decode()
    assert html.count("data-urgency=") == 4 and first.payload["waited"] == 4
    assert Inbox.objects.get(pk=d.fire.pk).n_unread == 0, "looked at, hence read"
    clock.set(moment(25, 8, 30))
    assert digests.send_daily(d.at) == 1
    second = OutboxMessage.objects.filter(recipient=d.fire, kind=DAILY).latest("pk")
    assert second.payload["waited"] == 1
    clock.set(moment(26, 8, 30))
    assert digests.send_daily(d.at) == 0


def waited(user):
    """Of each of his digests, the oldest first."""
    rows = OutboxMessage.objects.filter(recipient=user, kind=DAILY).order_by("pk")
    return [row.payload["waited"] for row in rows]


def test_what_waited_over_days_without_a_digest_comes_in_the_next(d, clock):
    later(d, d.fire)
    put(d, d.fire, "hazard.signed", n=2)
    clock.set(moment(26, 9))
    digests.send_daily(d.at)
    assert waited(d.fire) == [2]
    clock.set(moment(27, 9))
    assert digests.send_daily(d.at) == 0


@pytest.mark.parametrize(("choices", "wants_digest"), [({}, True), ({}, False), ({"hazard.signed": "off"}, False)])
def test_what_waited_comes_though_its_reader_chose_otherwise_since(busy, choices, wants_digest):
    for user in (busy.fire, busy.leader):
        later(busy, user)
        put(busy, user, "hazard.signed", n=2)
        wanted = Preferences(choices=choices, ways={}, quiet="", wants_digest=wants_digest)
        change_preferences(actor=user, wanted=wanted, at=busy.at)
    put(busy, busy.fire, "hazard.closed")
    digests.send_daily(busy.at)
    assert waited(busy.fire) == waited(busy.leader) == [2]
    assert bool(numbers(busy.leader)) == wants_digest, "figures come to who wants them alone"
    digests.forget()
    digests.send_daily(busy.at + timedelta(days=1))
    assert waited(busy.fire) == [2]
    assert waited(busy.leader) == ([2, 0] if wants_digest else [2])


def test_what_came_late_is_in_the_next_and_in_no_other(d, clock):
    later(d, d.fire)
    put(d, d.fire, "hazard.signed")
    clock.set(moment(24, 8, 31))
    put(d, d.fire, "hazard.signed")
    # Its act began before work did and was written after it.
    clock.set(moment(24, 8, 29))
    put(d, d.fire, "hazard.signed")
    clock.set(moment(24, 8, 40))
    digests.send_daily(d.at)
    clock.set(moment(24, 8, 28))
    put(d, d.fire, "hazard.signed")
    for day in (25, 26):
        clock.set(moment(day, 9))
        digests.send_daily(d.at)
    assert waited(d.fire) == [1, 3]
    first, second = (read_digest(row) for row in OutboxMessage.objects.filter(kind=DAILY).order_by("pk"))
    assert first.upto == second.after
    lines = [Messages(d.fire, d.at).waited(one.after, one.upto) for one in (first, second)]
    assert [card.n for card in lines] == [1, 3]
    assert len({line.message.pk for card in lines for line in card.lines}) == 4


def test_other_hours_leave_no_gap(d, clock):
    later(d, d.safety)
    put(d, d.safety, "hazard.signed")
    clock.set(moment(24, 8, 30))
    digests.send_daily(d.at)
    clock.set(moment(24, 8, 45))
    put(d, d.safety, "hazard.signed")
    hours = Season((1, 1), (12, 31), ((time(9), time(12)), (time(13), time(18))))
    change_seasons(actor=None, unit=d.units["edu"], seasons=[SeasonChoice("全年", hours)], at=d.at)
    clock.set(moment(25, 8, 50))
    assert digests.send_daily(d.at) == 0
    clock.set(moment(25, 9, 30))
    digests.send_daily(d.at)
    assert waited(d.safety) == [1, 1]


def test_the_page_opens_for_its_reader_alone(busy):
    digests.send_daily(busy.at)
    row = OutboxMessage.objects.get(recipient=busy.leader, kind=DAILY)
    other = OutboxMessage.objects.filter(recipient=busy.leader).exclude(kind=DAILY).first()
    client = Client()
    client.force_login(busy.leader, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get(f"/messages/digests/{row.pk}/").content.decode()
    for label, figure in of(busy.leader).items():
        assert f"<strong>{figure.n}</strong>{label}" in html
    assert other is None or client.get(f"/messages/digests/{other.pk}/").status_code == 404
    client.force_login(busy.chief, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/messages/digests/{row.pk}/").status_code == 404


def test_a_county_of_schools_takes_as_many_statements_as_one(busy):
    with CaptureQueriesContext(connection) as few:
        digests.send_daily(busy.at)
    digests.forget()
    for n in range(30):
        school = make_unit("SCH", f"第{n}所", busy.units["central"])
        head = make_person(f"head{n}", school, PostKind.PRINCIPAL)
        busy.report(head, unit=school.pk)
    busy_at = busy.at + timedelta(days=1)
    with CaptureQueriesContext(connection) as many:
        assert digests.send_daily(busy_at) >= 30
    assert len(many) <= len(few) + 1
