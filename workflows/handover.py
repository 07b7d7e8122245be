"""What a person owes, for the list on paper when he hands over, and what passes to his successor in his own name."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.clock import today
from core.errors import WrongState
from hazards.actions import ACTIONS
from hazards.models import Assignment, Countersign, Hazard
from hazards.services import perform
from hazards.states import OPEN, AssignmentState, CountersignState, State
from organizations.hooks import HandOver, WorkItem
from organizations.models import User
from organizations.posts import list_held_posts, present_holdings
from workflows.selectors import awaited_label, side_to_dos, to_dos

_OVER = (AssignmentState.CONFIRMED, AssignmentState.CANCELED)


def list_open_work(user: User, at: datetime) -> list[WorkItem]:
    """The open turns of his posts, and what he leads or works on by name; the earliest due first."""
    held = list_held_posts(user, at)
    items = [
        _item(task.hazard, awaited_label(task), task.due_at, str(task.post), task.post_id)
        for turns in (to_dos(user, at, held=held), side_to_dos(user, at, held=held))
        for task in turns
    ]
    named = Assignment.objects.filter(Q(leader=user) | Q(handler=user), hazard__state__in=OPEN).exclude(state__in=_OVER)
    for row in named.select_related("hazard__unit").order_by("id"):
        role = _("经办人") if row.handler_id == user.pk else _("责任领导")
        items.append(_item(row.hazard, role, row.due_at, role, None))
    return sorted(items, key=lambda item: (item.due_at is None, item.due_at or at, item.number))


def _item(hazard: Hazard, what: str, due_at: datetime | None, post_label: str, post_id: int | None) -> WorkItem:
    return WorkItem(
        number=hazard.number,
        what="" if hazard.is_restricted else f"{hazard.unit.name}{hazard.place}：{hazard.description}（{what}）",
        state=str(State(hazard.state).label),
        due_at=due_at,
        post_label=post_label,
        url=reverse("hazard_file", args=[hazard.number]),
        is_restricted=hazard.is_restricted,
        post_id=post_id,
    )


def pass_on_what_is_his(change: HandOver) -> None:
    """Give what bears his name in the post's unit to the successor; without one only when he has left the unit.

    While he holds another post there he stays the leader of what he leads.
    """
    unit_id = change.post.unit_id
    stays = present_holdings(today(change.at)).filter(user=change.old, post__unit_id=unit_id).exists()
    if change.new is None and stays:
        return
    for number in sorted(_numbers(change.old, unit_id)):
        data: dict[str, object] = {"old": change.old.pk, "keeps_lead": stays, "by": _by(change.actor)}
        if change.new:
            data["new"] = change.new.pk
        try:
            perform("pass_on", actor=None, at=change.at, number=number, data=data)
        except WrongState:
            # Told again of a day that came by date: it has passed already.
            continue


def _numbers(user: User, unit_id: int) -> set[str]:
    named = Assignment.objects.filter(Q(leader=user) | Q(handler=user), unit_id=unit_id).exclude(state__in=_OVER)
    asked = Countersign.objects.filter(
        Q(proposer=user, proposer_post__unit_id=unit_id) | Q(second=user), state=CountersignState.OPEN
    )
    pks = {*named.values_list("hazard_id", flat=True), *asked.values_list("hazard_id", flat=True)}
    return {hazard.number for hazard in Hazard.objects.filter(pk__in=pks, state__in=OPEN).defer("search")}


def _by(actor: User | None) -> str:
    return actor.name if actor else str(ACTIONS["pass_on"].label)
