"""每日汇总: on working days, when work begins, what leaders and heads have to know in a few figures that open their rows.

A whole county takes a few statements: figures are grouped by reader, never asked for one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.calendars import ONE_DAY, get_calendar
from core.clock import today
from core.prepared import Statement
from deadlines.calendars import calendar_of
from deadlines.schedule import end_of
from hazards.countdown import say_day
from hazards.states import OPEN
from hazards.states_clock import IN_FORCE
from notifications.digests import Digest, Figure, payload_of
from notifications.kinds import DAILY, Choice
from notifications.models import Inbox, OutboxMessage
from notifications.outbox import Message, put_messages
from organizations.keys import KeyKind
from organizations.kinds import HEAD_POSTS, PostKind
from organizations.models import User
from organizations.posts import HeldPost, keys_of, make_held_posts, present_holdings

# Who leads a unit or answers for it, and has it summed up unless he says no.
LEADERS = HEAD_POSTS | {PostKind.OFFICE_DIRECTOR, PostKind.LEADER, PostKind.CHIEF}
# Written in one transaction: so many inboxes are locked at a time.
BATCH = 100
WEEK = 7 * ONE_DAY


@dataclass(frozen=True)
class Reader:
    """Who may get a digest, by all posts that he holds, once his work began today."""

    user_id: int
    held: Sequence[HeldPost]
    keys: Sequence[int]
    opens_at: datetime
    # Else it tells what was left for one, and no figures.
    wants_figures: bool = True


@dataclass(frozen=True)
class Waited:
    """So many messages were left for a digest, with ids above `after` and at most `upto`."""

    after: int
    upto: int
    n: int


Figures = Mapping[int, Sequence[Figure]]
# What upper layers count for all readers of a moment: {user id: figures}, those that are nought left out. They come first.
more_figures: list[Callable[[Sequence[Reader], datetime], Figures]] = []

# {day: who was looked at}: an empty digest leaves no row, and nobody is counted for again and again.
_looked: dict[date, set[int]] = {}


def forget() -> None:
    """Look at everybody again."""
    _looked.clear()


def send_daily(at: datetime) -> int:
    """Write the digests that are due and not written yet; how many. Any number of processes may, as often as they like."""
    day = today(at)
    if not get_calendar().is_working_day(day):
        return 0
    if day not in _looked:
        _looked.clear()
    looked = _looked.setdefault(day, set())
    readers = [one for one in _find_readers(at) if one.user_id not in looked]
    if not readers:
        return 0
    figures, waited = count_for([one for one in readers if one.wants_figures], at), _count_waited(readers)
    messages = [_message(one, figures.get(one.user_id, ()), waited[one.user_id], at) for one in readers]
    due = [one for one in messages if one is not None]
    for first in range(0, len(due), BATCH):
        with transaction.atomic():
            put_messages(due[first : first + BATCH])
    looked.update(one.user_id for one in readers)
    return len(due)


def _find_readers(at: datetime) -> list[Reader]:
    """Leaders who want one, and who ever left a kind for a digest; whose work began today and who has not got it yet."""
    on = today(at)
    said = Inbox.objects.filter(Q(wants_digest=False) | ~Q(choices={}))
    boxes = list(said.values_list("user_id", "choices", "wants_digest"))
    leaders = present_holdings(on).filter(post__kind__in=LEADERS).values_list("user_id", flat=True)
    summed_up = {*leaders, *(user_id for user_id, choices, _wants in boxes if Choice.DIGEST in choices.values())}
    summed_up -= {user_id for user_id, _choices, wants in boxes if not wants}
    # Also who chose otherwise since: what waited by then is still to come.
    wanted = summed_up | {user_id for user_id, choices, _wants in boxes if choices}
    told = OutboxMessage.objects.filter(dedupe_key__in=[_key(on, pk) for pk in wanted])
    wanted -= set(told.values_list("recipient_id", flat=True))
    readers = (_reader(user_id, held, at, user_id in summed_up) for user_id, held in _held_by(wanted, on).items())
    return [one for one in readers if one.opens_at <= at]


def _held_by(user_ids: Iterable[int], on: date) -> dict[int, list[HeldPost]]:
    rows = (
        present_holdings(on)
        .filter(user_id__in=list(user_ids))
        .order_by("user_id", "post__unit_id", "post__kind")
        .values_list(
            "user_id", "post_id", "post__kind", "post__title", "post__unit_id", "post__unit__kind", "post__unit__name",
            "post__unit__parent_id", "post__unit__path", "post__unit__duty_domains", "post__unit__issuing_names",
            "delegated_by_id",
        )
    )  # fmt: skip
    by_user: defaultdict[int, list[tuple[object, ...]]] = defaultdict(list)
    for user_id, *post in rows:
        by_user[user_id].append(tuple(post))
    return {user_id: make_held_posts(posts) for user_id, posts in by_user.items()}


def _reader(user_id: int, held: Sequence[HeldPost], at: datetime, wants_figures: bool) -> Reader:
    """Of several posts the one where work begins first says when."""
    opens_at = min(calendar_of(post.unit_path).opens_at(today(at)) for post in held)
    return Reader(user_id, held, keys_of(User(pk=user_id), held), opens_at, wants_figures)


def _key(on: date, user_id: int) -> str:
    return f"{DAILY}:{on.isoformat()}:{user_id}"


def _message(reader: Reader, figures: Sequence[Figure], waited: Waited, at: datetime) -> Message | None:
    """None where there is nothing to tell."""
    if not figures and not waited.n:
        return None
    return Message(
        recipient_id=reader.user_id, kind=DAILY, dedupe_key=_key(today(at), reader.user_id), created_at=at,
        payload=payload_of(Digest(figures, waited.after, waited.upto), waited.n),
    )  # fmt: skip


# A digest goes on where the last one ended, however long ago, and ends before the first that came after work began: a
# row of one reader becomes visible after all with lower ids, so none is left out and none is told twice.
_WAITED = Statement(f"""
SELECT reader.user_id, last.upto, coalesce(late.id - 1, newest.id, 0), (
    SELECT count(*) FROM notifications_outboxmessage message WHERE message.recipient_id = reader.user_id
    AND message.told_by = 'digest' AND message.id > last.upto AND (late.id IS NULL OR message.id < late.id)
)
FROM unnest(%(users)s::bigint[], %(opens)s::timestamptz[]) AS reader (user_id, opens_at)
CROSS JOIN LATERAL (SELECT coalesce((
    SELECT (told.payload->>'upto')::bigint FROM notifications_outboxmessage told
    WHERE told.recipient_id = reader.user_id AND told.kind = '{DAILY}' ORDER BY told.id DESC LIMIT 1
), 0) AS upto) last
CROSS JOIN LATERAL (
    SELECT min(message.id) AS id FROM notifications_outboxmessage message WHERE message.recipient_id = reader.user_id
    AND message.told_by = 'digest' AND message.id > last.upto AND message.created_at > reader.opens_at
) late
CROSS JOIN LATERAL (
    SELECT max(message.id) AS id FROM notifications_outboxmessage message WHERE message.recipient_id = reader.user_id
) newest
""")


def _count_waited(readers: Sequence[Reader]) -> dict[int, Waited]:
    """Of each reader."""
    values = {"users": [one.user_id for one in readers], "opens": [one.opens_at for one in readers]}
    with connection.cursor() as cursor:
        _WAITED.run(cursor, values)
        return {user_id: Waited(after, upto, n) for user_id, after, upto, n in cursor.fetchall()}


def count_for(readers: Sequence[Reader], at: datetime) -> dict[int, list[Figure]]:
    """{user id: what he is told}, each figure the length of the list that it opens; nought is not told."""
    found: defaultdict[int, list[Figure]] = defaultdict(list)
    for count in more_figures:
        for user_id, figures in count(readers, at).items():
            found[user_id].extend(figures)
    lists = _lists(at)
    for user_id, *counts in _count_hazards(readers, at):
        found[user_id].extend(
            Figure(label, n, f"{reverse('hazard_list')}?{urlencode(params)}")
            for (label, params), n in zip(lists, counts, strict=True)
            if n
        )
    return found


# What makes a hazard readable are keys; one that an inquiry gave for a time that is over counts no more.
_COUNT = Statement("""
WITH reader AS (SELECT * FROM unnest(%(users)s::bigint[], %(keys)s::bigint[]) AS one (user_id, key)),
matter AS (
    SELECT id, reporter_id, visible_to, due_at, created_at, closed_at, state = ANY(%(open)s::varchar[]) AS is_open,
        listing = ANY(%(in_force)s::varchar[]) AS is_listed
    FROM hazards_hazard
    WHERE state = ANY(%(open)s::varchar[]) OR listing <> '' OR created_at >= %(since)s OR closed_at >= %(since)s
), seen AS (
    SELECT DISTINCT reader.user_id, matter.id FROM matter CROSS JOIN LATERAL unnest(matter.visible_to) AS given (key)
    JOIN reader ON reader.key = given.key
    WHERE reader.key %% 4 <> %(person)s OR matter.reporter_id = reader.user_id OR NOT EXISTS (
        SELECT FROM hazards_readinggrant reading WHERE reading.hazard_id = matter.id
        AND reading.user_id = reader.user_id AND reading.ended_at IS NULL AND reading.until_on < %(today)s
    )
)
SELECT seen.user_id,
    count(*) FILTER (WHERE is_open AND due_at <= %(at)s),
    count(*) FILTER (WHERE is_open AND due_at > %(day_begins)s AND due_at <= %(day_ends)s),
    count(*) FILTER (WHERE is_open AND due_at > %(day_ends)s AND due_at <= %(week_ends)s),
    count(*) FILTER (WHERE is_listed),
    count(*) FILTER (WHERE created_at >= %(since)s AND created_at < %(day_begins)s),
    count(*) FILTER (WHERE closed_at >= %(since)s AND closed_at < %(day_begins)s)
FROM seen JOIN matter USING (id) GROUP BY 1
""")


def _count_hazards(readers: Sequence[Reader], at: datetime) -> list[tuple[int, ...]]:
    """(user id, a count for each of `_lists`); who may read nothing of it is left out."""
    on, pairs = today(at), [(one.user_id, key) for one in readers for key in one.keys]
    values = {
        "users": [user_id for user_id, _key in pairs], "keys": [key for _user, key in pairs], "open": [str(state) for state in OPEN],
        "in_force": [str(state) for state in IN_FORCE], "person": int(KeyKind.PERSON), "today": on, "at": at,
        "since": end_of(_last_worked(on) - ONE_DAY), "day_begins": end_of(on - ONE_DAY), "day_ends": end_of(on),
        "week_ends": end_of(on + WEEK),
    }  # fmt: skip
    with connection.cursor() as cursor:
        _COUNT.run(cursor, values)
        return list(cursor.fetchall())


def _last_worked(on: date) -> date:
    """What came since then, also on the rest days between, is told as yesterday's."""
    return get_calendar().previous_working_day(on - ONE_DAY)


def _lists(at: datetime) -> list[tuple[str, dict[str, str]]]:
    """(label, filters of the list of hazards), in the order of the counts."""
    on = today(at)
    first, last = _last_worked(on), on - ONE_DAY
    since = _("昨日") if first == last else _("%(day)s以来") % {"day": say_day(first, at)}
    day, tomorrow, week = on.isoformat(), (on + ONE_DAY).isoformat(), (on + WEEK).isoformat()
    return [
        (_("逾期"), {"overdue": "1"}),
        (_("今日到期"), {"due_after": day, "due_before": day}),
        (_("本周到期"), {"due_after": tomorrow, "due_before": week}),
        (_("挂牌督办中"), {"listed": "1"}),
        (
            _("%(since)s新报") % {"since": since},
            {"reported_after": first.isoformat(), "reported_before": last.isoformat()},
        ),
        (_("%(since)s销号") % {"since": since}, {"closed_after": first.isoformat(), "closed_before": last.isoformat()}),
    ]
