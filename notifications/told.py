"""告知记录: who was told what, when, by which way, what the provider said, and when it was read.

Nothing here knows whether its reader may see a message; who asks leaves out what he may not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.clock import local
from core.workbooks import Sheet, write_workbook
from notifications import hooks
from notifications.kinds import Group, kind_of
from notifications.masking import mask
from notifications.models import Delivery, OutboxMessage, ToldBy
from notifications.texts import Said, say_messages
from notifications.transports.keys import hide, keys_of
from organizations.models import User
from organizations.posts import HeldPost

PAGE_SIZE = 50
# Messages of one person that are looked at for a page of those that its reader may see.
CHUNK, MOST_CHUNKS = 200, 10
MOST_EXPORTED = 5000
UNREAD, FAILED = "unread", "failed"


@dataclass(frozen=True)
class WayLine:
    """By one way: where to, what came of it and when, in the provider's words where it gave any."""

    way: str
    where: str
    state: str
    at: datetime | None
    words: str
    is_failed: bool


@dataclass(frozen=True)
class Told:
    """`said` is put into words now, as its recipient would read it."""

    message: OutboxMessage
    said: Said
    ways: list[WayLine]

    @property
    def what(self) -> str:
        return self.said.what or self.said.title

    @property
    def inbox_state(self) -> str:
        """Of the inbox alone."""
        if self.message.told_by != ToldBy.LIVE:
            return str(ToldBy(self.message.told_by).label)
        return _("已读") if self.message.read_at else _("未读")


@dataclass(frozen=True)
class Page:
    """`older` is the id below which the next page begins; None at the end."""

    rows: list[Told]
    older: int | None


def of_kind(messages: QuerySet[OutboxMessage], which: str) -> QuerySet[OutboxMessage]:
    """Only those unread, or with a letter that came to nothing; all for any other word."""
    if which == UNREAD:
        return messages.filter(read_at__isnull=True, told_by=ToldBy.LIVE)
    if which == FAILED:
        dead = Delivery.objects.filter(state=Delivery.State.DEAD, message__isnull=False).values("message")
        return messages.filter(pk__in=dead)
    return messages


def list_told(messages: QuerySet[OutboxMessage], before: int | None = None) -> Page:
    """The newest first; all of them may be seen."""
    rows = messages.filter(pk__lt=before) if before else messages
    found = list(rows.select_related("recipient__unit").order_by("-pk")[: PAGE_SIZE + 1])
    return Page(view_told(found[:PAGE_SIZE]), found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None)


def list_told_to(
    messages: QuerySet[OutboxMessage], reader: User, at: datetime, held: Sequence[HeldPost], before: int | None = None
) -> Page:
    """The same of those that the reader may see: what is about nothing he may not read."""
    found: list[OutboxMessage] = []
    last = before
    for _n in range(MOST_CHUNKS):
        rows = messages.filter(pk__lt=last) if last else messages
        chunk = list(rows.select_related("recipient__unit").order_by("-pk")[:CHUNK])
        for one in readable(chunk, reader, at, held):
            if len(found) == PAGE_SIZE:
                return Page(view_told_to(found, reader), found[-1].pk)
            found.append(one)
        if len(chunk) < CHUNK:
            return Page(view_told_to(found, reader), None)
        last = chunk[-1].pk
    return Page(view_told_to(found, reader), last)


def readable(
    messages: Sequence[OutboxMessage], reader: User, at: datetime, held: Sequence[HeldPost]
) -> list[OutboxMessage]:
    """Those about nothing, and about what the reader may see now. One statement."""
    subjects = {one.subject_id for one in messages if one.subject_id is not None}
    seen = (
        set(hooks.readable_subjects[0](reader, at, held, subjects)) if subjects and hooks.readable_subjects else set()
    )
    return [one for one in messages if one.subject_id is None or one.subject_id in seen]


def view_told(messages: Sequence[OutboxMessage]) -> list[Told]:
    """With words and ways; their recipients are read already."""
    ways: defaultdict[int, list[WayLine]] = defaultdict(list)
    rows = Delivery.objects.filter(message__in=[one.pk for one in messages]).select_related("outlet").order_by("pk")
    for row in rows if messages else ():
        ways[row.message_id or 0].append(view_way(row))
    said = say_messages(messages)
    return [Told(one, said[one.pk], ways[one.pk]) for one in messages]


def view_told_to(messages: Sequence[OutboxMessage], reader: User) -> list[Told]:
    """The same without what a digest counts for somebody else: matters are among it that its reader may not know of."""
    return [one if one.message.recipient_id == reader.pk else _without_counts(one) for one in view_told(messages)]


def _without_counts(one: Told) -> Told:
    kind = kind_of(one.message.kind)
    return replace(one, said=Said(str(kind.label), "", "")) if kind.group == Group.DIGEST else one


def view_way(row: Delivery) -> WayLine:
    return WayLine(
        way=str(row.get_way_display()),
        # Of a robot or a system its name stands there: its own address holds a key.
        where=row.address if row.outlet_id else mask(row.address),
        state=str(row.get_state_display()),
        at=row.sent_at,
        words=say_answer(row),
        is_failed=row.state == Delivery.State.DEAD,
    )


def say_answer(row: Delivery) -> str:
    """The provider's words; it likes to repeat the address, and a receiver its keys. Of an outlet `outlet` is read."""
    words = row.failure or row.answer
    if row.outlet is not None:
        return hide(words, keys_of(row.outlet.url, row.outlet.secret))
    return words if not row.address else words.replace(row.address, mask(row.address))


def write_file(rows: Sequence[Told]) -> bytes:
    """A line for the inbox and one for each other way; all cells are strings."""
    header = [
        _("时间"), _("隐患编号"), _("接收人"), _("单位"), _("消息"), _("内容"), _("方式"), _("地址"), _("状态"), _("送达时间"),
        _("服务方答复"), _("阅读时间"),
    ]  # fmt: skip
    lines = [line for one in rows for line in _lines_of(one)]
    widths = (18, 22, 12, 20, 24, 50, 14, 24, 14, 18, 40, 18)
    return write_workbook([Sheet(_("告知记录"), header, lines, widths=widths)])


def _lines_of(one: Told) -> list[list[str]]:
    message = one.message
    unit = message.recipient.unit
    head = [
        _moment(message.created_at), one.said.number, message.recipient.name, unit.name if unit else "", one.what,
        one.said.sentence,
    ]  # fmt: skip
    read = _moment(message.read_at)
    inbox = [*head, str(_("站内消息")), "", one.inbox_state, _moment(message.created_at), "", read]
    return [inbox, *([*head, way.way, way.where, way.state, _moment(way.at), way.words, read] for way in one.ways)]


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M:%S}" if at else ""
