"""To-dos and the flow's rows, read through what the user may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.clock import today
from deadlines.schedule import end_of
from hazards.actions import ACTIONS
from hazards.clock_face import RELATED
from hazards.models import Countersign, Hazard
from hazards.states import WITHIN_EDUCATION, CountersignState, State
from organizations.models import User
from organizations.posts import HeldPost, keys_of, list_held_posts, present_holdings
from workflows.models import HazardTask, SideTask

ToDo = HazardTask | SideTask

THIS_WEEK = timedelta(days=7)
_RELATED = ("hazard__domain", "post__unit", *(f"hazard__{name}" for name in RELATED))

# Turns that somebody who did the work may not take.
BARRED_STATES = (State.SUBMITTED, State.VERIFIED)


# 「待会签」 asks for 会签.
_WAITING = "待"


class Urgency(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    LATER = "later"


URGENCY_LABELS = {
    Urgency.OVERDUE: _("逾期"),
    Urgency.TODAY: _("今日"),
    Urgency.WEEK: _("本周"),
    Urgency.LATER: _("之后"),
}


def to_dos(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> QuerySet[HazardTask]:
    """Open turns of the user's posts that he himself may take, the most urgent first."""
    posts = list_held_posts(user, at) if held is None else held
    # A turn named to one person is open to its whole post again when he has left it.
    named_is_there = Exists(present_holdings(today(at)).filter(post=OuterRef("post"), user=OuterRef("owner")))
    tasks: QuerySet[HazardTask] = (
        HazardTask.objects.filter(finished__isnull=True, post_id__in=[post.id for post in posts])
        .filter(hazard__visible_to__overlap=keys_of(user, posts))
        .filter(Q(owner__isnull=True) | Q(owner=user) | ~named_is_there)
        .exclude(hazard__state__in=BARRED_STATES, hazard__rectifiers__contains=[user.pk])
        .select_related(*_RELATED)
        .defer("hazard__search")
        .order_by("due_at", "id")
    )
    return tasks


def side_to_dos(user: User, at: datetime, *, held: Sequence[HeldPost] | None = None) -> QuerySet[SideTask]:
    """Open turns of small machines that the user himself may take: nobody is the second person to himself."""
    posts = list_held_posts(user, at) if held is None else held
    open_rows = Countersign.objects.filter(state=CountersignState.OPEN)
    not_his = open_rows.filter(Q(proposer=user) | (Q(second__isnull=False) & ~Q(second=user)))
    tasks: QuerySet[SideTask] = (
        SideTask.objects.filter(finished__isnull=True, post_id__in=[post.id for post in posts])
        .filter(hazard__visible_to__overlap=keys_of(user, posts))
        .exclude(process__machine="countersign", process__row_id__in=not_his.values("pk"))
        .select_related(*_RELATED)
        .defer("hazard__search")
        .order_by("due_at", "id")
    )
    return tasks


def list_to_dos(
    user: User, at: datetime, *, held: Sequence[HeldPost] | None = None, limit: int = 200
) -> dict[Urgency, list[ToDo]]:
    """The user's open turns by urgency, those of small machines among them; groups without any are there and empty."""
    posts = list_held_posts(user, at) if held is None else held
    turns: list[ToDo] = [*to_dos(user, at, held=posts)[:limit], *side_to_dos(user, at, held=posts)[:limit]]
    groups: dict[Urgency, list[ToDo]] = {urgency: [] for urgency in Urgency}
    for task in sorted(turns, key=lambda task: (task.due_at is None, task.due_at))[:limit]:
        groups[urgency_of(task.due_at, at)].append(task)
    return groups


def urgency_of(due_at: datetime | None, at: datetime) -> Urgency:
    """How soon a turn is due: late, today, within seven days, or later."""
    if due_at is None or due_at > end_of(today(at) + THIS_WEEK):
        return Urgency.LATER
    if due_at <= at:
        return Urgency.OVERDUE
    return Urgency.TODAY if due_at <= end_of(today(at)) else Urgency.WEEK


def _is_others_duty(hazard: Hazard) -> bool:
    return hazard.competence not in WITHIN_EDUCATION


def awaited_label(task: ToDo) -> str:
    """What the to-do asks for: the words of its first action, and 复查 where it may also fail."""
    if isinstance(task, HazardTask) and task.hazard.state == State.SUBMITTED:
        return str(ACTIONS["confirm_and_close"].label if task.hazard.closes_in_one_act else _("复查"))
    if isinstance(task, HazardTask) and task.hazard.state == State.FILED and _is_others_duty(task.hazard):
        return str(_("提请交办") if task.hazard.n_unanswered else _("函告"))
    actions = getattr(task.flow_task, "actions", ())
    if isinstance(task, SideTask) and len(actions) > 1:
        return str(task.flow_task.task_title).removeprefix(_WAITING)
    return str(ACTIONS[actions[0]].label) if actions else ""
