"""钉钉: the robot of a group, and work notices of an application to a member.

Source: open.dingtalk.com, 自定义机器人接入 and 安全设置 (timestamp and sign in the query, 20 a minute, over that mute for
ten minutes), 发送工作通知 (topapi/message/corpconversation/asyncsend_v2: taken is not yet shown; the same words reach
one member once a day), 错误码. Settings: DINGTALK_APP_KEY, DINGTALK_APP_SECRET, DINGTALK_AGENT_ID, DINGTALK_URL.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import datetime
from urllib.parse import parse_qs, quote_plus, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from core.clock import local
from notifications.transports.base import Answer, Letter, Permanent, Transport, one_line, shorten
from notifications.transports.http import call, split_url
from notifications.transports.providers import Codes, post_json, read_answer, read_token, with_token
from notifications.transports.tokens import TokenCache

ROBOT = Codes(
    too_fast=frozenset({130101, 410100}),
    # No such token, the group dissolved, the robot stopped or taken out, a form it does not take.
    for_ever=frozenset({300001, 300005, 400013, 400101, 400102, 400105, 400106}),
)
MEMBER = Codes(
    too_fast=frozenset({90002, 90018}),
    # No such member, or a form it does not take.
    for_ever=frozenset({33012, 40035, 60121}),
    expired=frozenset({40014, 40001, 42001}),
)
MAX_MARKDOWN, MAX_NOTICE, MAX_TITLE = 20_000, 1500, 100
_USER_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.@$-]{0,63}$")
_MARKS = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃", "@": "＠"})


def sign(secret: str, timestamp: int) -> str:
    """For the query: `timestamp` in milliseconds, not more than an hour off."""
    told = f"{timestamp}\n{secret}".encode()
    return quote_plus(base64.b64encode(hmac.new(secret.encode(), told, hashlib.sha256).digest()))


def signed_url(url: str, secret: str, at: datetime) -> str:
    """A robot may be kept safe by its key words or addresses instead: no secret, no signature."""
    if not secret:
        return url
    timestamp = round(at.timestamp() * 1000)
    return f"{url}&timestamp={timestamp}&sign={sign(secret, timestamp)}"


class DingtalkRobotTransport(Transport):
    way = "dingtalk_robot"

    def check_address(self, address: str) -> None:
        parts = split_url(address, is_private_allowed=True)
        if not parts.path.endswith("/robot/send") or not parse_qs(parts.query).get("access_token"):
            raise Permanent(_("不是钉钉群机器人的地址：应以 /robot/send?access_token= 结尾"))

    def send(self, letter: Letter) -> Answer:
        told = {
            "msgtype": "markdown",
            "markdown": {"title": shorten(one_line(letter.title), MAX_TITLE), "text": _markdown(letter, MAX_MARKDOWN)},
            "at": {"isAtAll": False},
        }
        url = signed_url(letter.to, letter.secret, letter.sent_at)
        reply = post_json(url, told, is_private_allowed=letter.is_private_allowed)
        read_answer(reply, ROBOT, letter.sent_at)
        return Answer(reply.told())


def _markdown(letter: Letter, n_bytes: int) -> str:
    """The title again, as the group shows the text alone; what was written by people makes no mark and calls nobody."""
    head = f"#### {one_line(letter.title).translate(_MARKS)}\n\n"
    link = f"\n\n[{_('查看')}]({letter.link})" if letter.link else ""
    text = shorten(letter.text.translate(_MARKS), n_bytes - len((head + link).encode()))
    return head + text.replace("\n", "\n\n") + link


class DingtalkTransport(Transport):
    """Work notices of the site's own application to one member."""

    way = "dingtalk"

    def __init__(self) -> None:
        self._tokens = TokenCache()

    def is_set_up(self) -> bool:
        return bool(settings.DINGTALK_APP_KEY and settings.DINGTALK_APP_SECRET and settings.DINGTALK_AGENT_ID)

    def check_address(self, address: str) -> None:
        if not _USER_ID.match(address):
            raise Permanent(_("钉钉账号不正确"))

    def send(self, letter: Letter) -> Answer:
        self.check_address(letter.to)
        account = (settings.DINGTALK_URL, settings.DINGTALK_APP_KEY, settings.DINGTALK_APP_SECRET)
        return with_token(
            self._tokens, account, letter.sent_at, lambda: self._fetch(letter), lambda token: self._post(letter, token)
        )

    def _fetch(self, letter: Letter) -> tuple[str, float]:
        who = urlencode({"appkey": settings.DINGTALK_APP_KEY, "appsecret": settings.DINGTALK_APP_SECRET})
        reply = call(f"{settings.DINGTALK_URL}/gettoken?{who}", method="GET", is_private_allowed=True)
        return read_token(reply, MEMBER, letter.sent_at)

    def _post(self, letter: Letter, token: str) -> Answer:
        path = "/topapi/message/corpconversation/asyncsend_v2"
        url = f"{settings.DINGTALK_URL}{path}?{urlencode({'access_token': token})}"
        told = {"agent_id": int(settings.DINGTALK_AGENT_ID), "userid_list": letter.to, "msg": _notice(letter)}
        reply = post_json(url, told, is_private_allowed=True)
        read_answer(reply, MEMBER, letter.sent_at)
        return Answer(reply.told())


def _notice(letter: Letter) -> dict[str, object]:
    """With the moment it happened, as the same words reach a member once a day; a second copy of it is dropped there."""
    when = f"\n\n{local(letter.at):%Y-%m-%d %H:%M:%S}"
    text = _markdown(letter, MAX_NOTICE) + when
    title = shorten(one_line(letter.title), MAX_TITLE)
    if not letter.link:
        return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
    card = {"title": title, "markdown": text, "single_title": _("查看"), "single_url": letter.link}
    return {"msgtype": "action_card", "action_card": card}
