"""The sweep: claims deadlines whose rung has come and fires them; a unit of work at a time, in any number of processes.

What is claimed is leased: a process that dies leaves its claim to the next one when the lease ends. Whether anything is
fired is decided again under the lock of the subject, so a claim that two hold for a moment fires once.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from core.errors import Busy, DomainError
from core.locks import is_lock_timeout
from deadlines.hooks import Fired, firer
from deadlines.models import Deadline

log = logging.getLogger("bihuan.clock")

# Who is busy now is tried again after this; by then a person's act is long over.
BUSY_AGAIN = timedelta(seconds=5)
# After a failure; the last one again and again.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
MAX_FAILURE = 300
# So many that fire one by one share what is read around them: it is some tenths of a second old at the last.
ROUND = 50

_TABLE = Deadline._meta.db_table
# The ids come as an array made once, so that rows are found by key however many there are.
# By its index also where statistics are not gathered yet, as after an import.
BY_INDEX = "SET LOCAL enable_seqscan = off"
CLAIM = f"""
UPDATE {_TABLE} SET wake_at = %(until)s
WHERE id = ANY(ARRAY(
    SELECT id FROM {_TABLE} WHERE wake_at <= %(at)s ORDER BY wake_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
))
RETURNING id, next_fire_at
"""


@dataclass
class Tally:
    """What one unit came to."""

    n_claimed: int = 0
    fired: Fired = field(default_factory=Fired)
    failed: list[int] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.n_claimed += other.n_claimed
        self.fired.add(other.fired)
        self.failed += other.failed


def _never() -> bool:
    return False


def _nothing() -> None:
    return None


def sweep_once(
    at: datetime,
    *,
    limit: int | None = None,
    should_stop: Callable[[], bool] = _never,
    beat: Callable[[], None] = _nothing,
) -> Tally:
    """Claim what is due, at most `limit`, and fire it: what only writes rows together, the rest one by one.

    `n_claimed` is 0 when nothing is due. Between firings `should_stop` is asked, and `beat` told that it lives; what was
    claimed and not begun is then given back. Raises OperationalError or InterfaceError when the database is gone.
    """
    claimed = claim(at, limit or settings.CLOCK_BATCH)
    tally = Tally(n_claimed=len(claimed))
    if not claimed:
        return tally
    _fire_together(claimed, at, tally)
    beat()
    left = tally.fired.singly
    tally.fired.singly = []
    around: object = None
    for n in count():
        if not left or should_stop():
            break
        around = around if n % ROUND else _look_around(left[:ROUND], at)
        _fire_alone(left.pop(0), at, around, tally)
        beat()
    _wake(left, at)
    _wake(tally.fired.busy, at + BUSY_AGAIN)
    return tally


def sweep_all(at: datetime, *, should_stop: Callable[[], bool] = _never, beat: Callable[[], None] = _nothing) -> Tally:
    """Unit after unit until nothing is due at this moment."""
    total = Tally()
    while not should_stop():
        tally = sweep_once(at, should_stop=should_stop, beat=beat)
        total.add(tally)
        if not tally.n_claimed:
            break
    return total


def claim(at: datetime, limit: int) -> list[int]:
    """Take due deadlines for as long as a lease, the longest due first; what others are taking is passed over."""
    until = at + timedelta(seconds=settings.CLOCK_LEASE_SECONDS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{BY_INDEX};{CLAIM}", {"at": at, "until": until, "limit": limit})
        rows = cursor.fetchall()
    return [pk for pk, _next in sorted(rows, key=lambda row: (row[1] is None, row[1] or at, row[0]))]


def _fire_together(ids: Sequence[int], at: datetime, tally: Tally) -> None:
    """A batch that fails is halved until what fails stands alone."""
    try:
        tally.fired.add(firer().fire_rows(ids, at))
    except Exception as exc:
        _raise_if_gone(exc)
        if _is_busy(exc):
            tally.fired.busy += ids
        elif len(ids) == 1:
            _fail(ids[0], exc, at, tally)
        else:
            middle = len(ids) // 2
            _fire_together(ids[:middle], at, tally)
            _fire_together(ids[middle:], at, tally)


def _look_around(ids: Sequence[int], at: datetime) -> object:
    """None where one of them cannot be read: each then looks for itself, and the failure is its own."""
    try:
        return firer().look_around(ids, at)
    except Exception as exc:
        _raise_if_gone(exc)
        return None


def _fire_alone(deadline_id: int, at: datetime, around: object, tally: Tally) -> None:
    try:
        tally.fired.add(firer().fire_one(deadline_id, at, around))
    except Exception as exc:
        _raise_if_gone(exc)
        if _is_busy(exc):
            tally.fired.busy.append(deadline_id)
        else:
            _fail(deadline_id, exc, at, tally)


def _raise_if_gone(exc: Exception) -> None:
    """A database that is gone is not the deadline's fault."""
    if isinstance(exc, OperationalError | InterfaceError) and not _is_busy(exc) and not _is_usable():
        raise exc


def _is_usable() -> bool:
    return connection.connection is not None and connection.is_usable()


def _is_busy(exc: Exception) -> bool:
    return isinstance(exc, Busy) or is_lock_timeout(exc)


def _wake(ids: Sequence[int], at: datetime) -> None:
    """Let others have them from that moment on."""
    if ids:
        Deadline.objects.filter(pk__in=ids, state=Deadline.State.ARMED, next_fire_at__isnull=False).update(wake_at=at)


def _fail(deadline_id: int, exc: Exception, at: datetime, tally: Tally) -> None:
    """Write the failure on its row, in a transaction of its own, and look again later."""
    tally.failed.append(deadline_id)
    log.error("deadline %s failed: %s", deadline_id, describe(exc))
    with transaction.atomic():
        row = Deadline.objects.select_for_update().filter(pk=deadline_id, wake_at__isnull=False).first()
        if row is None:
            return
        pause = BACK_OFF[min(row.n_failures, len(BACK_OFF) - 1)]
        Deadline.objects.filter(pk=deadline_id).update(
            n_failures=row.n_failures + 1, failed_at=at, failure=describe(exc)[:MAX_FAILURE], wake_at=at + pause
        )


def retry(deadline_id: int) -> bool:
    """Look at a failed one again at once; False where it is none any more."""
    failed = Deadline.objects.filter(pk=deadline_id, state=Deadline.State.ARMED, failed_at__isnull=False)
    return bool(failed.exclude(next_fire_at=None).update(wake_at=F("next_fire_at")))


_NAMES_AND_NUMBERS = re.compile(r"[\u4e00-\u9fff]+|\d{6,}")


def describe(exc: BaseException) -> str:
    """What went wrong and where, without the names and numbers of people."""
    frames = [frame for frame in traceback.extract_tb(exc.__traceback__) if "site-packages" not in frame.filename]
    where = f" ({frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno})" if frames else ""
    return f"{type(exc).__name__}: {_said(exc)}{where}"


def _said(exc: BaseException) -> str:
    if isinstance(exc, DomainError):
        return ", ".join(exc.fields) or exc.code
    if isinstance(exc, DatabaseError) and exc.__cause__ is not None:
        told = getattr(getattr(exc.__cause__, "diag", None), "message_primary", None)
        return _NAMES_AND_NUMBERS.sub("…", told or type(exc.__cause__).__name__)[:160]
    lines = str(exc).splitlines()
    return _NAMES_AND_NUMBERS.sub("…", lines[0])[:160] if lines else ""
