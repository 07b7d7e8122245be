"""Who sends what: rows are claimed for a while, and what came of them is written down.

What is due is found by the partial index on `next_at` alone, however many rows were ever sent: `coalesce` keeps the
planner from the index on outlets.

A claim moves `next_at` past the lease and counts the try, so that a process that dies loses nothing: when the lease
is over another takes the row, under the same key. No transaction is open while something is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from core.prepared import Statement
from notifications.models import Delivery, DeliveryTry, Outlet, Way

# Under way at once in a process: a receiver that is slow has little of it, so that it takes nobody's turn.
OUTLET_CAP = 4
# For each thread of a provider, and of all outlets together: it works ahead, and ends within the lease when all are slow.
FOR_EACH_THREAD, FOR_EACH_OUTLET_THREAD = 4, 2
MINUTE = timedelta(minutes=1)
ROBOTS = (Way.WECOM_ROBOT.value, Way.DINGTALK_ROBOT.value)

# An outlet's, or those of a personal way.
Lane = tuple[str, int]

_CLAIM = Statement("""
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_delivery
    WHERE next_at <= %(at)s AND way <> ALL (%(robots)s) AND (coalesce(outlet_id, 0) = 0) = %(personal)s
        AND id <> ALL (%(mine)s::bigint[])
        AND NOT EXISTS (
            SELECT FROM unnest(%(full_ways)s::varchar[], %(full_outlets)s::bigint[]) AS taken (way, outlet_id)
            WHERE taken.way = notifications_delivery.way AND taken.outlet_id = coalesce(notifications_delivery.outlet_id, 0)
        )
    ORDER BY next_at, id LIMIT %(n)s FOR UPDATE SKIP LOCKED
)
UPDATE notifications_delivery row SET next_at = %(until)s, n_tries = n_tries + 1 FROM due WHERE row.id = due.id
RETURNING row.id, row.way, coalesce(row.outlet_id, 0)
""")
_CLAIM_OF_ROBOT = Statement("""
WITH due AS MATERIALIZED (
    SELECT id FROM notifications_delivery
    WHERE next_at <= %(at)s AND coalesce(outlet_id, 0) = %(outlet)s AND id <> ALL (%(mine)s::bigint[])
    ORDER BY next_at, id LIMIT %(n)s FOR UPDATE SKIP LOCKED
)
UPDATE notifications_delivery row SET next_at = %(until)s, n_tries = n_tries + 1 FROM due WHERE row.id = due.id
RETURNING row.id
""")
_DUE_ROBOTS = Statement("""
SELECT DISTINCT outlet_id, way FROM notifications_delivery
WHERE next_at <= %(at)s AND way = ANY (%(robots)s) AND coalesce(outlet_id, 0) > 0
""")
# Tries of the last minute are the last rows of a table that only grows: read from its end.
_LATELY = Statement("""
SELECT delivery_id FROM notifications_deliverytry WHERE id > coalesce(
    (SELECT id FROM notifications_deliverytry WHERE at <= %(since)s ORDER BY id DESC LIMIT 1), 0
)
""")
_USED = Statement("""
SELECT (SELECT count(*) FROM unnest(%(lately)s::bigint[]) AS try (id) JOIN notifications_delivery row USING (id)
        WHERE coalesce(row.outlet_id, 0) = %(outlet)s)
    + (SELECT count(*) FROM notifications_delivery
       WHERE next_at > %(at)s AND next_at <= %(until)s AND coalesce(outlet_id, 0) = %(outlet)s AND n_tries > 0)
""")
_RENEW = Statement("""
UPDATE notifications_delivery row SET next_at = %s FROM unnest(%s::bigint[], %s::smallint[]) AS mine (id, n_tries)
WHERE row.id = mine.id AND row.n_tries = mine.n_tries AND row.state = 'queued'
""")
_MARK = Statement("""
UPDATE notifications_delivery row SET
    state = came.state, next_at = came.next_at, sent_at = came.sent_at, answer = came.answer, failure = came.failure
FROM unnest(
    %s::bigint[], %s::smallint[], %s::varchar[], %s::timestamptz[], %s::timestamptz[], %s::varchar[], %s::varchar[]
) AS came (id, n_tries, state, next_at, sent_at, answer, failure)
WHERE row.id = came.id AND row.state = 'queued' AND (came.state = 'sent' OR row.n_tries = came.n_tries)
""")


@dataclass(frozen=True)
class Outcome:
    """What came of one claimed delivery. `n_tries` is that of the claim: a later claim is somebody else's."""

    delivery_id: int
    n_tries: int
    state: Delivery.State
    at: datetime
    next_at: datetime | None = None
    answer: str = ""
    failure: str = ""
    # Whether something was sent or attempted; else it is not in the history of tries.
    was_tried: bool = True


def lane_of(delivery: Delivery) -> Lane:
    return delivery.way, delivery.outlet_id or 0


def provider_threads() -> int:
    return max(int(settings.RELAY_THREADS) // 2, 1)


def cap_of(lane: Lane) -> int:
    return OUTLET_CAP if lane[1] else FOR_EACH_THREAD * provider_threads()


def lease() -> timedelta:
    return timedelta(seconds=settings.RELAY_LEASE_SECONDS)


def claim(at: datetime, in_flight: Sequence[Delivery] = ()) -> list[Delivery]:
    """What is due and has room beside what is in flight, this process's until the lease is over; in order of id.

    What is in flight is not taken a second time, were its lease over, too.
    """
    busy, mine = Counter(lane_of(one) for one in in_flight), [one.pk for one in in_flight]
    with transaction.atomic():
        _read_no_whole_table()
        robots = _due_robots(at)
        ids = _claim_others(at, busy, mine, is_personal=False) + _claim_others(at, busy, mine, is_personal=True)
    ids += _claim_of_robots(robots, at, busy, mine)
    rows = Delivery.objects.select_related("message", "outlet").in_bulk(ids)
    return [rows[pk] for pk in sorted(ids) if pk in rows]


def renew(in_flight: Sequence[Delivery], at: datetime) -> None:
    """Their leases begin anew, but of those that another process took meanwhile."""
    rows = sorted(in_flight, key=lambda one: one.pk)
    with connection.cursor() as cursor:
        _RENEW.run(cursor, [at + lease(), [one.pk for one in rows], [one.n_tries for one in rows]])


def _read_no_whole_table() -> None:
    """In this transaction: a planner without statistics, as after an import, would."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def _room_of_outlets(busy: Counter[Lane]) -> int:
    used = sum(count for (_way, outlet_id), count in busy.items() if outlet_id)
    return FOR_EACH_OUTLET_THREAD * int(settings.RELAY_THREADS) - used


def _claim_of_robots(
    robots: Sequence[tuple[int, str]], at: datetime, busy: Counter[Lane], mine: Sequence[int]
) -> list[int]:
    ids: list[int] = []
    for outlet_id, way in robots:
        room = min(_room_of_outlets(busy), OUTLET_CAP - busy[way, outlet_id])
        if room > 0:
            found = _claim_of_robot(outlet_id, at, room, mine)
            busy[way, outlet_id] += len(found)
            ids += found
    return ids


def _claim_others(at: datetime, busy: Counter[Lane], mine: Sequence[int], *, is_personal: bool) -> list[int]:
    """So few at a time that no lane gets more than its cap, until nothing is due that has room."""
    ids: list[int] = []
    while True:
        rooms = [cap_of(lane) - count for lane, count in busy.items() if is_personal != bool(lane[1])]
        n = min([cap_of(("", 0 if is_personal else 1)), *(room for room in rooms if room > 0)])
        if not is_personal:
            n = min(n, _room_of_outlets(busy))
        found = _claim_some(at, n, busy, mine, is_personal=is_personal) if n > 0 else []
        ids += [pk for pk, _lane in found]
        busy.update(lane for _pk, lane in found)
        if len(found) < n or not found:
            return ids


def _claim_some(
    at: datetime, n: int, busy: Counter[Lane], mine: Sequence[int], *, is_personal: bool
) -> list[tuple[int, Lane]]:
    full = [lane for lane, count in busy.items() if count >= cap_of(lane)]
    values = {
        "at": at, "until": at + lease(), "n": n, "robots": list(ROBOTS), "personal": is_personal, "mine": mine,
        "full_ways": [way for way, _ in full], "full_outlets": [outlet for _, outlet in full],
    }  # fmt: skip
    with connection.cursor() as cursor:
        _CLAIM.run(cursor, values)
        return [(pk, (way, outlet_id)) for pk, way, outlet_id in cursor.fetchall()]


def _due_robots(at: datetime) -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        _DUE_ROBOTS.run(cursor, {"at": at, "robots": list(ROBOTS)})
        return sorted(cursor.fetchall())


def _claim_of_robot(outlet_id: int, at: datetime, n: int, mine: Sequence[int]) -> list[int]:
    """One process at a time counts what a robot said in the last minute; rows beyond its limit wait."""
    with transaction.atomic():
        if Outlet.objects.select_for_update(skip_locked=True).filter(pk=outlet_id).first() is None:
            return []
        values = {"at": at, "until": at + lease(), "outlet": outlet_id, "mine": mine}
        _read_no_whole_table()
        with connection.cursor() as cursor:
            _LATELY.run(cursor, {"since": at - MINUTE})
            _USED.run(cursor, {**values, "lately": [pk for (pk,) in cursor.fetchall()]})
            room = settings.ROBOT_PER_MINUTE - int(cursor.fetchone()[0])
            if room <= 0:
                return []
            _CLAIM_OF_ROBOT.run(cursor, {**values, "n": min(n, room)})
            return sorted(pk for (pk,) in cursor.fetchall())


def mark(outcomes: Sequence[Outcome]) -> None:
    """In one transaction. That it was sent holds even where the lease was over; a failure only where it was not."""
    if not outcomes:
        return
    with transaction.atomic():
        DeliveryTry.objects.bulk_create(
            DeliveryTry(
                delivery_id=one.delivery_id, at=one.at, is_sent=one.state == Delivery.State.SENT,
                answer=one.answer or one.failure,
            )
            for one in outcomes
            if one.was_tried
        )  # fmt: skip
        with connection.cursor() as cursor:
            _MARK.run(cursor, _columns_of(sorted(outcomes, key=lambda one: one.delivery_id)))


def _columns_of(rows: Sequence[Outcome]) -> list[Sequence[object]]:
    return [
        [one.delivery_id for one in rows],
        [one.n_tries for one in rows],
        [str(one.state) for one in rows],
        [one.next_at for one in rows],
        [one.at if one.state == Delivery.State.SENT else None for one in rows],
        [one.answer for one in rows],
        [one.failure for one in rows],
    ]


def hold(lanes: Mapping[Lane, datetime], at: datetime) -> None:
    """A receiver or a provider asked to wait: what is due there waits without a try."""
    for (way, outlet_id), until in lanes.items():
        with transaction.atomic():
            due = Delivery.objects.select_for_update(skip_locked=True).filter(way=way, next_at__lte=at)
            due = due.filter(outlet_id=outlet_id) if outlet_id else due.filter(outlet__isnull=True)
            Delivery.objects.filter(pk__in=list(due.values_list("pk", flat=True))).update(next_at=until)


def requeue(ids: Sequence[int], at: datetime) -> None:
    """From the beginning, with all its tries; the key stays."""
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.QUEUED, n_tries=0, next_at=at, failure="", answer=""
    )


def back_off(n_tries: int) -> timedelta:
    """How long after so many tries the next one comes."""
    pauses: Sequence[int] = settings.RELAY_BACK_OFF
    return timedelta(seconds=pauses[min(n_tries, len(pauses)) - 1])
