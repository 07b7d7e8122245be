"""Telling people: rows that are written with what they tell of, numbered for each reader, and hinted at afterwards."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from core.prepared import Statement
from notifications.kinds import BURST, DAILY, Choice, kind_of
from notifications.models import ToldBy
from notifications.push import Count, push_inbox
from notifications.urgency import Urgency

# So many come live to one reader in an hour; the rest is folded into one message that counts them.
HOURLY_CAP = 60
# A letter about what was folded waits for more of it.
BURST_PAUSE = timedelta(minutes=10)

# In the order of users, so that two acts that tell the same people wait for each other and never lock crosswise.
_LOCK = Statement("""
INSERT INTO notifications_inbox AS box (user_id, last_no, n_unread, n_hour, choices, ways, quiet, wants_digest)
SELECT given.id, 0, 0, 0, '{}', '{}', 'night', true FROM unnest(%s::bigint[]) AS given (id) ORDER BY given.id
ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id
RETURNING user_id, choices, hour, n_hour
""")
_COLUMNS = "region_code, created_at, recipient_id, kind, subject_id, event_seq, payload, dedupe_key, told_by, urgency, relay_at"
_GIVEN = ", ".join(f"ranked.{name}" for name in _COLUMNS.replace("payload", "payload::jsonb").split(", "))
# The locks are held, so what is there already can be told from what is not.
_PUT = Statement(f"""
WITH given AS (
    SELECT * FROM unnest(
        %s::varchar[], %s::timestamptz[], %s::bigint[], %s::varchar[], %s::bigint[], %s::integer[], %s::text[],
        %s::varchar[], %s::varchar[], %s::smallint[], %s::timestamptz[]
    ) WITH ORDINALITY AS one ({_COLUMNS}, place)
    WHERE NOT EXISTS (SELECT FROM notifications_outboxmessage told WHERE told.dedupe_key = one.dedupe_key)
        -- One that counts what was folded in an hour is enough until it is read.
        AND NOT (one.kind = '{BURST}' AND EXISTS (
            SELECT FROM notifications_outboxmessage open WHERE open.recipient_id = one.recipient_id
                AND open.subject_id IS NULL AND open.read_at IS NULL AND open.told_by = 'live' AND open.kind = '{BURST}'
                AND open.payload->>'hour' = one.payload::jsonb->>'hour'
        ))
), ranked AS (
    SELECT *, CASE WHEN told_by = 'live' THEN row_number() OVER (PARTITION BY recipient_id, told_by ORDER BY place) END
        AS rank FROM given
), counted AS (
    SELECT recipient_id, max(created_at) AS at, count(rank) AS n FROM ranked GROUP BY recipient_id
), box AS (
    UPDATE notifications_inbox box SET last_no = box.last_no + counted.n, n_unread = box.n_unread + counted.n,
        hour = greatest(box.hour, date_trunc('hour', counted.at)),
        n_hour = counted.n + CASE WHEN box.hour >= date_trunc('hour', counted.at) THEN box.n_hour ELSE 0 END
    FROM counted WHERE counted.recipient_id = box.user_id
    RETURNING box.user_id, box.last_no - counted.n AS base, box.last_no, box.n_unread
), put AS (
    INSERT INTO notifications_outboxmessage ({_COLUMNS}, no)
    SELECT {_GIVEN}, box.base + ranked.rank
    FROM ranked JOIN box ON box.user_id = ranked.recipient_id ORDER BY ranked.place
    RETURNING 1
)
SELECT user_id, last_no, n_unread FROM box
""")


@dataclass(frozen=True, kw_only=True)
class Message:
    """One occasion for one person. `kind` is dotted, as deadline.warned_red; `dedupe_key` names occasion and person."""

    recipient_id: int
    kind: str
    dedupe_key: str
    created_at: datetime
    subject_id: int | None = None
    event_seq: int | None = None
    # Ids, numbers and labels that the text is made of; never the content of a confidential matter.
    payload: Mapping[str, object] = field(default_factory=dict)
    region_code: str = ""
    # More than its kind says, where the occasion asks for it.
    urgency: Urgency | None = None

    @property
    def presses(self) -> Urgency:
        usual = kind_of(self.kind).urgency
        return usual if self.urgency is None else max(usual, self.urgency)


@dataclass(frozen=True)
class _Box:
    choices: Mapping[str, str]
    hour: datetime | None
    n_hour: int


# What the transaction under way has to tell so far.
_gathered: ContextVar[list[Message] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathering() -> Iterator[list[Message]]:
    """Write all that is put inside at its end, at once: inboxes are locked once in a transaction, in their order.

    One inside another joins it. What one event tells one person in two ways is told once, as it presses most. Gives
    what was put so far, so that a part that is undone can be taken out again.
    """
    outer = _gathered.get()
    if outer is not None:
        yield outer
        return
    rows: list[Message] = []
    token = _gathered.set(rows)
    try:
        yield rows
    finally:
        _gathered.reset(token)
    _write(_once_each(rows))


def put_messages(messages: Iterable[Message]) -> None:
    """Tell people in the caller's transaction, in two statements however many.

    Who wants a kind not at all gets no row, who wants it later one for his digest; over the cap of an hour they are
    folded into one message. After the commit their readers' open pages are given a hint.
    Raises TransactionManagementError outside a transaction: what it tells of could otherwise be rolled back alone.
    """
    with gathering() as rows:
        rows.extend(messages)


def _once_each(rows: Iterable[Message]) -> list[Message]:
    """The most pressing of those about the same event, else the first."""
    kept: dict[object, Message] = {}
    for one in rows:
        event = (one.recipient_id, one.subject_id, one.event_seq) if one.event_seq else one.dedupe_key
        known = kept.get(event)
        if known is None or one.presses > known.presses:
            kept[event] = one
    return list({one.dedupe_key: one for one in kept.values()}.values())


def _write(rows: Sequence[Message]) -> None:
    if not rows:
        return
    if not connection.in_atomic_block:
        raise TransactionManagementError("put_messages needs the caller's transaction")
    with connection.cursor() as cursor:
        _LOCK.run(cursor, [sorted({one.recipient_id for one in rows})])
        boxes = {user_id: _Box(_loaded(choices), hour, n) for user_id, choices, hour, n in cursor.fetchall()}
        told = _sorted_out(rows, boxes)
        if not told:
            return
        _PUT.run(cursor, _columns_of(told))
        found = cursor.fetchall()
    hints = {user_id: Count(last_no, n_unread) for user_id, last_no, n_unread in found}
    transaction.on_commit(lambda: push_inbox(hints))


def _loaded(choices: Any) -> dict[str, str]:
    """A prepared statement gives JSON as text where the driver was not told of it."""
    return json.loads(choices) if isinstance(choices, str) else choices  # type: ignore[no-any-return]


def _sorted_out(rows: Sequence[Message], boxes: Mapping[int, _Box]) -> list[tuple[Message, ToldBy]]:
    """How each is told, those not at all left out; with the message that counts what was folded."""
    told: list[tuple[Message, ToldBy]] = []
    n_live: Counter[int] = Counter()
    folded: defaultdict[int, list[Message]] = defaultdict(list)
    for one in rows:
        box, choice = boxes[one.recipient_id], _choice(one, boxes[one.recipient_id])
        if choice == Choice.OFF:
            continue
        if choice == Choice.DIGEST:
            told.append((one, ToldBy.DIGEST))
        elif (
            one.presses < Urgency.URGENT
            and one.kind != DAILY
            and _n_before(one, box) + n_live[one.recipient_id] >= HOURLY_CAP
        ):
            folded[one.recipient_id].append(one)
            told.append((one, ToldBy.FOLDED))
        else:
            n_live[one.recipient_id] += 1
            told.append((one, ToldBy.LIVE))
    return [*told, *((_burst(some[-1]), ToldBy.LIVE) for some in folded.values())]


def _choice(one: Message, box: _Box) -> str:
    """What presses is told at once, whatever was chosen; what waits for the reader can wait for his digest at most."""
    chosen = box.choices.get(one.kind, Choice.ON)
    is_refused = one.presses >= Urgency.WARNING or (chosen == Choice.OFF and one.presses == Urgency.TASK)
    return Choice.ON if is_refused else chosen


def _n_before(one: Message, box: _Box) -> int:
    return box.n_hour if box.hour and box.hour >= _hour_of(one) else 0


def _hour_of(one: Message) -> datetime:
    return one.created_at.replace(minute=0, second=0, microsecond=0)


def _burst(last: Message) -> Message:
    """What it counts is counted when it is read or sent."""
    mark = hashlib.blake2b(last.dedupe_key.encode(), digest_size=12).hexdigest()
    return Message(
        recipient_id=last.recipient_id, kind=BURST, dedupe_key=f"{BURST}:{last.recipient_id}:{mark}",
        created_at=last.created_at, payload={"hour": _hour_of(last).isoformat()}, region_code=last.region_code,
    )  # fmt: skip


def _columns_of(told: Sequence[tuple[Message, ToldBy]]) -> list[Any]:
    rows = [one for one, _ in told]
    return [
        [one.region_code for one in rows],
        [one.created_at for one in rows],
        [one.recipient_id for one in rows],
        [one.kind for one in rows],
        [one.subject_id for one in rows],
        [one.event_seq for one in rows],
        [json.dumps(dict(one.payload), ensure_ascii=False) for one in rows],
        [one.dedupe_key for one in rows],
        [str(how) for _, how in told],
        [int(one.presses) for one in rows],
        [_relay_at(one) for one in rows],
    ]


def _relay_at(one: Message) -> datetime | None:
    """Groups and systems hear of every subject, whatever its readers chose; a person of what asks something of him."""
    if one.kind == BURST:
        return one.created_at + BURST_PAUSE
    return one.created_at if one.subject_id or one.presses > Urgency.INFO else None
