"""短信 by the HTTP interface of 阿里云 短信服务.

Source: help.aliyun.com, SendSms (2017-05-25), V3版本请求体&签名机制 (ACS3-HMAC-SHA256), API错误码. Settings:
ALIYUN_SMS_KEY_ID, ALIYUN_SMS_KEY_SECRET, ALIYUN_SMS_SIGN_NAME (the registered signature), ALIYUN_SMS_URL.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from core.clock import SHANGHAI, local
from notifications.transports.base import Answer, Passing, Permanent, show
from notifications.transports.http import Reply, call, retry_after
from notifications.transports.sms import SmsProvider

# The number, the template or its words are refused for what they are.
FOR_EVER = frozenset(
    {
        "isv.MOBILE_NUMBER_ILLEGAL",
        "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
        "isv.TEMPLATE_MISSING_PARAMETERS",
        "isv.TEMPLATE_PARAMS_ILLEGAL",
        "isv.SMS_CONTENT_ILLEGAL",
        "isv.INVALID_JSON_PARAM",
        "isv.INVALID_PARAMETERS",
        "isv.PARAM_LENGTH_LIMIT",
        "isv.PARAM_NOT_SUPPORT_URL",
        "isv.BLACK_KEY_CONTROL_LIMIT",
    }
)
# Too many to one number: only that one waits, to the next hour; limits of the account hold all, to the next day.
ONE_NUMBER = "isv.BUSINESS_LIMIT_CONTROL"
ONE_HOUR = 3600.0
ACCOUNT = frozenset({"isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"})
TOO_FAST = frozenset({"Throttling", "Throttling.User", "Throttling.Api"})


class Aliyun(SmsProvider):
    name = "aliyun"

    def is_set_up(self) -> bool:
        return bool(settings.ALIYUN_SMS_KEY_ID and settings.ALIYUN_SMS_KEY_SECRET and settings.ALIYUN_SMS_SIGN_NAME)

    def send(self, *, phone: str, template: str, variables: Mapping[str, str], key: str, at: datetime) -> Answer:
        query = canonical_query(
            {
                "PhoneNumbers": phone,
                "SignName": settings.ALIYUN_SMS_SIGN_NAME,
                "TemplateCode": template,
                "TemplateParam": json.dumps(dict(variables), ensure_ascii=False, sort_keys=True),
                "OutId": key,
            }
        )
        headers = signed_headers(query, at, secrets.token_hex(16))
        reply = call(f"{settings.ALIYUN_SMS_URL}/?{query}", b"", headers=headers, is_private_allowed=True)
        return judge(reply, at)


def canonical_query(values: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(values.items()))


def signed_headers(query: str, at: datetime, nonce: str) -> dict[str, str]:
    """`at` must be within 15 minutes of their clock."""
    digest = hashlib.sha256(b"").hexdigest()
    headers = {
        "host": urlsplit(settings.ALIYUN_SMS_URL).netloc,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": digest,
        "x-acs-date": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": nonce,
        "x-acs-version": "2017-05-25",
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n/\n{query}\n{lines}\n{names}\n{digest}"
    told = f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(settings.ALIYUN_SMS_KEY_SECRET.encode(), told.encode(), hashlib.sha256).hexdigest()
    who = f"Credential={settings.ALIYUN_SMS_KEY_ID},SignedHeaders={names},Signature={signature}"
    return {**headers, "Authorization": f"ACS3-HMAC-SHA256 {who}"}


def judge(reply: Reply, at: datetime) -> Answer:
    """Refusals have a status of 200 or 400; the word in `Code` says what they mean."""
    if reply.status >= 500 or reply.status == 429:
        wait = retry_after(reply, at)
        raise Passing(_("短信服务没有接收：%(told)s") % {"told": reply.told()}, wait, holds_way=wait is not None)
    found = reply.json()
    code = str(found.get("Code", ""))
    if code == "OK":
        return Answer(reply.told())
    told = _("短信服务返回 %(code)s：%(message)s") % {
        "code": show(code, 80),
        "message": show(str(found.get("Message", "")), 300),
    }
    if code in FOR_EVER:
        raise Permanent(told)
    if code == ONE_NUMBER:
        raise Passing(told, ONE_HOUR)
    if code in ACCOUNT:
        raise Passing(told, _until_tomorrow(at), holds_way=True)
    raise Passing(told, 60.0 if code in TOO_FAST else None, holds_way=code in TOO_FAST)


def _until_tomorrow(at: datetime) -> float:
    tomorrow = (local(at) + timedelta(days=1)).date()
    return (datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=SHANGHAI) - at).total_seconds()
