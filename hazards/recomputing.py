"""After a change of the calendar: every limit that it moves is moved, hazard by hazard, in batches that may be repeated.

What moves a due moment or a colour is an act of the hazard's log; a rung alone is a moment in an index, and moves with
its fellows in one statement. A run that was cut short is finished by the next one, which finds only what is left.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.audit import record_audit
from core.calendars import get_calendar
from core.clock import SHANGHAI
from core.errors import Busy, DomainError, WrongState
from core.locks import busy_on_lock_timeout
from core.models import AuditEntry, AuditKind
from deadlines.calendars import calendar_of
from deadlines.models import Deadline, DeadlineFiring
from deadlines.schedule import Planned, end_of
from hazards.case import Case
from hazards.clock_check import Key, list_left_out, next_unfired, open_cases, read_batches, read_rows
from hazards.clockwork import colour_of
from hazards.models import Hazard
from hazards.reckoning import Moves, reckon
from hazards.services.perform import perform
from hazards.small import is_lead
from hazards.states import OPEN

logger = logging.getLogger(__name__)

# A change of days this long after the end of a limit moves no rung of it any more.
LONG_AFTER = timedelta(days=366)
# In the audit log: limits follow every change of the calendar before it.
DONE = "clock.recomputed"
LEFT = "clock.recompute_left"
# Of a unit that hangs elsewhere since.
UNIT_MOVED = "unit.moved"
_NO_DAYS: frozenset[date] = frozenset()


@dataclass
class Counts:
    """How many open hazards were looked at, of how many a limit moved, and how many rungs alone.

    How many limits would come later, how many earlier, is counted beforehand only.
    """

    n_looked: int = 0
    n_moved: int = 0
    n_rungs: int = 0
    n_later: int = 0
    n_earlier: int = 0
    failed: list[str] = field(default_factory=list)


def recompute_open(
    at: datetime, *, hazards: QuerySet[Hazard] | None = None, days: Set[date] = _NO_DAYS, why: str = ""
) -> Counts:
    """Move what is not as the calendar has it now. `days` are those that changed, where it is known.

    Safe to be repeated and to be killed between two batches.
    """
    counts, why = Counts(), why or _("重新核算")
    for cases, deadlines in _each(at, hazards):
        counts.n_looked += len(cases)
        with_rungs: list[int] = []
        for case in cases:
            own = deadlines[case.hazard.pk]
            if _moved_rungs(case, own):
                with_rungs.append(case.hazard.pk)
            moves = reckon(case, own, days, at)
            if _is_act(case, moves):
                _recompute_one(case, moves, why, at, counts)
        try:
            counts.n_rungs += _move_rungs(with_rungs, at) if with_rungs else 0
        except Busy:
            counts.failed += [case.hazard.number for case in cases if case.hazard.pk in with_rungs]
    return counts


def count_changes(at: datetime, *, hazards: QuerySet[Hazard] | None = None, days: Set[date] = _NO_DAYS) -> Counts:
    """What `recompute_open` would do; changes nothing."""
    counts = Counts()
    for cases, deadlines in _each(at, hazards):
        counts.n_looked += len(cases)
        for case in cases:
            own = deadlines[case.hazard.pk]
            moves = reckon(case, own, days, at)
            if _is_act(case, moves):
                counts.n_moved += 1
                shifts = list(_shifts(case, own, moves))
                counts.n_later += sum(now > was for was, now in shifts)
                counts.n_earlier += sum(now < was for was, now in shifts)
            else:
                counts.n_rungs += len(_moved_rungs(case, own))
    return counts


def _shifts(case: Case, deadlines: Sequence[Deadline], moves: Moves) -> Iterator[tuple[datetime, datetime]]:
    """(due, due then) of each limit that moves; the lead's own is the present step while it works."""
    hazard = case.hazard
    yield from ((one.row.due_at, one.due_at) for one in moves.rolled)
    if hazard.due_at and not any(is_lead(hazard, one.row) and hazard.due_at == one.row.due_at for one in moves.rolled):
        yield hazard.due_at, moves.due_at
    was = {(one.kind, one.row_id): one.due_at for one in deadlines}
    yield from ((was[one.machine, one.row.pk], one.due_at) for one in moves.sides)


@dataclass(frozen=True)
class Rehearsal:
    """What a change of days would move: of so many hazards that have a limit near them, counted over the first ones."""

    counts: Counts
    n_changed: int
    n_touched: int

    @property
    def is_whole(self) -> bool:
        return self.counts.n_looked >= self.n_touched


def rehearse(change: Callable[[], Iterable[date]], at: datetime, *, most: int | None = None) -> Rehearsal:
    """What a change of days would move. `change` makes it and says which; it is taken back.

    Nobody else sees it meanwhile: acts of other threads go on reckoning by the calendar that holds. `most` is how many
    hazards are looked at; a request can't wait for a hundred thousand.
    """
    with transaction.atomic():
        days = frozenset(change())
        supposed = get_calendar.read_anew()
        transaction.set_rollback(True)
    touched = touched_by(days).filter(policy__isnull=False, state__in=OPEN)
    n_touched = touched.count() if days else 0
    if most is not None and n_touched > most:
        touched = Hazard.objects.filter(pk__in=list(touched.order_by("pk").values_list("pk", flat=True)[:most]))
    with get_calendar.supposing(supposed):
        counts = count_changes(at, hazards=touched, days=days) if days else Counts()
    return Rehearsal(counts, len(days), n_touched)


def touched_by(days: Set[date], unit_id: int | None = None) -> QuerySet[Hazard]:
    """Hazards with a limit that these days may move."""
    running = Deadline.objects.filter(subject_id=OuterRef("pk"), state=Deadline.State.ARMED)
    if days:
        begin = datetime.combine(min(days), datetime.min.time(), tzinfo=SHANGHAI)
        running = running.filter(due_at__gte=begin - LONG_AFTER, armed_at__lt=end_of(max(days)))
    found = Hazard.objects.filter(Exists(running))
    return found.filter(unit__path__contains=[unit_id]) if unit_id else found


def _each(
    at: datetime, hazards: QuerySet[Hazard] | None
) -> Iterator[tuple[list[Case], defaultdict[int, list[Deadline]]]]:
    """Batches of open hazards that the clock knows, with their armed deadlines."""
    chosen = (Hazard.objects.all() if hazards is None else hazards).filter(policy__isnull=False)
    last: Case | None = None
    for batch in read_batches(chosen):
        by_pk = {hazard.pk: hazard for hazard in batch}
        pks = [hazard.pk for hazard in batch if hazard.has_small_rows]
        found = read_rows(pks) if pks else {}
        rows = {pk: [row for row in found[pk] if not is_lead(by_pk[pk], row)] for pk in found}
        deadlines: defaultdict[int, list[Deadline]] = defaultdict(list)
        for one in Deadline.objects.filter(subject_id__in=by_pk, state=Deadline.State.ARMED).order_by("pk"):
            deadlines[one.subject_id].append(one)
        cases = list(open_cases(batch, at, rows, beside=last))
        last = cases[-1]
        yield cases, deadlines


def _is_act(case: Case, moves: Moves) -> bool:
    hazard = case.hazard
    return moves.change(case) or colour_of(case, hazard.last_recorded_at or case.at) != hazard.colour


def _recompute_one(case: Case, moves: Moves, why: str, at: datetime, counts: Counts) -> None:
    hazard = case.hazard
    days = sorted({one.row.limit_on.isoformat() for one in moves.rolled})
    try:
        perform("recompute", actor=None, at=at, number=hazard.number, data={"why": why, "days": " ".join(days)})
    except WrongState:
        # An act of somebody else came first and reckoned by the same calendar.
        return
    except DomainError as error:
        logger.warning("recompute of %s failed: %s", hazard.number, error.message)
        counts.failed.append(hazard.number)
        return
    counts.n_moved += 1


def _moved_rungs(case: Case, deadlines: Sequence[Deadline]) -> list[Deadline]:
    """Whose next rung comes at another moment; where something fired, the firings are to be looked at."""
    calendar = calendar_of(case.hazard.unit.path)
    found = []
    for one in deadlines:
        planned = next_unfired(one, calendar, frozenset())
        if one.next_fire_at != (planned.moment if planned else None):
            found.append(one)
    return found


_SET_NEXT = f"""
UPDATE {Deadline._meta.db_table} d SET next_fire_at = n.next, wake_at = n.next
FROM unnest(%s::bigint[], %s::timestamptz[]) AS n (id, next) WHERE d.id = n.id
"""


@transaction.atomic
def _move_rungs(pks: Sequence[int], at: datetime) -> int:
    """Under the locks of the hazards, so that no act and no firing comes between; how many moved."""
    with busy_on_lock_timeout():
        locked = Hazard.objects.select_for_update(of=("self",)).filter(pk__in=pks).select_related("unit")
        hazards = {hazard.pk: hazard for hazard in locked.defer("search").order_by("pk")}
    running = list(Deadline.objects.filter(subject_id__in=hazards, state=Deadline.State.ARMED).order_by("pk"))
    fired = _fired(running)
    moved: list[tuple[int, datetime | None]] = []
    missed: list[DeadlineFiring] = []
    for one in running:
        calendar = calendar_of(hazards[one.subject_id].unit.path)
        done = set(fired[one.pk])
        for key, planned in list_left_out(one, calendar, done) if done else ():
            missed.append(_missed(one, planned, at))
            done.add(key)
        following = next_unfired(one, calendar, done)
        moment = following.moment if following else None
        if moment != one.next_fire_at:
            moved.append((one.pk, moment))
    DeadlineFiring.objects.bulk_create(missed)
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_SET_NEXT, [[pk for pk, _moment in moved], [moment for _pk, moment in moved]])
    return len(moved)


def _fired(running: Sequence[Deadline]) -> defaultdict[int, set[Key]]:
    fired: defaultdict[int, set[Key]] = defaultdict(set)
    rows = DeadlineFiring.objects.filter(deadline__in=[one.pk for one in running], arming=F("deadline__arming"))
    for pk, rung, occurrence in rows.values_list("deadline_id", "rung", "occurrence"):
        fired[pk].add((rung, occurrence))
    return fired


def _missed(one: Deadline, planned: Planned, at: datetime) -> DeadlineFiring:
    """A rung that by the new calendar came before what is done with."""
    return DeadlineFiring(
        region_code=one.region_code, deadline=one, subject_id=one.subject_id, arming=one.arming,
        rung=planned.rung.position, occurrence=planned.occurrence, act=planned.rung.act, moment=planned.moment,
        fired_at=at, outcome=DeadlineFiring.Outcome.MISSED,
    )  # fmt: skip


# Hooks of the calendar.


def after_days_changed(days: frozenset[date], at: datetime) -> None:
    """Once the change is sure, and outside its transaction: there may be a hundred thousand."""
    transaction.on_commit(
        partial(_recompute_and_tell, touched_by(days), days, _("工作日历调整"), at), robust=True
    )  # fmt: skip


def after_unit_calendar_changed(unit_id: int, at: datetime) -> None:
    transaction.on_commit(
        partial(_recompute_and_tell, touched_by(_NO_DAYS, unit_id), _NO_DAYS, _("作息时间或学期调整"), at), robust=True
    )  # fmt: skip


def recompute_of_moved(unit_ids: Sequence[int], at: datetime) -> None:
    """Units hang elsewhere: once that is sure, their limits and rungs are those of the hours and terms there."""
    moved = touched_by(_NO_DAYS).filter(unit__in=unit_ids)
    transaction.on_commit(partial(_recompute_and_tell, moved, _NO_DAYS, _("单位改换上级"), at), robust=True)


def finish_recomputing(at: datetime) -> None:
    """Once a day: what was cut short after a change of the calendar or a move of units is gone through as a whole."""
    entries = AuditEntry.objects.filter(kind=AuditKind.SETTINGS)
    done = entries.filter(action=DONE).order_by("-pk").values_list("pk", flat=True).first() or 0
    follows = Q(action__startswith="calendar.") | Q(action=UNIT_MOVED)
    changes = list(entries.filter(follows, pk__gt=done))
    if changes:
        days = frozenset(day for entry in changes for day in _days_of(entry))
        _recompute_and_tell(Hazard.objects.all(), days, _("工作日历调整"), at)


def _days_of(entry: AuditEntry) -> Iterator[date]:
    if entry.action == "calendar.day_changed":
        yield date.fromisoformat(entry.subject)
    yield from (date.fromisoformat(row[0]) for row in entry.detail.get("days", ()))


def _recompute_and_tell(hazards: QuerySet[Hazard], days: frozenset[date], why: str, at: datetime) -> None:
    counts = recompute_open(at, hazards=hazards, days=days, why=why)
    record_audit(
        kind=AuditKind.SETTINGS, at=at, action=LEFT if counts.failed else DONE, subject=why,
        detail={"looked": counts.n_looked, "moved": counts.n_moved, "rungs": counts.n_rungs, "failed": counts.failed[:50]},
    )  # fmt: skip
