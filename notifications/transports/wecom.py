"""企业微信: the robot of a group, and messages of an application to a member.

Source: developer.work.weixin.qq.com, 群机器人配置说明 (path/91770, path/99398: markdown of at most 4096 bytes, 20 a
minute), 发送应用消息 (path/90236: text card, title 128 bytes, description 512 bytes; 30 a minute to one member) and
全局错误码 (path/90313). Settings: WECOM_CORP_ID, WECOM_AGENT_ID, WECOM_SECRET, WECOM_URL (of a private installation).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from core.clock import local
from notifications.transports.base import Answer, Letter, Permanent, Transport, one_line, shorten, show
from notifications.transports.http import call, split_url
from notifications.transports.providers import Codes, post_json, read_answer, read_token, with_token
from notifications.transports.tokens import TokenCache

ROBOT = Codes(
    # Over 20 a minute.
    too_fast=frozenset({45009, 45033}),
    # The robot was taken out of its group; the text has no form that it takes.
    for_ever=frozenset({93000, 40008, 40058, 44004}),
)
MEMBER = Codes(
    too_fast=frozenset({45009, 45033}),
    # No such member, or none that may see the application.
    for_ever=frozenset({40003, 60111, 81013, 82001, 44004, 40058}),
    expired=frozenset({40014, 41001, 42001}),
)
MAX_MARKDOWN, MAX_CARD_TITLE, MAX_CARD_TEXT = 4096, 128, 512
# Seconds within which 企业微信 itself drops a second copy; the longest it offers is four hours.
SAME_WITHIN = 4 * 3600
_USER_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}$")
_MARKS = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "*": "＊", "`": "｀", "#": "＃"})


class WecomRobotTransport(Transport):
    way = "wecom_robot"

    def check_address(self, address: str) -> None:
        parts = split_url(address, is_private_allowed=True)
        if not parts.path.endswith("/cgi-bin/webhook/send") or not parse_qs(parts.query).get("key"):
            raise Permanent(_("不是企业微信群机器人的地址：应以 /cgi-bin/webhook/send?key= 结尾"))

    def send(self, letter: Letter) -> Answer:
        told = {"msgtype": "markdown", "markdown": {"content": _markdown(letter)}}
        reply = post_json(letter.to, told, is_private_allowed=letter.is_private_allowed)
        read_answer(reply, ROBOT, letter.sent_at)
        return Answer(reply.told())


def _markdown(letter: Letter) -> str:
    """Their markdown; what was written by people makes no mark of its own and calls nobody."""
    link = f"\n[{_('查看')}]({letter.link})" if letter.link else ""
    head = f"**{one_line(letter.title).translate(_MARKS)}**\n"
    room = MAX_MARKDOWN - len((head + link).encode())
    return head + shorten(letter.text.translate(_MARKS), room) + link


class WecomTransport(Transport):
    """Messages of the site's own application to one member."""

    way = "wecom"

    def __init__(self) -> None:
        self._tokens = TokenCache()

    def is_set_up(self) -> bool:
        return bool(settings.WECOM_CORP_ID and settings.WECOM_AGENT_ID and settings.WECOM_SECRET)

    def check_address(self, address: str) -> None:
        if not _USER_ID.match(address):
            raise Permanent(_("企业微信账号不正确"))

    def send(self, letter: Letter) -> Answer:
        self.check_address(letter.to)
        account = (settings.WECOM_URL, settings.WECOM_CORP_ID, settings.WECOM_SECRET)
        return with_token(
            self._tokens, account, letter.sent_at, lambda: self._fetch(letter), lambda token: self._post(letter, token)
        )

    def _fetch(self, letter: Letter) -> tuple[str, float]:
        who = urlencode({"corpid": settings.WECOM_CORP_ID, "corpsecret": settings.WECOM_SECRET})
        reply = call(f"{settings.WECOM_URL}/cgi-bin/gettoken?{who}", method="GET", is_private_allowed=True)
        return read_token(reply, MEMBER, letter.sent_at)

    def _post(self, letter: Letter, token: str) -> Answer:
        url = f"{settings.WECOM_URL}/cgi-bin/message/send?{urlencode({'access_token': token})}"
        reply = post_json(url, _card(letter), is_private_allowed=True)
        found = read_answer(reply, MEMBER, letter.sent_at)
        if found.get("invaliduser"):
            raise Permanent(_("企业微信没有这个成员，或应用对其不可见：%(told)s") % {"told": show(reply.body, 300)})
        return Answer(reply.told())


def _card(letter: Letter) -> dict[str, object]:
    """The same letter makes the same words, so that their own check for second copies finds it."""
    when = f"{local(letter.at):%Y-%m-%d %H:%M}"
    title = shorten(one_line(letter.title), MAX_CARD_TITLE)
    same = {"enable_duplicate_check": 1, "duplicate_check_interval": SAME_WITHIN}
    base = {"touser": letter.to, "agentid": int(settings.WECOM_AGENT_ID), **same}
    text = shorten(letter.text.translate(_MARKS), MAX_CARD_TEXT - len(when) - 1)
    if not letter.link:
        return {**base, "msgtype": "text", "text": {"content": f"{title}\n{text}\n{when}"}}
    card = {"title": title, "description": f"{text}\n{when}", "url": letter.link, "btntxt": _("查看")}
    return {**base, "msgtype": "textcard", "textcard": card}
