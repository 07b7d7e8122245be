"""What a version of the rules would do to what is open: looked at before it is issued, changes nothing.

Numbers only. Counts are exact; limits and rungs are reckoned for an even sample of at most MOST_LOOKED hazards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, F
from django.utils.translation import gettext as _

from core.calendars import WorkCalendar
from core.clock import today
from deadlines.calendars import calendar_of, next_term_start, vacation_at
from deadlines.models import Deadline, Measure, Policy
from deadlines.policies import LimitRow, PolicyRules, get_rules, read_rules
from deadlines.schedule import Planned, Span, Window, due_moment, next_planned, read_span
from deadlines.vocabulary import Vocabulary, say_colour
from hazards.clock_rules import open_hazards
from hazards.clockwork import LIMIT, STEP
from hazards.models import Hazard
from hazards.states import Level
from organizations.models import Unit

MOST_LOOKED = 2000


@dataclass
class LevelFigures:
    """Of the hazards of a level that were looked at; `n_open` is of all."""

    label: str
    n_open: int = 0
    n_longer: int = 0
    n_shorter: int = 0
    n_same: int = 0
    # A day that somebody named or served in a paper stays as it is.
    n_named: int = 0
    n_late_now: int = 0
    n_late_then: int = 0


@dataclass(frozen=True)
class RungFigures:
    """How many would meet this next, now and then."""

    label: str
    n_now: int
    n_then: int


@dataclass(frozen=True)
class Preview:
    n_open: int
    n_looked: int
    levels: list[LevelFigures] = field(default_factory=list)
    rungs: list[RungFigures] = field(default_factory=list)
    # Next rungs that would come sooner, later.
    n_sooner: int = 0
    n_later: int = 0

    @property
    def is_sampled(self) -> bool:
        return self.n_looked < self.n_open


@dataclass(frozen=True)
class _Limit:
    """A limit that runs, with where it would end by the other rules."""

    row: Deadline
    due_then: datetime
    calendar: WorkCalendar


def preview_policy(policy: Policy, bureau: Unit, at: datetime, words: Vocabulary) -> Preview:
    """Three statements beside the policy's rows, however many are open."""
    levels = {level: LevelFigures(str(label)) for level, label in words.levels.items()}
    for level, suspected, n in (
        open_hazards(bureau).order_by().values_list("level", "suspected_major").annotate(n=Count("pk"))
    ):
        levels[level or (Level.MAJOR if suspected else Level.GENERAL)].n_open += n
    n_open = sum(one.n_open for one in levels.values())
    hazards = _sample(bureau, n_open)
    rules = read_rules(policy)
    due_then = {hazard.pk: _due_then(hazard, rules) for hazard in hazards}
    for hazard in hazards:
        _count(levels[hazard.rule_level], hazard, due_then[hazard.pk], at)
    limits = _running(hazards, due_then)
    now, then, n_sooner, n_later = _next_rungs(limits, rules, at, words)
    labels = [label for label, _n in (now + then).most_common()]
    return Preview(
        n_open=n_open, n_looked=len(hazards), levels=list(levels.values()),
        rungs=[RungFigures(label, now[label], then[label]) for label in labels], n_sooner=n_sooner, n_later=n_later,
    )  # fmt: skip


def _sample(bureau: Unit, n_open: int) -> list[Hazard]:
    """All of them, or every k-th."""
    rows = open_hazards(bureau).select_related("unit", "category", "domain", "responsible_post__unit").defer("search")
    if n_open > MOST_LOOKED:
        rows = rows.annotate(nth=F("pk") % -(-n_open // MOST_LOOKED)).filter(nth=0)
    return list(rows.order_by("pk")[:MOST_LOOKED])


def _due_then(hazard: Hazard, rules: PolicyRules) -> datetime | None:
    """Where the present step's limit would end if it had been reckoned by these rules; None where a day was named."""
    span = read_span(hazard.due_by)
    if span is None:
        return None
    path, start = hazard.unit.path, span.start
    in_vacation = hazard.rule_level == Level.GENERAL and vacation_at(path, today(start))
    row = _limit_of(hazard, rules, in_vacation=in_vacation)
    term_start = next_term_start(path, today(start))
    if row.measure == Measure.BEFORE_TERM and term_start is None:
        row = _limit_of(hazard, rules, in_vacation=False)
    return due_moment(Span(start, row.amount, row.measure, row.rolls), calendar_of(path), term_start)


def _limit_of(hazard: Hazard, rules: PolicyRules, *, in_vacation: bool) -> LimitRow:
    codes = [hazard.category.code] if hazard.category else []
    kind = hazard.responsible_post.unit.kind if hazard.responsible_post else ""
    return rules.limit(
        hazard.state,
        hazard.rule_level,
        unit_kind=kind,
        categories=[*codes, hazard.domain.code],
        in_vacation=in_vacation,
    )


def _count(figures: LevelFigures, hazard: Hazard, due_then: datetime | None, at: datetime) -> None:
    if hazard.due_at is None:
        return
    due = due_then or hazard.due_at
    figures.n_late_now += hazard.due_at <= at
    figures.n_late_then += due <= at
    if due_then is None:
        figures.n_named += 1
    else:
        figures.n_longer += due > hazard.due_at
        figures.n_shorter += due < hazard.due_at
        figures.n_same += due == hazard.due_at


def _running(hazards: Sequence[Hazard], due_then: dict[int, datetime | None]) -> list[_Limit]:
    """The main limits of the sample: of the present step, and of the assignments."""
    by_id = {hazard.pk: hazard for hazard in hazards}
    rows = Deadline.objects.filter(subject_id__in=list(by_id), kind__in=(STEP, LIMIT), state=Deadline.State.ARMED)
    found = []
    for row in rows:
        hazard = by_id[row.subject_id]
        moved = due_then[row.subject_id] if row.kind == STEP else None
        found.append(_Limit(row, moved or row.due_at, calendar_of(hazard.unit.path)))
    return found


def _next_rungs(
    limits: Iterable[_Limit], rules: PolicyRules, at: datetime, words: Vocabulary
) -> tuple[Counter[str], Counter[str], int, int]:
    now: Counter[str] = Counter()
    then: Counter[str] = Counter()
    n_sooner = n_later = 0
    for limit in limits:
        row = limit.row
        after = max(at, row.fired_until)
        own = get_rules(row.policy_id).rungs(row.ladder, row.level)
        present = next_planned(own, Window(row.armed_at, row.due_at), limit.calendar, after)
        other = rules.rungs(row.ladder, row.level)
        future = next_planned(other, Window(min(row.armed_at, limit.due_then), limit.due_then), limit.calendar, after)
        now[_say(present, words)] += 1
        then[_say(future, words)] += 1
        if present and future:
            n_sooner += future.moment < present.moment
            n_later += future.moment > present.moment
    return now, then, n_sooner, n_later


def _say(planned: Planned | None, words: Vocabulary) -> str:
    """催办（蓝色）"""
    if planned is None:
        return _("没有下一级")
    act = words.acts.get(planned.rung.act)
    label = str(act.label) if act else planned.rung.act
    return f"{label}（{say_colour(planned.rung.colour)}）" if planned.rung.colour else label
