"""Fires the deadlines of hazards: together where a rung only writes rows, through the one writer otherwise.

Locks in the order of every act: hazards by id, number series, process and tasks, deadline, outbox. A firing and all that
comes of it (event, paper, firing rows, messages) is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from core.calendars import WorkCalendar
from core.clock import today
from core.errors import Invalid, WrongState
from core.locks import busy_on_lock_timeout
from deadlines.calendars import calendar_of
from deadlines.firing import (
    OUTCOME,
    Course,
    Courses,
    Done,
    Plan,
    plan_of,
    read_armed,
    read_come,
    write_done,
    write_idle,
)
from deadlines.hooks import Fired
from deadlines.models import Deadline
from deadlines.schedule import worst
from hazards.clockwork import LIMIT, STEP, WHOLE
from hazards.firing_acts import what_to_do
from hazards.firing_rows import Warning, write_events
from hazards.firing_told import draft_reminders, tell
from hazards.recipients import Audience, Recipients
from hazards.services.perform import perform
from hazards.states_clock import ROW_ACTS
from hazards.subjects import Subject, lock_subjects

# Whose colour is the hazard's.
MAIN_KINDS = (STEP, LIMIT, WHOLE)


class HazardFirer:
    """What `deadlines.hooks.firers` asks for."""

    def fire_rows(self, deadline_ids: Sequence[int], at: datetime) -> Fired:
        with transaction.atomic():
            look = Look(deadline_ids, at, waits=False)
            rows = [plan for plan in look.due if plan.strongest.rung.act in ROW_ACTS]
            look.fired.singly += [plan.deadline.pk for plan in look.due if plan.strongest.rung.act not in ROW_ACTS]
            if rows:
                _fire_rows(look, rows)
        return look.fired

    def fire_one(self, deadline_id: int, at: datetime) -> Fired:
        with busy_on_lock_timeout(), transaction.atomic():
            look = Look([deadline_id], at, waits=True)
            for plan in look.due:
                _fire_one(look, plan)
        return look.fired


class Look:
    """Deadlines as they stand under the lock of their hazards: what is due of them at a moment."""

    def __init__(self, deadline_ids: Sequence[int], at: datetime, *, waits: bool) -> None:
        self.at, self.fired = at, Fired()
        self._courses, self._calendars = Courses(), dict[int, WorkCalendar]()
        subject_of = dict(Deadline.objects.filter(pk__in=deadline_ids).values_list("pk", "subject_id"))
        self.subjects = lock_subjects(set(subject_of.values()), waits=waits)
        held = {pk for pk, subject_id in subject_of.items() if not self._is_free(subject_id)}
        self.fired.busy += sorted(held)
        mine = subject_of.keys() - held
        armed = read_armed(self.subjects, mine, MAIN_KINDS) if mine else []
        self.main: dict[int, list[Deadline]] = {}
        for one in armed:
            if one.kind in MAIN_KINDS:
                self.main.setdefault(one.subject_id, []).append(one)
        claimed = [one for one in armed if one.pk in mine]
        self.around = Recipients(claimed, {one.subject_id: self.subjects[one.subject_id] for one in claimed}, at)
        self.due = self._plan(claimed, mine)

    def _is_free(self, subject_id: int) -> bool:
        """Locked by us, and not told of anything later than this moment by a clock that goes ahead of ours."""
        subject = self.subjects.get(subject_id)
        return subject is not None and not (subject.last_occurred_on and subject.last_occurred_on > today(self.at))

    def _plan(self, claimed: Sequence[Deadline], mine: Collection[int]) -> list[Plan]:
        """Those with something due, the earliest first; the others are left to their next moment."""
        come = read_come(claimed)
        plans = [plan_of(one, self.course(one), self.at, come.get(one.pk, frozenset())) for one in claimed]
        idle = [plan for plan in plans if not plan.pending]
        gone = set(mine) - {one.pk for one in claimed}
        if idle or gone:
            write_idle(idle, gone)
            self.fired.n_idle += len(idle) + len(gone)
        due = [plan for plan in plans if plan.pending]
        return sorted(due, key=lambda plan: (plan.strongest.moment, plan.deadline.pk))

    def course(self, deadline: Deadline) -> Course:
        unit_id = self.subjects[deadline.subject_id].unit_id
        if unit_id not in self._calendars:
            self._calendars[unit_id] = calendar_of(self.around.units[unit_id].path)
        return self._courses.of(deadline, self._calendars[unit_id])

    def colour(self, subject: Subject) -> str:
        """The worst of its main limits, as `clockwork.colour_of` has it of the file; never below its floor."""
        found = [
            self.course(one).colour(max(self.at, subject.last_recorded_at or self.at))
            for one in self.main.get(subject.id, ())
            if one.kind != LIMIT or one.row_id == subject.lead_assignment_id
        ]
        return worst(subject.least_colour, *found)

    def audience(self, plan: Plan) -> Audience:
        return self.around.of(plan.deadline, plan.strongest.rung.tell)

    def subject(self, plan: Plan) -> Subject:
        return self.subjects[plan.deadline.subject_id]

    def count(self, done: Iterable[Done]) -> None:
        for one in done:
            strongest = one.plan.strongest
            self.fired.n_missed += len(one.plan.pending) - 1
            if one.outcome == OUTCOME.ACTED:
                self.fired.n_acted += 1
                late = (self.at - strongest.moment).total_seconds()
                self.fired.lag_seconds = max(self.fired.lag_seconds, late)
            else:
                self.fired.n_moot += 1


def _fire_rows(look: Look, plans: Sequence[Plan]) -> None:
    warnings = [Warning(plan, look.subject(plan), look.audience(plan)) for plan in plans]
    numbers = write_events(warnings, look.colour, look.around, look.at)
    done = [Done(one.plan, OUTCOME.ACTED, seq) for one, seq in zip(warnings, numbers, strict=True)]
    _finish(look, done, {one.plan.deadline.pk: one.told for one in warnings})


def _fire_one(look: Look, plan: Plan) -> None:
    told = look.audience(plan)
    seq = _act(look, plan, told)
    outcome = OUTCOME.MOOT if seq is None else OUTCOME.ACTED
    _finish(look, [Done(plan, outcome, seq)], {plan.deadline.pk: told})


def _act(look: Look, plan: Plan, told: Audience) -> int | None:
    """The number of the event; None where the rung no longer applies.

    Verbs say that with WrongState, or with Invalid about a field. Invalid without one is what nobody can settle but
    people, as a step that nobody holds a post for: it stays a failure and is tried again.
    """
    subject = look.subject(plan)
    asked = what_to_do(subject, plan.deadline, plan.strongest, look.around, told)
    if not asked.action:
        return None
    try:
        return perform(asked.action, actor=None, at=look.at, number=subject.receipt_number, data=asked.data).seq
    except WrongState:
        return None
    except Invalid as exc:
        if not exc.fields:
            raise
        return None


def _finish(look: Look, done: Sequence[Done], told: Mapping[int, Audience]) -> None:
    acted = [one for one in done if one.outcome == OUTCOME.ACTED]
    draft_reminders(acted, look.subjects, look.around, look.at)
    write_done(done, look.at)
    tell(acted, look.subjects, told, look.at)
    look.count(done)
