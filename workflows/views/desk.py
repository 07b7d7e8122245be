"""工作台: what is mine to do, by urgency."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.clock import now, today
from hazards.actions import ACTIONS
from hazards.clock_face import RELATED
from hazards.models import Hazard, ReadingGrant
from hazards.selectors import count_by_state, count_scheduled, in_scope
from hazards.states import OPEN, WITHIN_EDUCATION, State
from notifications.selectors import Messages
from organizations.context import held_posts_of
from organizations.kinds import CAMPUSES, PERSONAL_POSTS, PostKind
from organizations.models import User
from organizations.posts import HeldPost
from workflows.models import HazardTask, SideTask
from workflows.overdue import COUNT_CAP, Overdue
from workflows.selectors import URGENCY_LABELS, ToDo, awaited_label, list_to_dos

# As many of one's own reports as fit under the to-dos; the list has the rest.
N_REPORTS = 5
_COUNTED = (*OPEN, State.CLOSED)
# Few schools ever have one, so that a counter would nearly always say nought.
_RARE = State.REFERRED
_SECOND = "confirm_countersign"


@dataclass(frozen=True)
class Line:
    """A to-do, what it asks for, and where on the file that is done; the awaited act of the state lies open anyway."""

    task: ToDo
    what: str
    do: str = ""

    @property
    def anchor(self) -> str:
        return "countersign" if self.do == _SECOND else "actions"

    @property
    def due(self) -> datetime | None:
        """Of a small row's turn; the step's own stands on the hazard, with its colour."""
        return self.task.due_at if isinstance(self.task, SideTask) else None


@dataclass(frozen=True)
class Group:
    label: str
    to_dos: list[Line]


@dataclass(frozen=True)
class Together:
    """To-dos that may be done at once."""

    action: str
    label: str
    numbers: list[str]


@dataclass(frozen=True)
class Counter:
    state: str
    label: str
    n: int
    # More of the list's filters, as they stand in its address.
    also: str = ""


@login_required
@require_safe
def show_desk(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    at, user = now(), request.user
    held = held_posts_of(request, at)
    if not held:
        return render(request, "workflows/desk_without_post.html", {"at": at})
    only = request.GET.get("only", "")
    groups = _groups(user, at, held, only)
    context = {
        "at": at,
        "groups": groups,
        "is_part": only in _ONLY,
        "n_to_dos": sum(len(group.to_dos) for group in groups),
        "together": list(_together(groups)),
        "n_visits": sum(_is_visit(line.task) for group in groups for line in group.to_dos),
        "n_overdue": Overdue(user, at, held).count(),
        "overdue_cap": COUNT_CAP,
        "counters": _counters(user, at, held),
        "reports": _own_reports(user, at, held),
        "grants": _list_grants(user, at, held),
        "latest": Messages(user, at, held=held).latest(),
        "can_fix": any(post.unit_kind in CAMPUSES for post in held),
    }
    return render(request, "workflows/desk.html", context)


# What a daily digest counts, as its links ask for it.
_ONLY = {"turns": HazardTask, "sides": SideTask}


def _groups(user: User, at: datetime, held: list[HeldPost], only: str) -> list[Group]:
    wanted = _ONLY.get(only, (HazardTask, SideTask))
    found = {
        urgency: [_line(task) for task in tasks if isinstance(task, wanted)]
        for urgency, tasks in list_to_dos(user, at, held=held).items()
    }
    return [Group(str(URGENCY_LABELS[urgency]), lines) for urgency, lines in found.items() if lines]


def _line(task: ToDo) -> Line:
    actions = getattr(task.flow_task, "actions", ("",))
    return Line(task, awaited_label(task), actions[0] if isinstance(task, SideTask) else "")


def _together(groups: list[Group]) -> Iterator[Together]:
    """Where several to-dos ask for the same act that many may be given at once."""
    found: dict[str, list[str]] = {}
    for line in (line for group in groups for line in group.to_dos):
        if (action := _alike(line)) and not line.task.hazard.is_restricted:
            found.setdefault(action, []).append(line.task.hazard.number)
    for action, numbers in found.items():
        if len(numbers) > 1:
            yield Together(action, str(ACTIONS[action].label), numbers)


def _alike(line: Line) -> str:
    hazard = line.task.hazard
    if isinstance(line.task, SideTask):
        return _SECOND if line.do == _SECOND else ""
    if hazard.state == State.FILED:
        return "assign" if hazard.competence in WITHIN_EDUCATION else ""
    return "assign_referred" if hazard.state == State.REFERRED else ""


def _is_visit(task: ToDo) -> bool:
    return isinstance(task, HazardTask) and bool(task.hazard.state == State.SUBMITTED)


def _counters(user: User, at: datetime, held: list[HeldPost]) -> list[Counter]:
    """Figures of the user's units; who holds personal posts only has his own reports instead."""
    if all(post.kind in PERSONAL_POSTS for post in held):
        return []
    counts = count_by_state(user, at, held=held)
    by_state = [
        Counter(state, str(state.label), counts.get(state, 0))
        for state in _COUNTED
        if state != _RARE or counts.get(state)
    ]
    return [*by_state, *_scheduled(user, at, held)]


def _scheduled(user: User, at: datetime, held: list[HeldPost]) -> list[Counter]:
    """What takes years, apart; few units have any."""
    n = count_scheduled(user, at, held=held)
    return [Counter("open", _("列入治理计划"), n, "&scheduled=1")] if n else []


def _own_reports(user: User, at: datetime, held: list[HeldPost]) -> list[Hazard]:
    mine = in_scope(user, at, held=held).filter(reporter=user).select_related(*RELATED, "domain")
    return list(mine.order_by("-pk")[:N_REPORTS])


def _list_grants(user: User, at: datetime, held: list[HeldPost]) -> list[ReadingGrant]:
    """The files that an investigator may read now, the one that ends first on top."""
    if not any(post.kind == PostKind.INVESTIGATOR for post in held):
        return []
    grants = ReadingGrant.objects.filter(user=user, ended_at__isnull=True, until_on__gte=today(at))
    seen = grants.filter(hazard__in=in_scope(user, at, held=held).values("pk"))
    return list(
        seen.select_related("hazard__domain", *(f"hazard__{name}" for name in RELATED)).order_by("until_on", "pk")
    )
