"""流程: where every open hazard stands, who owes it, since when and by when. Reads through `in_scope` only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import today
from core.params import read_id, read_words
from hazards.clock_face import RELATED
from hazards.models import Hazard
from hazards.selectors import in_scope
from hazards.states import OPEN, Level, State
from organizations.kinds import PostKind
from organizations.models import Unit, User
from organizations.posts import HeldPost
from workflows.flows import SIDE_FLOWS
from workflows.models import HazardTask, SideTask

PAGE_SIZE = 50
# As many units as one looks at; the filter finds the others.
N_OWNERS = 12
# Longer than any township's name.
_LONGEST_TOWNSHIP = 40
# Beside the small machines: hazards whose end lies in a plan of years. They are counted on their own everywhere.
SCHEDULED = "scheduled"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Who directs others; whoever only works himself has his desk.
MANAGERS = frozenset(
    {
        PostKind.PRINCIPAL, PostKind.CENTRAL_SAFETY, PostKind.CENTRAL_HEAD, PostKind.SECTION_CLERK, PostKind.SECTION_HEAD,
        PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR, PostKind.LEADER, PostKind.CHIEF, PostKind.SUPERINTENDENT,
        PostKind.COORDINATOR, PostKind.COUNTY_SUPERVISOR, PostKind.DEPARTMENT_LEADER,
    }
)  # fmt: skip


def manages(held: Sequence[HeldPost]) -> bool:
    return any(post.kind in MANAGERS for post in held)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """`unit` and `township` say where the hazard is, `owner` and `post` who owes the step."""

    step: str = ""
    owner: int | None = None
    post: str = ""
    unit: int | None = None
    township: str = ""
    level: str = ""
    overdue: bool = False
    # A small machine that waits for somebody beside the main step.
    side: str = ""

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Filters:
        """What is not known filters nothing."""
        return cls(
            step=_one_of(params, "step", OPEN),
            owner=read_id(params.get("owner", "")),
            post=_one_of(params, "post", PostKind.values),
            unit=read_id(params.get("unit", "")),
            township=read_words(params, "township", longest=_LONGEST_TOWNSHIP),
            level=_one_of(params, "level", Level.values),
            overdue=params.get("overdue", "") in ("1", "true", "on"),
            side=_one_of(params, "side", [*SIDE_FLOWS, SCHEDULED]),
        )

    def as_params(self, **other: str) -> dict[str, str]:
        """The filters in force as they stand in an address, some of them replaced."""
        told = {
            "step": self.step,
            "owner": str(self.owner or ""),
            "post": self.post,
            "unit": str(self.unit or ""),
            "township": self.township,
            "level": self.level,
            "overdue": "1" if self.overdue else "",
            "side": self.side,
            **other,
        }
        return {name: value for name, value in told.items() if value}


def _one_of(params: Mapping[str, str], name: str, allowed: Sequence[str]) -> str:
    value = params.get(name, "")
    return value if value in allowed else ""


def open_hazards(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> QuerySet[Hazard]:
    return in_scope(user, at, held=held).filter(state__in=OPEN)


def located(hazards: QuerySet[Hazard], filters: Filters, at: datetime) -> QuerySet[Hazard]:
    """Narrowed by all that does not say who owes what."""
    if filters.unit:
        hazards = hazards.filter(unit_id__in=Unit.objects.filter(path__contains=[filters.unit]).values("pk"))
    if filters.township:
        hazards = hazards.filter(unit_id__in=units_in_township(filters.township).values("pk"))
    if filters.level:
        hazards = hazards.filter(level=filters.level)
    if filters.overdue:
        hazards = hazards.filter(due_at__lte=at)
    if filters.side == SCHEDULED:
        hazards = hazards.exclude(scheduled={})
    elif filters.side:
        waiting = SideTask.objects.filter(finished__isnull=True, process__machine=filters.side)
        hazards = hazards.filter(pk__in=waiting.values("hazard_id"))
    return hazards


def units_in_township(name: str) -> QuerySet[Unit]:
    """A campus for which none is told lies where its superior does."""
    return Unit.objects.filter(Q(township=name) | Q(township="", parent__township=name))


def narrow(hazards: QuerySet[Hazard], filters: Filters, at: datetime) -> QuerySet[Hazard]:
    owed: dict[str, Any] = {
        "state": filters.step,
        "responsible_post__unit_id": filters.owner,
        "responsible_post__kind": filters.post,
    }
    return located(hazards, filters, at).filter(**{name: value for name, value in owed.items() if value})


@dataclass(frozen=True)
class Turn:
    """One hazard at its step, as its open task says."""

    hazard: Hazard
    step: str
    since: datetime | None
    n_days: int
    # What else waits for somebody: the small machines' turns.
    sides: list[SideTask]


@dataclass(frozen=True)
class Page:
    """The most urgent first. `later` and `sooner` are the cursors of the pages beside it; empty at the ends."""

    rows: list[Turn]
    later: str
    sooner: str


def page_of(hazards: QuerySet[Hazard], at: datetime, *, cursor: str, backward: bool, size: int = PAGE_SIZE) -> Page:
    """Three statements: the hazards behind the cursor (before it when going back), and their open tasks."""
    beside = _read_cursor(cursor)
    order: tuple[Any, ...] = (F("due_at").asc(nulls_last=True), "pk")
    if beside and backward:
        order = (F("due_at").desc(nulls_first=True), "-pk")
    if beside:
        hazards = hazards.filter(_before(*beside) if backward else _after(*beside))
    related = (*RELATED, "domain", "responsible_post__unit")
    found = list(hazards.select_related(*related).order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if beside and backward:
        found.reverse()
    has_later = has_more if not (beside and backward) else bool(found)
    has_sooner = bool(beside and found) if not backward else bool(beside) and has_more
    return Page(_turns(found, at), _cursor(found[-1]) if has_later else "", _cursor(found[0]) if has_sooner else "")


def _turns(hazards: list[Hazard], at: datetime) -> list[Turn]:
    pks = [hazard.pk for hazard in hazards]
    tasks = {task.hazard_id: task for task in HazardTask.objects.filter(hazard__in=pks, finished__isnull=True)}
    sides: dict[int, list[SideTask]] = {}
    beside = SideTask.objects.filter(hazard__in=pks, finished__isnull=True).select_related("post__unit")
    for task in beside.order_by("due_at", "id"):
        sides.setdefault(task.hazard_id, []).append(task)
    return [_turn(hazard, tasks.get(hazard.pk), sides.get(hazard.pk, []), at) for hazard in hazards]


def _turn(hazard: Hazard, task: HazardTask | None, sides: list[SideTask], at: datetime) -> Turn:
    step = str(task.flow_task.task_title) if task else str(State(hazard.state).label)
    return Turn(hazard, step, task.created if task else None, (today(at) - hazard.found_on).days, sides)


def _cursor(hazard: Hazard) -> str:
    return f"{(hazard.due_at - _EPOCH) // _MICROSECOND if hazard.due_at else ''}-{hazard.pk}"


def _read_cursor(text: str) -> tuple[datetime | None, int] | None:
    due, dash, pk = text.partition("-")
    number = read_id(pk)
    if not dash or number is None:
        return None
    if not due:
        return None, number
    micros = read_id(due)
    try:
        return (_EPOCH + micros * _MICROSECOND, number) if micros else None
    except OverflowError:
        return None


def _after(due_at: datetime | None, pk: int) -> Q:
    if due_at is None:
        return Q(due_at__isnull=True, pk__gt=pk)
    return Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk) | Q(due_at__isnull=True)


def _before(due_at: datetime | None, pk: int) -> Q:
    if due_at is None:
        return Q(due_at__isnull=False) | Q(due_at__isnull=True, pk__lt=pk)
    return Q(due_at__lt=due_at) | Q(due_at=due_at, pk__lt=pk)


@dataclass(frozen=True)
class Stuck:
    """So many hazards wait at a step, with a kind of post or with a unit."""

    key: str
    label: str
    n: int
    n_overdue: int


@dataclass(frozen=True)
class Counts:
    """Each dimension is counted under the filters of the others, so that its own choice can be changed."""

    steps: list[Stuck]
    posts: list[Stuck]
    owners: list[Stuck]
    sides: list[Stuck]
    n: int
    n_overdue: int


def count_stuck(hazards: QuerySet[Hazard], filters: Filters, at: datetime) -> Counts:
    """Four statements. `owners` are those with most overdue first, at most N_OWNERS."""
    here = located(hazards, filters, at).order_by()
    n, n_overdue = Count("pk"), Count("pk", filter=Q(due_at__lte=at))
    owed = here.filter(responsible_post__unit_id=filters.owner) if filters.owner else here
    steps, posts = _Tally(), _Tally()
    rows = owed.values_list("state", "responsible_post__kind").annotate(n=n, n_overdue=n_overdue)
    for state, kind, *figures in rows:
        if filters.post in ("", kind):
            steps.add(state, *figures)
        if filters.step in ("", state):
            posts.add(kind or "", *figures)
    chosen = {"state": filters.step, "responsible_post__kind": filters.post}
    by_unit = (
        here.filter(responsible_post__isnull=False, **{name: value for name, value in chosen.items() if value})
        .values_list("responsible_post__unit_id", "responsible_post__unit__name")
        .annotate(n=n, n_overdue=n_overdue)
        .order_by("-n_overdue", "-n", "responsible_post__unit_id")[:N_OWNERS]
    )
    shown = [steps[filters.step]] if filters.step else [steps[state] for state in steps]
    return Counts(
        [steps.stuck(state, str(State(state).label)) for state in OPEN if state in steps],
        [posts.stuck(kind, str(label)) for kind, label in PostKind.choices if kind in posts],
        [Stuck(str(pk), name, *figures) for pk, name, *figures in by_unit],
        _count_sides(narrow(hazards, replace(filters, side=""), at), at),
        sum(every for every, _overdue in shown),
        sum(overdue for _every, overdue in shown),
    )


def _count_sides(hazards: QuerySet[Hazard], at: datetime) -> list[Stuck]:
    """Two statements. Hazards with an open turn of each small machine, overdue is that turn; and what is scheduled."""
    waiting = SideTask.objects.filter(finished__isnull=True, hazard__in=hazards.order_by().values("pk"))
    late = Count("hazard_id", distinct=True, filter=Q(due_at__lte=at))
    rows = waiting.values_list("process__machine").annotate(n=Count("hazard_id", distinct=True), n_overdue=late)
    found = {machine: figures for machine, *figures in rows}
    sides = [Stuck(machine, side_label(machine), *found[machine]) for machine in SIDE_FLOWS if machine in found]
    planned = (
        hazards.order_by().exclude(scheduled={}).aggregate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lte=at)))
    )
    return [*sides, Stuck(SCHEDULED, side_label(SCHEDULED), planned["n"], planned["late"])] if planned["n"] else sides


def side_label(side: str) -> str:
    return str(_("列入治理计划") if side == SCHEDULED else SIDE_FLOWS[side].process_title)


class _Tally(dict[str, tuple[int, int]]):
    """{key: (n, n overdue)}"""

    def __missing__(self, key: str) -> tuple[int, int]:
        return (0, 0)

    def add(self, key: str, n: int, n_overdue: int) -> None:
        before = self[key]
        self[key] = (before[0] + n, before[1] + n_overdue)

    def stuck(self, key: str, label: str) -> Stuck:
        return Stuck(key, label, *self[key])
