"""What a message says: the layers above put it into words when it is read or sent, never when it is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils.translation import gettext as _

from core.clock import local
from notifications.kinds import BURST, kind_of
from notifications.models import OutboxMessage, ToldBy


@dataclass(frozen=True)
class Said:
    """Title and one sentence, without markup; the path of the page that shows more.

    `about` is what it is about in a few words without any person's name, for a group; empty where a group may not
    hear of it. `number` is the file's. `what` and `matter` are the two halves of a title that names a hazard, for where
    several stand below one matter.
    """

    title: str
    sentence: str
    link: str
    about: str = ""
    number: str = ""
    what: str = ""
    matter: str = ""


Sayer = Callable[[Sequence[OutboxMessage]], Mapping[int, Said]]
# By the first part of the kind, filled by the layers above.
sayers: dict[str, Sayer] = {}
INBOX = "/messages/"
ONE_HOUR = timedelta(hours=1)


def say_messages(messages: Iterable[OutboxMessage]) -> dict[int, Said]:
    """{message id: its words}; each layer reads what it needs in a few statements, however many there are."""
    by_prefix: dict[str, list[OutboxMessage]] = {}
    for one in messages:
        by_prefix.setdefault(one.kind.split(".")[0], []).append(one)
    said: dict[int, Said] = {}
    for prefix, some in by_prefix.items():
        say = sayers.get(prefix, _say_plainly)
        said.update(say(some))
    return said


def _say_plainly(messages: Sequence[OutboxMessage]) -> dict[int, Said]:
    return {one.pk: Said(str(kind_of(one.kind).label), "", INBOX) for one in messages}


def say_bursts(messages: Sequence[OutboxMessage]) -> dict[int, Said]:
    """What was folded, counted as it stands when it is read; and other digests by their own counts."""
    bursts = {one.pk: _hour_of(one) for one in messages if one.kind == BURST}
    folded = _count_folded({one.recipient_id for one in messages if one.pk in bursts}, set(bursts.values()))
    said: dict[int, Said] = {}
    for one in messages:
        if hour := bursts.get(one.pk):
            said[one.pk] = _say_burst(hour, folded.get((one.recipient_id, hour), 0))
        else:
            said[one.pk] = _say_digest(one)
    return said


def _hour_of(burst: OutboxMessage) -> datetime:
    return datetime.fromisoformat(burst.payload["hour"]).astimezone(UTC)


def _count_folded(user_ids: Collection[int], hours: Collection[datetime]) -> dict[tuple[int, datetime], int]:
    """{(user id, hour in UTC): how many were folded}, in one statement."""
    if not hours:
        return {}
    rows = OutboxMessage.objects.filter(
        recipient__in=user_ids, told_by=ToldBy.FOLDED, created_at__gte=min(hours), created_at__lt=max(hours) + ONE_HOUR
    )
    counted = rows.order_by().values(hour=TruncHour("created_at", tzinfo=UTC)).annotate(n=Count("pk"))
    return {(user_id, hour): n for user_id, hour, n in counted.values_list("recipient_id", "hour", "n")}


def _say_burst(hour: datetime, n: int) -> Said:
    title = _("%(hour)s时另有 %(n)d 条消息，已合并") % {"hour": local(hour).hour, "n": n}
    link = f"{INBOX}?folded={hour:%Y%m%d%H}"
    return Said(title, _("短时间内消息过多，不再逐条提醒；点开可逐条查看。"), link)


def _say_digest(message: OutboxMessage) -> Said:
    parts = [f"{label} {n}" for label, n, _link in message.payload.get("figures", [])]
    if n_waited := message.payload.get("waited"):
        parts.append(_("另有 %(n)d 条消息") % {"n": n_waited})
    return Said(_("每日汇总"), "，".join(parts), f"{INBOX}digests/{message.pk}/")


sayers["digest"] = say_bursts
