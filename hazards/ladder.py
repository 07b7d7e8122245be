"""督办阶梯 of one hazard: which rungs came and what came of them, which is next, when, and whose time it is.

Read from what fired and what is armed. Of a confidential matter nobody is named beside those who read it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.calendars import WorkCalendar
from deadlines.calendars import calendar_of
from deadlines.models import Deadline, DeadlineFiring
from deadlines.policies import get_rules
from deadlines.schedule import Planned, Window, last_day, next_planned
from hazards.case import Case
from hazards.clockwork import LIMIT, REPORT, STEP, TERM, WHOLE
from hazards.countdown import say_colour, say_moment
from hazards.firing_words import say_of
from hazards.models import Assignment, HazardEvent
from hazards.recipients import Recipients
from hazards.states import TERMINAL
from hazards.states_clock import Act, Ladder, Told
from hazards.subjects import Subject

_MAIN = (STEP, LIMIT, WHOLE)
_SHOWN = (*_MAIN, REPORT, TERM)
# Whose time counts for measures against a unit; all other time is an office's, and climbs to its own head.
_OF_UNIT = frozenset(
    {Ladder.UNIT, Ladder.OUTSIDE, Ladder.INHERITED, Ladder.SIGN, Ladder.LETTER, Ladder.TERM, Ladder.REPORT}
)
# As many as one reads; the timeline has all.
MOST_CAME = 20
# A rung that came this much later was caught up.
_LATE = timedelta(hours=1)
OUTCOME = DeadlineFiring.Outcome


@dataclass(frozen=True)
class Running:
    """A limit that runs."""

    # 「整改」
    what: str
    owner: str
    # Whose time it is: the responsible unit's, an office's.
    whose: str
    due_on: date
    # The limit before it was moved.
    first_on: date | None
    # 「下一级：12月3日 周四 08:30 橙色预警，告知第一小学校长、县教育局安全办」; empty where no rung is left.
    following: str


@dataclass(frozen=True)
class Came:
    """A rung that came, with those missed before it."""

    at: datetime
    what: str
    colour: str
    told: str
    # 「补记 3 级」, 「应于 … 执行」, 「不再适用」
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LadderView:
    running: list[Running]
    came: list[Came]
    n_came: int
    # {event: rungs missed before the one that wrote it}
    n_missed: Mapping[int, int]


def read_ladder(case: Case, events: Sequence[HazardEvent]) -> LadderView | None:
    """Nothing where no clock ever ran. Statements do not grow with what fired."""
    hazard = case.hazard
    deadlines = list(Deadline.objects.filter(subject_id=hazard.pk).order_by("due_at", "pk"))
    if not deadlines:
        return None
    firings = list(DeadlineFiring.objects.filter(subject_id=hazard.pk).order_by("fired_at", "pk"))
    armed = [one for one in deadlines if one.state == Deadline.State.ARMED and one.kind in _SHOWN]
    running = _list_running(case, armed) if hazard.state not in TERMINAL else []
    came = _list_came(case, firings, {one.pk: one for one in deadlines}, {event.seq: event for event in events})
    return LadderView(running, came[:MOST_CAME], len(came), _count_missed(firings))


def _list_running(case: Case, armed: Sequence[Deadline]) -> list[Running]:
    calendar = calendar_of(case.hazard.unit.path)
    planned = {one.pk: _next(one, calendar) for one in armed}
    told = _whom_told(case, armed, planned)
    firsts = _first_limits(case)
    return [
        Running(
            what=say_of(one.kind, case.hazard.state),
            owner=case.unit(one.owner_unit_id).name,
            whose=_("责任单位的时间") if one.ladder in _OF_UNIT else _("办理单位的时间，不计入学校督办"),
            due_on=last_day(one.due_at),
            first_on=firsts.get(one.row_id) if one.kind == LIMIT else None,
            following=_say_next(planned[one.pk], told.get(one.pk, ""), case.at),
        )
        for one in armed
        if one.ladder
    ]


def _next(deadline: Deadline, calendar: WorkCalendar) -> Planned | None:
    rungs = get_rules(deadline.policy_id).rungs(deadline.ladder, deadline.level)
    return next_planned(rungs, Window(deadline.armed_at, deadline.due_at), calendar, deadline.fired_until)


def _first_limits(case: Case) -> dict[int, date]:
    rows: Iterable[Assignment] = case.assignments
    return {row.pk: row.first_limit_on for row in rows if row.first_limit_on and row.first_limit_on != row.limit_on}


def _whom_told(case: Case, armed: Sequence[Deadline], planned: Mapping[int, Planned | None]) -> dict[int, str]:
    """By their posts as they are held now; of a confidential matter by what they are to it."""
    coming = [one for one in armed if planned[one.pk]]
    if case.hazard.is_restricted:
        return {one.pk: "、".join(str(Told(word).label) for word in _tell(planned, one)) for one in coming}
    subject = _as_subject(case)
    around = Recipients(coming, {subject.id: subject}, case.at) if coming else None
    return {one.pk: around.of(one, _tell(planned, one)).told for one in coming} if around else {}


def _as_subject(case: Case) -> Subject:
    """A hazard as firing reads it."""
    lead_unit_id = case.lead.unit_id if case.lead else None
    names = [one.name for one in fields(Subject) if one.name != "lead_unit_id"]
    return Subject(**{name: getattr(case.hazard, name) for name in names}, lead_unit_id=lead_unit_id)


def _tell(planned: Mapping[int, Planned | None], deadline: Deadline) -> tuple[str, ...]:
    one = planned[deadline.pk]
    return one.rung.tell if one else ()


def _say_next(one: Planned | None, told: str, at: datetime) -> str:
    if one is None:
        return ""
    when = say_moment(one.moment, at)
    # A sweep that is late.
    words = when if one.moment > at else _("应于 %(moment)s") % {"moment": when}
    words += f" {say_act(one.rung.act, one.rung.colour)}"
    if not one.rung.is_automatic:
        words += _("（先拟稿，由领导决定）")
    return words + (_("，告知%(who)s") % {"who": told} if told else "")


def say_act(act: str, colour: str) -> str:
    """「橙色预警」, 「催办（蓝色预警）」, 「拟通报批评」"""
    label = str(Act(act).label) if act in Act.values else act
    if act == Act.WARN:
        return say_colour(colour) or label
    return f"{label}（{say_colour(colour)}）" if colour else label


def _list_came(
    case: Case,
    firings: Sequence[DeadlineFiring],
    deadlines: Mapping[int, Deadline],
    events: Mapping[int, HazardEvent],
) -> list[Came]:
    """Newest first: what acted or no longer applied, each with those missed before it."""
    missed, found = _by_occasion(firings), []
    for one in firings:
        if one.outcome == OUTCOME.MISSED:
            continue
        n_missed = missed[_occasion(one)]
        event = events.get(one.event_seq or 0)
        told = str(event.data.get("told", "")) if event and not case.hazard.is_restricted else ""
        notes = [say_missed(n_missed)] if n_missed else []
        if one.outcome == OUTCOME.MOOT:
            notes.append(_("不再适用"))
        if one.fired_at - one.moment > _LATE:
            notes.append(_("应于 %(moment)s") % {"moment": say_moment(one.moment, case.at)})
        colour = _colour_of(one, deadlines[one.deadline_id])
        found.append(Came(one.fired_at, say_act(one.act, colour), colour, told, notes))
    return found[::-1]


def _colour_of(firing: DeadlineFiring, deadline: Deadline) -> str:
    """Of the rung; none where the limit has gone over to another ladder since."""
    if firing.arming != deadline.arming:
        return ""
    rungs = get_rules(deadline.policy_id).rungs(deadline.ladder, deadline.level)
    return next((rung.colour for rung in rungs if rung.position == firing.rung), "")


def _by_occasion(firings: Sequence[DeadlineFiring]) -> Counter[tuple[int, int, datetime]]:
    """How many were missed before the one that acted of the same deadline at the same moment."""
    return Counter(_occasion(one) for one in firings if one.outcome == OUTCOME.MISSED)


def _occasion(firing: DeadlineFiring) -> tuple[int, int, datetime]:
    return firing.deadline_id, firing.arming, firing.fired_at


def _count_missed(firings: Sequence[DeadlineFiring]) -> dict[int, int]:
    missed, found = _by_occasion(firings), Counter[int]()
    for one in firings:
        if one.event_seq:
            found[one.event_seq] += missed[_occasion(one)]
    return {seq: n for seq, n in found.items() if n}


def say_missed(n: int) -> str:
    return _("补记 %(n)d 级") % {"n": n}
