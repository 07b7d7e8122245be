"""What must hold before a site starts; `manage.py check` and every command tell what does not."""

import ipaddress
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import django
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.utils.translation import gettext as _

# The oldest 5.2 without a known hole that concerns us; 5.3 has not been tried.
DJANGO_FLOOR = (5, 2, 19)
DJANGO_CEILING = (5, 3)
# The one that carries between processes on one connection of each; the other of channels_redis stops at 100 sockets.
CHANNEL_LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"


@register(Tags.compatibility)
def check_versions(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Django lies in the range we test, and no psycopg 3 is near."""
    problems: list[CheckMessage] = []
    if not DJANGO_FLOOR <= django.VERSION[:3] < DJANGO_CEILING:
        message = _("Django 须为 5.2.19 以上的 5.2 版，现在是 %(version)s。") % {"version": django.get_version()}
        problems.append(Error(message, id="core.E001"))
    if has_psycopg_3():
        # Django prefers it silently, and locks and copies then behave otherwise than tested.
        problems.append(Error(_("环境里装有 psycopg 3，Django 会悄悄改用它：请卸载 psycopg。"), id="core.E002"))
    return problems


def has_psycopg_3() -> bool:
    try:
        version("psycopg")
    except PackageNotFoundError:
        return False
    return True


@register(Tags.security)
def check_demo(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Everybody knows the demo's password, so it never serves a network as the real thing."""
    if not settings.DEMO or settings.DEBUG or is_loopback(settings.HOST):
        return []
    message = _("演示模式的口令是公开的，不能在对外地址 %(host)s 上运行：请设 BIHUAN_DEMO=0。") % {
        "host": settings.HOST
    }
    return [Error(message, id="core.E003")]


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@register()
def check_channel_layer(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What one process tells reaches the sockets of all others; a layer in memory would lose it in silence."""
    backend = settings.CHANNEL_LAYERS.get("default", {}).get("BACKEND")
    if backend == CHANNEL_LAYER:
        return []
    message = _("CHANNEL_LAYERS 须为 %(layer)s，现在是 %(found)s：实时消息只在一个进程内有效，其他进程收不到。") % {
        "layer": CHANNEL_LAYER,
        "found": backend,
    }
    return [Error(message, id="core.E004")]
