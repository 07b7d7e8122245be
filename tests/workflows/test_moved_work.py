"""When people change posts, whoever open work comes to hears how much."""

from __future__ import annotations

from datetime import timedelta

from core.clock import today
from notifications.models import OutboxMessage
from notifications.texts import say_messages
from organizations.kinds import PostKind
from organizations.models import Holding, Post
from organizations.services import appoint
from tests.support.district import LONG_AGO, District, make_person
from workflows.resolve import resolve_vacant


def told(kind: str) -> list[tuple[str, int]]:
    rows = OutboxMessage.objects.filter(kind=kind).order_by("id")
    return [(row.recipient.username, row.payload["n"]) for row in rows]


def test_who_stands_next_is_told_what_comes_to_him(district: District) -> None:
    d = district
    for _ in range(3):
        d.report()
    d.leave(d.safety)
    assert told("work.moved") == [("principal", 3)]
    row = OutboxMessage.objects.get(kind="work.moved")
    said = say_messages([row])[row.pk]
    assert (said.title, said.link) == ("有 3 件待办转到第一小学校长", "/")


def test_who_begins_is_told_once_what_waits_for_him(district: District) -> None:
    d = district
    d.report()
    d.leave(d.safety)
    new = make_person("newcomer", d.units["school"])
    post = Post.objects.get(unit=d.units["school"], kind=PostKind.SAFETY)
    appoint(actor=d.principal, post=post, user=new, from_on=today(d.at), at=d.at)
    assert told("work.taken") == [("newcomer", 1)]
    other = make_person("second", d.units["school"])
    appoint(actor=d.principal, post=post, user=other, from_on=today(d.at) + timedelta(days=3), at=d.at)
    assert told("work.taken") == [("newcomer", 1)]


def test_where_nothing_waits_nobody_is_told(district: District) -> None:
    d = district
    d.leave(d.sibling_safety)
    assert not OutboxMessage.objects.filter(kind__startswith="work.").exists()


def test_what_a_vacant_post_owed_is_told_to_the_next(district: District) -> None:
    d = district
    d.report()
    Holding.objects.filter(user=d.safety).update(until_on=LONG_AGO + timedelta(days=1))
    resolve_vacant(d.at)
    assert told("work.moved") == [("principal", 1)]
