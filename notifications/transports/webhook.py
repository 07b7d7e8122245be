"""A system of somebody else (对接接口): JSON, signed, with a time and an id, so that nothing can be replayed unseen.

The receiver takes the header X-Bihuan-Timestamp (seconds), joins it to the body as it came with a dot, and compares
the HMAC-SHA256 under the shared secret with X-Bihuan-Signature (`v1=` and hexadecimal). It refuses times more than
five minutes off, and drops an X-Bihuan-Id that it has seen. See docs/runbook.md.
"""

from __future__ import annotations

import hashlib
import hmac
import json

from django.utils.translation import gettext as _

from notifications.transports.base import Answer, Letter, Passing, Permanent, Transport
from notifications.transports.http import Reply, call, retry_after, split_url

# The receiver will say the same of this letter for ever, or tells that nobody listens any more.
FOR_EVER = frozenset({400, 405, 406, 410, 411, 413, 414, 415, 422})


def sign(secret: str, timestamp: int, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), str(timestamp).encode() + b"." + body, hashlib.sha256).hexdigest()


class WebhookTransport(Transport):
    way = "webhook"

    def check_address(self, address: str) -> None:
        split_url(address, is_private_allowed=True)

    def send(self, letter: Letter) -> Answer:
        if not letter.secret:
            raise Permanent(_("没有设置签名密钥"))
        body = _body(letter)
        timestamp = int(letter.sent_at.timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Bihuan-Id": letter.key,
            "X-Bihuan-Timestamp": str(timestamp),
            "X-Bihuan-Signature": sign(letter.secret, timestamp, body),
        }
        reply = call(letter.to, body, headers=headers, is_private_allowed=letter.is_private_allowed)
        return judge(reply, letter)


def _body(letter: Letter) -> bytes:
    told = {
        "id": letter.key,
        "kind": letter.kind,
        "title": letter.title,
        "text": letter.text,
        "link": letter.link,
        "urgency": letter.urgency,
        "at": letter.at.isoformat(),
        "data": dict(letter.variables),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def judge(reply: Reply, letter: Letter) -> Answer:
    """The status alone says whether it was taken."""
    if 200 <= reply.status < 300:
        return Answer(reply.told())
    if 300 <= reply.status < 400:
        raise Permanent(_("对方要求转到别的地址，不跟随：%(told)s") % {"told": reply.told()})
    told = _("对方没有接收：%(told)s") % {"told": reply.told()}
    if reply.status in FOR_EVER:
        raise Permanent(told)
    wait = retry_after(reply, letter.sent_at)
    raise Passing(told, wait, holds_way=wait is not None)
