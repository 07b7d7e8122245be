"""From a claimed delivery to the letter that goes out, or to why none does."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from core.clock import local
from notifications import hooks
from notifications.delivery import say_read, where, who_is_present
from notifications.delivery_outlets import list_within
from notifications.kinds import TEST, kind_of
from notifications.models import Contact, Delivery, OutboxMessage, Outlet
from notifications.texts import Said, say_messages
from notifications.transports import Letter
from organizations.models import User
from organizations.posts import list_held_posts

log = logging.getLogger("bihuan.relay")


@dataclass(frozen=True)
class Ready:
    """`letter` to be sent; else `canceled` says why it is not needed any more, or `failed` why it can't be made."""

    delivery: Delivery
    letter: Letter | None = None
    canceled: str = ""
    failed: str = ""


@dataclass(frozen=True)
class _Now:
    """What may have changed since the deliveries were written."""

    said: Mapping[int, Said]
    present: Collection[int]
    addresses: Collection[tuple[int, str, str]]
    # (recipient, subject) that he may read; (outlet, subject) that lies in its subtree.
    readable: Collection[tuple[int, int]]
    within: Collection[tuple[int, int]]


def make_ready(deliveries: Sequence[Delivery], at: datetime) -> list[Ready]:
    """Look at everything again; six statements, two for each recipient, and what the words need.

    One that can't be made into a letter takes no other with it. Raises OperationalError, InterfaceError.
    """
    try:
        return _make_ready(deliveries, at)
    except (OperationalError, InterfaceError):
        raise
    except Exception as exc:
        log.error("letters could not be made (%s); one by one", where(exc))
    return [_make_one_ready(one, at) for one in deliveries]


def _make_one_ready(delivery: Delivery, at: datetime) -> Ready:
    try:
        return _make_ready([delivery], at)[0]
    except (OperationalError, InterfaceError):
        raise
    except Exception as exc:
        log.error("delivery %s can't be made into a letter (%s)", delivery.pk, where(exc))
        return Ready(delivery, failed=_("程序出错：%(name)s") % {"name": type(exc).__name__})


def _make_ready(deliveries: Sequence[Delivery], at: datetime) -> list[Ready]:
    now = _look(deliveries, at)
    found = []
    for one in deliveries:
        why = _why_not(one, now)
        if why:
            found.append(Ready(one, canceled=why))
        elif one.message is not None and one.message.pk not in now.said:
            found.append(Ready(one, failed=_("消息的文字没有生成")))
        else:
            found.append(Ready(one, letter=_letter(one, now.said, at)))
    return found


def _look(deliveries: Sequence[Delivery], at: datetime) -> _Now:
    personal = [one.message for one in deliveries if one.message is not None and one.outlet is None]
    shared = [(one.outlet, one.message) for one in deliveries if one.outlet is not None and one.message is not None]
    recipients = {one.recipient_id for one in personal}
    contacts = Contact.objects.filter(user_id__in=recipients, is_active=True)
    return _Now(
        said=_say([one.message for one in deliveries if one.message is not None]),
        present=who_is_present(recipients, at),
        addresses=set(contacts.values_list("user_id", "way", "address")),
        readable=_list_readable(personal, at),
        within=list_within(shared),
    )


def _list_readable(messages: Sequence[OutboxMessage], at: datetime) -> set[tuple[int, int]]:
    """A matter that left somebody's scope is not told to him any more."""
    by_user: defaultdict[int, set[int]] = defaultdict(set)
    for one in messages:
        if one.subject_id is not None:
            by_user[one.recipient_id].add(one.subject_id)
    users = User.objects.in_bulk(by_user)
    return {
        (user.pk, subject)
        for user in users.values()
        for find in hooks.readable_subjects
        for subject in find(user, at, list_held_posts(user, at), by_user[user.pk])
    }


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


def _why_not(delivery: Delivery, now: _Now) -> str:
    return _why_not_shared(delivery, delivery.outlet, now) if delivery.outlet else _why_not_personal(delivery, now)


def _why_not_shared(delivery: Delivery, outlet: Outlet, now: _Now) -> str:
    message = delivery.message
    if not outlet.is_active:
        return _("通道已停用")
    if message is None:
        return ""
    if (outlet.pk, message.subject_id) not in now.within:
        return _("已不属于该单位，或已转为保密")
    # What has nothing that a group may hear.
    return _("内容不宜发到群里") if message.pk in now.said and not now.said[message.pk].about else ""


def _why_not_personal(delivery: Delivery, now: _Now) -> str:
    message = delivery.message
    if message is None:
        return ""
    who = message.recipient_id
    if message.read_at is not None:
        return say_read()
    if who not in now.present:
        return _("收件人已停用或不再任职")
    if message.subject_id is not None and (who, message.subject_id) not in now.readable:
        return _("内容已不在收件人的工作范围")
    return "" if (who, delivery.way, delivery.address) in now.addresses else _("联系方式已停用或更换")


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
