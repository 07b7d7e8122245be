"""外发管理: how each way stands, what of it came to nothing, what was tried lately."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from notifications.health import LATE, RelayHealth, WayHealth
from notifications.models import PERSONAL, Delivery, Outlet, Way
from notifications.transports import list_ways
from organizations.models import Unit

DAY = timedelta(days=1)
# What is counted of a day: no further back than so many rows, as no index leads to moments.
MOST_COUNTED = 50_000
MOST_DEAD, MOST_TESTS = 100, 5
# Names of settings, for who keeps the server.
SETTINGS: Mapping[str, str] = {
    Way.EMAIL: "EMAIL_URL",
    Way.SMS: "SMS_PROVIDER、ALIYUN_SMS_*",
    Way.WECOM: "WECOM_CORP_ID、WECOM_AGENT_ID、WECOM_SECRET",
    Way.DINGTALK: "DINGTALK_APP_KEY、DINGTALK_APP_SECRET、DINGTALK_AGENT_ID",
}


@dataclass(frozen=True)
class WayState:
    """`n_sent` and `n_failed` are of the last 24 hours; a shared way is set up where an outlet of it is on."""

    way: Way
    is_set_up: bool
    n_sent: int
    n_failed: int
    now: WayHealth

    @property
    def is_failing(self) -> bool:
        return bool(self.now.n_dead or self.now.n_trying or self.now.waiting > LATE)

    @property
    def words(self) -> str:
        if not self.is_set_up:
            return _("没有启用的通道") if self.way not in PERSONAL else _("没有设置")
        if self.now.waiting > LATE:
            return _("积压")
        if self.now.n_trying:
            return _("正在重试")
        return _("有发送失败") if self.now.n_dead else _("正常")

    @property
    def setting(self) -> str:
        """What to set on the server; empty where nothing is missing there."""
        return "" if self.is_set_up else SETTINGS.get(self.way, "")


def list_states(health: RelayHealth, at: datetime) -> list[WayState]:
    """All ways, in their order. Three statements."""
    set_up = set(list_ways())
    active = set(Outlet.objects.filter(is_active=True).values_list("way", flat=True))
    day = {
        way: (sent, failed)
        for way, sent, failed in lately()
        .filter(created_at__gt=at - DAY)
        .values_list("way")
        .annotate(sent=Count("pk", filter=Q(state="sent")), failed=Count("pk", filter=Q(state="dead")))
    }
    now = {one.way: one for one in health.ways}
    return [
        WayState(
            way,
            way in set_up and (way in PERSONAL or way in active),
            *day.get(way, (0, 0)),
            now=now.get(way, WayHealth(way, 0, timedelta(0), 0, 0)),
        )
        for way in Way
    ]


def lately() -> QuerySet[Delivery]:
    """The newest rows, as far back as anything is counted."""
    newest = Delivery.objects.aggregate(newest=Max("pk"))["newest"] or 0
    return Delivery.objects.filter(pk__gt=newest - MOST_COUNTED)


def list_dead(bureaus: Collection[int] | None = None) -> list[Delivery]:
    """Letters that came to nothing, the newest first; of the people and groups of these bureaus' counties, or all."""
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    if bureaus is not None:
        regions = Unit.objects.filter(pk__in=list(bureaus)).values("region_code")
        dead = dead.filter(
            Q(message__recipient__unit__region_code__in=regions) | Q(outlet__unit__region_code__in=regions)
        )
    return list(dead.select_related("message__recipient__unit", "outlet__unit").order_by("-pk")[:MOST_DEAD])


def list_tests() -> list[Delivery]:
    """What was tried lately, the newest first."""
    tests = lately().filter(message__isnull=True, key__startswith="t").select_related("outlet")
    return list(tests.order_by("-pk")[:MOST_TESTS])


def say_length(length: timedelta) -> str:
    """「45 秒」, 「12 分钟」, 「3 小时」, 「2 天」: how long something has waited."""
    seconds = int(length.total_seconds())
    for unit, words in ((86400, _("%(n)d 天")), (3600, _("%(n)d 小时")), (60, _("%(n)d 分钟"))):
        if seconds >= 2 * unit:
            return words % {"n": seconds // unit}
    return _("%(n)d 秒") % {"n": seconds}
