"""From a claimed delivery to the letter that goes out, or to why none does."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from core.clock import local
from notifications.delivery import say_read, where, who_is_present
from notifications.kinds import TEST, kind_of
from notifications.models import Contact, Delivery, OutboxMessage
from notifications.texts import Said, say_messages
from notifications.transports import Letter

log = logging.getLogger("bihuan.relay")


@dataclass(frozen=True)
class Ready:
    """`letter` to be sent; else `canceled` says why it is not needed any more, or `failed` why it can't be made."""

    delivery: Delivery
    letter: Letter | None = None
    canceled: str = ""
    failed: str = ""


def make_ready(deliveries: Sequence[Delivery], at: datetime) -> list[Ready]:
    """Look again at what may have changed since they were written; five statements and what the words need."""
    said = _say([one.message for one in deliveries if one.message is not None])
    personal = [one for one in deliveries if one.message is not None and one.outlet is None]
    recipients = {one.message.recipient_id for one in personal if one.message is not None}
    present = who_is_present(recipients, at)
    addresses = set(
        Contact.objects.filter(user_id__in=recipients, is_active=True).values_list("user_id", "way", "address")
    )
    found = []
    for one in deliveries:
        why = _why_not(one, said, present, addresses)
        if why:
            found.append(Ready(one, canceled=why))
        elif one.message is not None and one.message.pk not in said:
            found.append(Ready(one, failed=_("消息的文字没有生成")))
        else:
            found.append(Ready(one, letter=_letter(one, said, at)))
    return found


def _say(messages: Sequence[OutboxMessage]) -> Mapping[int, Said]:
    """One message that can't be put into words takes no other with it."""
    try:
        return say_messages(messages)
    except (OperationalError, InterfaceError):
        raise
    except Exception as exc:
        log.error("words of messages failed (%s); one by one", where(exc))
    said: dict[int, Said] = {}
    for one in messages:
        try:
            said.update(say_messages([one]))
        except (OperationalError, InterfaceError):
            raise
        except Exception as exc:
            log.error("message %s can't be put into words (%s)", one.pk, where(exc))
    return said


def _why_not(
    delivery: Delivery, said: Mapping[int, Said], present: set[int], addresses: set[tuple[int, str, str]]
) -> str:
    message, outlet = delivery.message, delivery.outlet
    if outlet is not None:
        if not outlet.is_active:
            return _("通道已停用")
        # A confidential matter has nothing that a group may hear.
        is_told = message is None or message.pk not in said or said[message.pk].about
        return "" if is_told else _("内容不宜发到群里")
    if message is None:
        return ""
    if message.read_at is not None:
        return say_read()
    if message.recipient_id not in present:
        return _("收件人已停用或不再任职")
    is_same = (message.recipient_id, delivery.way, delivery.address) in addresses
    return "" if is_same else _("联系方式已停用或更换")


def _letter(delivery: Delivery, said: Mapping[int, Said], at: datetime) -> Letter:
    message, outlet = delivery.message, delivery.outlet
    common = {
        "key": delivery.key,
        "to": outlet.url if outlet else delivery.address,
        "sent_at": at,
        "secret": outlet.secret if outlet else "",
        "is_private_allowed": bool(outlet and outlet.is_private_allowed),
    }
    if message is None:
        return Letter(**common, **_test_words(delivery.created_at))  # type: ignore[arg-type]
    words = said[message.pk]
    title, text = _for_group(message, words) if outlet else (words.title, words.sentence or words.title)
    return Letter(
        **common,  # type: ignore[arg-type]
        title=title,
        text=text,
        link=f"{settings.SITE_URL}{words.link}" if words.link else "",
        kind=message.kind,
        urgency=message.urgency,
        at=message.created_at,
        variables=_variables(message, words),
    )


def _for_group(message: OutboxMessage, words: Said) -> tuple[str, str]:
    """No person's name, and nothing that somebody wrote: what it is about, its number, and what to do."""
    title = str(message.payload.get("label") or kind_of(message.kind).label)
    due = _moment(message.payload.get("due_at"))
    lines = [words.about, _("编号 %(number)s") % {"number": words.number} if words.number else ""]
    lines.append(_("期限 %(due)s") % {"due": due} if due else "")
    lines.append(_("请有关单位登录系统办理。"))
    return title, "\n".join(line for line in lines if line)


def _variables(message: OutboxMessage, words: Said) -> dict[str, str]:
    found = {
        "title": str(message.payload.get("label") or kind_of(message.kind).label),
        "about": words.about,
        "number": words.number,
        "time": _moment(message.created_at.isoformat()),
        "due": _moment(message.payload.get("due_at")),
    }
    return {name: value for name, value in found.items() if value}


def _moment(told: object) -> str:
    if not isinstance(told, str):
        return ""
    try:
        return f"{local(datetime.fromisoformat(told)):%Y-%m-%d %H:%M}"
    except ValueError:
        return ""


def _test_words(at: datetime) -> dict[str, object]:
    when = f"{local(at):%Y-%m-%d %H:%M}"
    return {
        "title": _("测试消息"),
        "text": _("收到本消息，说明这一发送方式可用。"),
        "link": f"{settings.SITE_URL}/",
        "kind": TEST,
        "at": at,
        "variables": {"title": _("测试消息"), "time": when, "number": "0"},
    }
