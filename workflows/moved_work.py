"""Whoever open work comes to when people change posts is told how much of it there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.clock import today
from notifications.kinds import Group, Kind
from notifications.models import OutboxMessage
from notifications.outbox import Message, put_messages
from notifications.texts import Said
from notifications.urgency import Urgency
from organizations.models import Holding
from organizations.posts import present_holdings
from workflows.models import HazardTask, SideTask

MOVED, TAKEN = "work.moved", "work.taken"
KINDS = (
    Kind(
        name=MOVED, group=Group.TODO, label=_lazy("待办转来"), urgency=Urgency.TASK,
        audience=_lazy("人员调整后接办的岗位"),
    ),
    Kind(
        name=TAKEN, group=Group.TODO, label=_lazy("到任待办"), urgency=Urgency.TASK, audience=_lazy("新到任的人"),
    ),
)  # fmt: skip


def tell_of_moved(moved: Mapping[int, int], at: datetime) -> None:
    """{post: how many turns came to it}"""
    holdings = present_holdings(today(at)).filter(post_id__in=moved).select_related("post__unit")
    put_messages(
        _message(one, MOVED, moved[one.post_id], f"{MOVED}:{one.post_id}:{at:%Y%m%d%H%M%S%f}", at) for one in holdings
    )


def tell_who_began(post_id: int, at: datetime) -> None:
    """Who holds a post from today on, once for each holding; nothing where no work waits."""
    began = present_holdings(today(at)).filter(post_id=post_id, from_on=today(at)).select_related("post__unit")
    holdings = list(began)
    if not holdings:
        return
    n = sum(model.objects.filter(post_id=post_id, finished__isnull=True).count() for model in (HazardTask, SideTask))
    put_messages(_message(one, TAKEN, n, f"{TAKEN}:{one.pk}", at) for one in holdings if n)


def _message(holding: Holding, kind: str, n: int, occasion: str, at: datetime) -> Message:
    return Message(
        recipient_id=holding.user_id, kind=kind, dedupe_key=f"{occasion}:{holding.user_id}", created_at=at,
        payload={"n": n, "post": str(holding.post)}, region_code=holding.post.unit.prefecture_code,
    )  # fmt: skip


def say_work(messages: Sequence[OutboxMessage]) -> dict[int, Said]:
    return {one.pk: _say(one) for one in messages}


def _say(message: OutboxMessage) -> Said:
    told = {"n": message.payload.get("n", 0), "post": message.payload.get("post", "")}
    if message.kind == TAKEN:
        return Said(_("您已任%(post)s，有 %(n)d 件待办") % told, _("期限照走，请到工作台查看。"), reverse("desk"))
    return Said(
        _("有 %(n)d 件待办转到%(post)s") % told, _("因人员调整转来，期限照走，请到工作台查看。"), reverse("desk")
    )
