"""Whether the settings of the ways out are such that letters can go; said at the start, not with the first letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from notifications.transports.sms import PROVIDERS

# Settings of one way belong together: all of them or none.
TOGETHER = {
    "企业微信": ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET"),
    "钉钉": ("DINGTALK_APP_KEY", "DINGTALK_APP_SECRET", "DINGTALK_AGENT_ID"),
    "阿里云短信": ("ALIYUN_SMS_KEY_ID", "ALIYUN_SMS_KEY_SECRET", "ALIYUN_SMS_SIGN_NAME"),
}


@register
def check_ways_out(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    return [*_check_together(), *_check_sms(), *_check_times()]


def _check_together() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for way, names in TOGETHER.items():
        missing = [name for name in names if not getattr(settings, name)]
        if missing and len(missing) < len(names):
            found.append(Error(f"{way}没有设全，缺 {'、'.join(missing)}。", id="notifications.E001"))
    return found


def _check_sms() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.SMS_PROVIDER and settings.SMS_PROVIDER not in PROVIDERS:
        known = "、".join(PROVIDERS)
        found.append(Error(f"SMS_PROVIDER={settings.SMS_PROVIDER} 不认识，可用：{known}。", id="notifications.E002"))
    if not _are_templates(settings.SMS_TEMPLATES):
        hint = 'SMS_TEMPLATES={"deadline.": {"id": "SMS_1", "variables": ["title", "number"]}}'
        found.append(Error("SMS_TEMPLATES 的写法不对。", hint=hint, id="notifications.E003"))
    elif settings.SMS_PROVIDER and not settings.SMS_TEMPLATES:
        found.append(Warning("没有登记短信模板（SMS_TEMPLATES），不会发出任何短信。", id="notifications.W001"))
    return found


def _are_templates(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(prefix, str)
        and isinstance(one, dict)
        and isinstance(one.get("id"), str)
        and isinstance(one.get("variables"), list)
        and all(isinstance(name, str) for name in one["variables"])
        for prefix, one in value.items()
    )


def _check_times() -> list[CheckMessage]:
    """A lease that ends while a call is still waited for would send a second copy of each slow letter."""
    needed = 4 * settings.WAYS_OUT_TIMEOUT
    if needed >= settings.RELAY_LEASE_SECONDS:
        told = f"RELAY_LEASE_SECONDS 应大于 WAYS_OUT_TIMEOUT 的 4 倍（{needed:g} 秒），否则慢的会重发。"
        return [Error(told, id="notifications.E004")]
    if not settings.RELAY_BACK_OFF or settings.RELAY_MOST_TRIES < 1:
        return [Error("RELAY_BACK_OFF 不能为空，RELAY_MOST_TRIES 不能小于 1。", id="notifications.E005")]
    return []
