"""Providers that answer every call with an `errcode`, whatever the HTTP status: 企业微信 and 钉钉."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from notifications.transports.base import Answer, Passing, Permanent, TransportError, show
from notifications.transports.http import Reply, call, retry_after
from notifications.transports.tokens import TokenCache

JSON = {"Content-Type": "application/json; charset=utf-8"}
# Both block for the rest of the minute at least.
ONE_MINUTE = 60.0


@dataclass(frozen=True)
class Codes:
    """What a provider's codes mean for a letter; one that stands nowhere is passing."""

    # Too many in a time: everything to the same receiver, or of the same account, waits.
    too_fast: frozenset[int]
    # The receiver is not there any more, or the letter is refused for what it is.
    for_ever: frozenset[int]
    # The access token is known no more.
    expired: frozenset[int] = frozenset()


class TokenExpired(Passing):
    """接口凭证已失效"""


def post_json(url: str, told: Mapping[str, object], *, is_private_allowed: bool) -> Reply:
    body = json.dumps(told, ensure_ascii=False).encode()
    return call(url, body, headers=JSON, is_private_allowed=is_private_allowed)


def read_answer(reply: Reply, codes: Codes, at: datetime) -> dict[str, object]:
    """What was answered, where the errcode is 0. Raises Passing, Permanent or TokenExpired."""
    if reply.status != 200:
        wait = retry_after(reply, at) or (ONE_MINUTE if reply.status == 429 else None)
        raise Passing(_("对方没有接收：%(told)s") % {"told": reply.told()}, wait, holds_way=wait is not None)
    found = reply.json()
    code = _code_of(found)
    if code != 0:
        raise _explain(code, found, codes)
    return found


def _code_of(found: Mapping[str, object]) -> int:
    """钉钉 hides the code of what went wrong behind 88."""
    code = found.get("errcode")
    sub = str(found.get("sub_code", ""))
    if code == 88 and sub.isdigit():
        return int(sub)
    return code if isinstance(code, int) else -1


def _explain(code: int, found: Mapping[str, object], codes: Codes) -> TransportError:
    told = _("对方返回错误 %(code)s：%(message)s") % {
        "code": code,
        "message": show(str(found.get("sub_msg") or found.get("errmsg") or ""), 300),
    }
    if code in codes.too_fast:
        return Passing(told, ONE_MINUTE, holds_way=True)
    if code in codes.expired:
        return TokenExpired(told)
    return Permanent(told) if code in codes.for_ever else Passing(told)


def with_token(
    cache: TokenCache,
    account: tuple[str, ...],
    at: datetime,
    fetch: Callable[[], tuple[str, float]],
    send: Callable[[str], Answer],
) -> Answer:
    """Send with the token at hand; once more with a new one where the provider knows it no more."""
    token = cache.get(account, at, fetch)
    try:
        return send(token)
    except TokenExpired:
        cache.drop(account, token)
        return send(cache.get(account, at, fetch))


def read_token(reply: Reply, codes: Codes, at: datetime) -> tuple[str, float]:
    found = read_answer(reply, codes, at)
    token, seconds = found.get("access_token"), found.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(seconds, int | float):
        raise Passing(_("对方没有给出接口凭证"))
    return token, float(seconds)
