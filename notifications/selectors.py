"""The messages of one person as his pages show them: newest first, those about one subject together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils.translation import gettext as _

from core.params import read_id
from notifications.hooks import readable_subjects
from notifications.kinds import KINDS, Group, kind_of
from notifications.models import Inbox, OutboxMessage, ToldBy
from notifications.texts import Said, say_messages
from organizations.models import User
from organizations.posts import HeldPost, list_held_posts

PAGE_SIZE = 20
# Of one subject so many unread ones are shown before the rest is only counted.
N_EACH = 4
N_LATEST = 5
N_SINCE = 20
# Of a digest; after a long leave they can be thousands.
MOST_WAITED = 100
_HOUR = re.compile(r"\d{10}")
_CURSOR = re.compile(r"([ur])(\d{1,18})")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """As they stand in the address; what can't be read filters nothing."""

    unread: bool = False
    # What asked the reader to do something.
    mine: bool = False
    group: str = ""
    # The subject's id.
    about: int | None = None
    # The hour whose messages were folded into one.
    folded: datetime | None = None

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Filters:
        group = params.get("group", "")
        return cls(
            unread=params.get("unread", "") == "1",
            mine=params.get("mine", "") == "1",
            group=group if group in Group.values else "",
            about=read_id(params.get("about", "")),
            folded=_read_hour(params.get("folded", "")),
        )

    def as_params(self) -> dict[str, str]:
        told = {
            "unread": "1" if self.unread else "",
            "mine": "1" if self.mine else "",
            "group": self.group,
            "about": str(self.about or ""),
            "folded": f"{self.folded:%Y%m%d%H}" if self.folded else "",
        }
        return {name: value for name, value in told.items() if value}

    @property
    def is_flat(self) -> bool:
        """One subject, one hour: each message is a line of its own."""
        return self.about is not None or self.folded is not None


def _read_hour(text: str) -> datetime | None:
    """An hour as the address of a folded burst names it, in UTC; None for what is none, or of no year of ours."""
    if not (text.isascii() and _HOUR.fullmatch(text)):
        return None
    try:
        hour = datetime.strptime(text, "%Y%m%d%H").replace(tzinfo=UTC)
    except ValueError:
        return None
    return hour if 2000 <= hour.year <= 2100 else None


@dataclass(frozen=True)
class Line:
    """One message in words; `link` is empty where the reader may not open what it is about."""

    message: OutboxMessage
    said: Said
    is_readable: bool

    @property
    def is_unread(self) -> bool:
        return self.message.read_at is None and self.message.told_by == ToldBy.LIVE

    @property
    def link(self) -> str:
        return self.said.link if self.is_readable else ""

    @property
    def kind_label(self) -> str:
        return str(kind_of(self.message.kind).label)

    @property
    def told_by_label(self) -> str:
        """How it came, where it did not come at once."""
        return "" if self.message.told_by == ToldBy.LIVE else str(ToldBy(self.message.told_by).label)


@dataclass(frozen=True)
class Card:
    """The messages about one subject, or one that is about none. `n` counts all of them, shown or not."""

    lines: Sequence[Line]
    n: int = 1
    n_unread: int = 0

    @property
    def head(self) -> Line:
        return self.lines[0]

    @property
    def n_more(self) -> int:
        return self.n - len(self.lines)

    @property
    def subject_id(self) -> int | None:
        return self.head.message.subject_id


@dataclass(frozen=True)
class Page:
    """`older` is the cursor of the next page; empty at the end."""

    cards: Sequence[Card] = field(default_factory=list)
    older: str = ""


class Messages:
    """What one person was told, as he may read it at a moment."""

    def __init__(self, user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> None:
        self.user, self.at, self._held = user, at, held

    def page(self, filters: Filters, cursor: str = "") -> Page:
        """Subjects with something unread first, the newest on top; a fixed number of statements however many."""
        if filters.is_flat:
            return self._flat_page(filters, cursor)
        is_read_part, before = _read_cursor(cursor)
        mine = self._narrowed(filters)
        heads: list[int] = []
        if not is_read_part:
            unread = mine.filter(read_at__isnull=True)
            heads = _heads(unread, before, PAGE_SIZE + 1)
            if len(heads) > PAGE_SIZE:
                return Page(self._cards(mine, heads[:PAGE_SIZE]), f"u{heads[PAGE_SIZE - 1]}")
            before = None
        older = ""
        if not filters.unread:
            n_left = PAGE_SIZE - len(heads)
            read = _heads(mine, before, n_left + 1, is_read=True)
            older = f"r{read[n_left - 1] if n_left else _MOST}" if len(read) > n_left else ""
            heads += read[:n_left]
        return Page(self._cards(mine, heads), older)

    def latest(self, n: int = N_LATEST) -> list[Line]:
        return self._said(self._own().filter(told_by=ToldBy.LIVE).order_by("-pk")[:n])

    def since(self, no: int, n: int = N_SINCE) -> list[Line]:
        """What came after the message of this number, the newest first."""
        return self._said(self._own().filter(no__gt=no).order_by("-no")[:n])

    def one(self, message_id: int) -> Line | None:
        found = self._said(self._own().filter(pk=message_id))
        return found[0] if found else None

    def listed(self, *, is_unread: bool, before: int | None, n: int) -> list[Line]:
        """Live ones, newest first, with ids below `before`."""
        rows = self._own().filter(told_by=ToldBy.LIVE)
        if is_unread:
            rows = rows.filter(read_at__isnull=True)
        return self._said((rows.filter(pk__lt=before) if before else rows).order_by("-pk")[:n])

    def waited(self, after: int, upto: int) -> Card:
        """What was left for the digest that tells messages with these ids; the newest first."""
        rows = self._own().filter(pk__gt=after, pk__lte=upto, told_by=ToldBy.DIGEST)
        lines = self._said(rows.order_by("-pk")[: MOST_WAITED + 1])
        n = len(lines) if len(lines) <= MOST_WAITED else rows.count()
        return Card(lines[:MOST_WAITED], n)

    def _own(self) -> QuerySet[OutboxMessage]:
        return OutboxMessage.objects.filter(recipient=self.user)

    def _narrowed(self, filters: Filters) -> QuerySet[OutboxMessage]:
        rows = self._own()
        if filters.folded:
            hour = Q(created_at__gte=filters.folded, created_at__lt=filters.folded + timedelta(hours=1))
            rows = rows.filter(hour, told_by=ToldBy.FOLDED)
        elif filters.about is None:
            rows = rows.filter(told_by=ToldBy.LIVE)
        if filters.about:
            rows = rows.filter(subject_id=filters.about)
        if filters.unread:
            rows = rows.filter(read_at__isnull=True, told_by=ToldBy.LIVE)
        if filters.mine:
            # Of a confidential matter it is only told that it waits.
            rows = rows.filter(Q(payload__has_key="awaited") | Q(payload__awaits=True))
        if filters.group:
            rows = rows.filter(kind__in=[kind.name for kind in KINDS.values() if kind.group == filters.group])
        return rows

    def _flat_page(self, filters: Filters, cursor: str) -> Page:
        _is_read, before = _read_cursor(cursor)
        rows = self._narrowed(filters).order_by("-pk")
        lines = self._said((rows.filter(pk__lt=before) if before else rows)[: PAGE_SIZE + 1])
        shown = lines[:PAGE_SIZE]
        older = f"r{shown[-1].message.pk}" if len(lines) > PAGE_SIZE else ""
        return Page([Card([line], n_unread=int(line.is_unread)) for line in shown], older)

    def _cards(self, mine: QuerySet[OutboxMessage], heads: Sequence[int]) -> list[Card]:
        """Each with its unread messages, or its newest one where all are read."""
        if not heads:
            return []
        shown = list(mine.filter(pk__in=heads))
        subjects = [row.subject_id for row in shown if row.subject_id]
        place = Window(RowNumber(), partition_by=F("subject_id"), order_by=F("pk").desc())
        unread = mine.filter(subject_id__in=subjects, read_at__isnull=True).annotate(place=place)
        more = unread.filter(place__lte=N_EACH).exclude(pk__in=heads) if subjects else mine.none()
        lines = {line.message.pk: line for line in self._said([*shown, *more])}
        counts = _count_by_subject(mine.filter(subject_id__in=subjects)) if subjects else {}
        return [_card(lines[pk], lines.values(), counts) for pk in heads if pk in lines]

    def _said(self, rows: Iterable[OutboxMessage]) -> list[Line]:
        found = list(rows)
        said, readable = say_messages(found), self._readable(found)
        return [_line(row, said[row.pk], readable) for row in found]

    def _readable(self, rows: Iterable[OutboxMessage]) -> frozenset[int]:
        ids = {row.subject_id for row in rows if row.subject_id}
        if not ids:
            return frozenset()
        held = list_held_posts(self.user, self.at) if self._held is None else self._held
        return frozenset(pk for find in readable_subjects for pk in find(self.user, self.at, held, ids))


# Above every id.
_MOST = 10**18 - 1


def _read_cursor(cursor: str) -> tuple[bool, int | None]:
    """(whether the unread ones are all shown, the id below which it goes on)"""
    found = _CURSOR.fullmatch(cursor) if cursor.isascii() else None
    return (found[1] == "r", int(found[2])) if found else (False, None)


def _heads(rows: QuerySet[OutboxMessage], before: int | None, n: int, *, is_read: bool = False) -> list[int]:
    """The newest message of each subject, and each that has none; the newest first. `is_read`: of subjects all read."""
    # Grouped in one pass over the person's rows: asked row by row for a newer one it took seconds at some ten thousand.
    subjects = rows.order_by().values(about=Coalesce("subject_id", -F("pk"))).annotate(head=Max("pk"))
    if is_read:
        subjects = subjects.annotate(n_unread=Count("pk", filter=Q(read_at__isnull=True))).filter(n_unread=0)
    if before:
        subjects = subjects.filter(head__lt=before)
    return list(subjects.order_by("-head").values_list("head", flat=True)[:n])


def _count_by_subject(rows: QuerySet[OutboxMessage]) -> dict[int | None, tuple[int, int]]:
    """{subject: (how many, how many of them unread)}"""
    unread = Count("pk", filter=Q(read_at__isnull=True))
    counted = rows.order_by().values("subject_id").annotate(n=Count("pk"), n_unread=unread)
    return {row["subject_id"]: (row["n"], row["n_unread"]) for row in counted}


def _card(head: Line, lines: Iterable[Line], counts: Mapping[int | None, tuple[int, int]]) -> Card:
    subject = head.message.subject_id
    if subject is None:
        return Card([head], n_unread=int(head.is_unread))
    if not head.is_unread:
        return Card([head], counts[subject][0])
    same = [line for line in lines if line.message.subject_id == subject]
    return Card(sorted(same, key=lambda line: -line.message.pk), *counts[subject])


def _line(row: OutboxMessage, said: Said, readable: frozenset[int]) -> Line:
    if row.subject_id is None or row.subject_id in readable:
        return Line(row, said, is_readable=True)
    number = said.number or str(row.payload.get("number", ""))
    out = _("%(number)s 已不在您的工作范围内") % {"number": number}
    return Line(row, replace(said, title=out, sentence="", link="", what=out, matter="", about=""), is_readable=False)


def count_unread_by_group(user: User) -> dict[str, int]:
    """{group: n} of what is unread; groups without any are left out. One statement by the index of unread ones."""
    rows = OutboxMessage.objects.filter(recipient=user, read_at__isnull=True, told_by=ToldBy.LIVE)
    counts: dict[str, int] = {}
    for kind, n in rows.order_by().values_list("kind").annotate(n=Count("pk")):
        group = str(kind_of(kind).group)
        counts[group] = counts.get(group, 0) + n
    return counts


def get_inbox(user: User) -> Inbox:
    """Of who was never told anything an empty one, which is not saved."""
    return Inbox.objects.filter(pk=user.pk).first() or Inbox(user=user)
