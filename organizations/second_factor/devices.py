"""Browsers that were told “本机 30 天内不再验证”."""

from __future__ import annotations

import secrets
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core.clock import SHANGHAI, today
from organizations import hooks
from organizations.models import Holding, RememberedDevice, User

# The oldest makes room; nobody uses more.
MOST_DEVICES = 10
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("OpenHarmony", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("HuaweiBrowser", "华为浏览器"),
    ("QQBrowser", "QQ浏览器"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def remember_device(user: User, *, agent: str, address: str, days: int, at: datetime) -> tuple[RememberedDevice, str]:
    """The row and the token, which only the browser keeps."""
    token = secrets.token_urlsafe(32)
    device = RememberedDevice.objects.create(
        user=user,
        digest=digest_token(token),
        label=name_browser(agent),
        address=address,
        created_at=at,
        last_used_at=at,
        expires_at=at + timedelta(days=days),
    )
    kept = RememberedDevice.objects.filter(user=user).order_by("-last_used_at", "-pk").values("pk")[:MOST_DEVICES]
    RememberedDevice.objects.filter(user=user).exclude(pk__in=kept).delete()
    return device, token


def use_device(user: User, token: str, *, address: str, at: datetime) -> RememberedDevice | None:
    """The known browser of this account that holds the token, its use written down; else None."""
    if not token:
        return None
    device = list_devices(user, at).filter(digest=digest_token(token)).first()
    if device is not None:
        RememberedDevice.objects.filter(pk=device.pk).update(last_used_at=at, address=address)
    return device


def list_devices(user: User, at: datetime) -> QuerySet[RememberedDevice]:
    """The one used last comes first."""
    return RememberedDevice.objects.filter(user=user, expires_at__gt=at).order_by("-last_used_at", "-pk")


def forget_devices_of(user_id: int) -> None:
    RememberedDevice.objects.filter(user_id=user_id).delete()


def forget_devices_of_leavers(change: hooks.HoldingChange) -> None:
    """Whose holding of the post ended shows a code again, on browsers remembered up to that day."""
    ended = Holding.objects.filter(post_id=change.post_id, until_on__lte=today(change.at))
    for user_id, until_on in ended.values_list("user_id", "until_on"):
        assert until_on is not None
        day_after = datetime.combine(until_on + timedelta(days=1), time(0), SHANGHAI)
        RememberedDevice.objects.filter(user_id=user_id, created_at__lt=day_after).delete()


def forget_old_devices(at: datetime) -> None:
    RememberedDevice.objects.filter(expires_at__lte=at).delete()


def digest_token(token: str) -> str:
    return salted_hmac("organizations.device", token, algorithm="sha256").hexdigest()


def name_browser(agent: str) -> str:
    """“微信（安卓）”, for its owner to know it again; the header is the browser's own word."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s（%(system)s）") % {"browser": browser, "system": system}
    return browser or system or _("未知浏览器")
