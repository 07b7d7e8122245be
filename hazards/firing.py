"""Fires the deadlines of hazards: together where a rung only writes rows, through the one writer otherwise.

Locks in the order of every act: hazards by id, number series, process and tasks, deadline, outbox. A firing and all that
comes of it (event, paper, firing rows, messages) is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from core.errors import Invalid, WrongState
from core.locks import busy_on_lock_timeout
from core.prepared import sent_together
from deadlines.calendars import calendar_of
from deadlines.firing import (
    OUTCOME,
    Come,
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
from hazards.case import Case
from hazards.clockwork import LIMIT
from hazards.firing_acts import what_to_do
from hazards.firing_round import MAIN_KINDS, Round, is_free
from hazards.firing_rows import Warning, write_events
from hazards.firing_told import draft_reminders, tell
from hazards.recipients import Audience, Recipients
from hazards.services.perform import perform_opened
from hazards.states_clock import ROW_ACTS
from hazards.subjects import Subject, lock_subjects
from notifications.outbox import Message, gathering


class HazardFirer:
    """What `deadlines.hooks.firers` asks for."""

    def fire_rows(self, deadline_ids: Sequence[int], at: datetime) -> Fired:
        with transaction.atomic():
            look = _look_at_many(deadline_ids, at)
            rows = [plan for plan in look.due if plan.strongest.rung.act in ROW_ACTS]
            look.fired.singly += [plan.deadline.pk for plan in look.due if plan.strongest.rung.act not in ROW_ACTS]
            if rows:
                _fire_rows(look, rows)
        return look.fired

    def look_around(self, deadline_ids: Sequence[int], at: datetime) -> Round:
        return Round(deadline_ids, at)

    def fire_one(self, deadline_id: int, at: datetime, around: Round | None = None) -> Fired:
        around = around or Round([deadline_id], at)
        try:
            return _fire_alone(deadline_id, around, carefully=False)
        except (WrongState, Invalid):
            return _fire_alone(deadline_id, around, carefully=True)


class Look:
    """Deadlines as they stand under the lock of their hazards: what is due of them at a moment.

    `armed` are those of `mine` that are, and all that colour the hazards; `come` what `mine` have had.
    """

    def __init__(
        self, at: datetime, subjects: Mapping[int, Subject], mine: Collection[int], armed: Sequence[Deadline],
        come: Mapping[int, Come], around: Recipients, courses: Courses,
    ) -> None:  # fmt: skip
        self.at, self.fired = at, Fired()
        self.subjects, self.around, self._courses = subjects, around, courses
        self.main: dict[int, list[Deadline]] = {}
        for one in armed:
            if one.kind in MAIN_KINDS:
                self.main.setdefault(one.subject_id, []).append(one)
        self.due = self._plan([one for one in armed if one.pk in mine], mine, come)

    def _plan(self, claimed: Sequence[Deadline], mine: Collection[int], come: Mapping[int, Come]) -> list[Plan]:
        """Those with something due, the earliest first; the others are left to their next moment."""
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
        return self._courses.of(deadline, calendar_of(self.around.units[unit_id].path))

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


def _look_at_many(deadline_ids: Sequence[int], at: datetime) -> Look:
    """Of those whose hazards nobody holds."""
    subject_of = dict(Deadline.objects.filter(pk__in=deadline_ids).values_list("pk", "subject_id"))
    locked = lock_subjects(set(subject_of.values()), waits=False)
    free = {pk: one for pk, one in locked.items() if is_free(one, at)}
    mine = {pk for pk, subject_id in subject_of.items() if subject_id in free}
    armed = read_armed(locked, mine, MAIN_KINDS) if mine else []
    claimed = [one for one in armed if one.pk in mine]
    around = Recipients(claimed, {one.subject_id: locked[one.subject_id] for one in claimed}, at)
    look = Look(at, locked, mine, armed, read_come(claimed), around, Courses())
    look.fired.busy += sorted(subject_of.keys() - mine)
    return look


def _fire_rows(look: Look, plans: Sequence[Plan]) -> None:
    warnings = [Warning(plan, look.subject(plan), look.audience(plan)) for plan in plans]
    numbers = write_events(warnings, look.colour, look.around, look.at)
    done = [Done(one.plan, OUTCOME.ACTED, seq) for one, seq in zip(warnings, numbers, strict=True)]
    _finish(look, done, {one.plan.deadline.pk: one.told for one in warnings})


def _fire_alone(deadline_id: int, around: Round, *, carefully: bool) -> Fired:
    """Where the rung may not apply any more, its act is tried `carefully`: what it wrote by then is undone alone."""
    with busy_on_lock_timeout(), transaction.atomic(), sent_together(), gathering() as messages:
        opened = around.open(deadline_id)
        if opened is None:
            return Fired(busy=[deadline_id])
        look = Look(
            around.at, {opened.subject.id: opened.subject}, {deadline_id}, opened.armed, {deadline_id: opened.come},
            opened.around, around.courses,
        )  # fmt: skip
        for plan in look.due:
            told = look.audience(plan)
            seq = (
                _act(look, plan, told, opened.case) if not carefully else _try(look, plan, told, opened.case, messages)
            )
            outcome = OUTCOME.MOOT if seq is None else OUTCOME.ACTED
            _finish(look, [Done(plan, outcome, seq)], {plan.deadline.pk: told})
    return look.fired


def _act(look: Look, plan: Plan, told: Audience, case: Case) -> int | None:
    """The number of the event; None where nothing is left to do."""
    asked = what_to_do(look.subject(plan), plan.deadline, plan.strongest, look.around, told)
    return perform_opened(asked.action, case=case, data=asked.data).seq if asked.action else None


def _try(look: Look, plan: Plan, told: Audience, case: Case, messages: list[Message]) -> int | None:
    """The same; None also where the rung no longer applies, which leaves nothing written and nothing told.

    Verbs say that with WrongState, or with Invalid about a field. Invalid without one is what nobody can settle but
    people, as a step that nobody holds a post for: it stays a failure and is tried again.
    """
    n_told = len(messages)
    try:
        with transaction.atomic():
            return _act(look, plan, told, case)
    except WrongState:
        pass
    except Invalid as exc:
        if not exc.fields:
            raise
    del messages[n_told:]
    return None


def _finish(look: Look, done: Sequence[Done], told: Mapping[int, Audience]) -> None:
    acted = [one for one in done if one.outcome == OUTCOME.ACTED]
    draft_reminders(acted, look.subjects, look.around, look.at)
    write_done(done, look.at)
    tell(acted, look.subjects, told, look.at)
    look.count(done)
