"""From messages to deliveries: by which ways each goes out past the inbox, when, and to which address.

Only rows are written here, in the transaction that says the message is done with; nothing is sent.
"""

from __future__ import annotations

import logging
import traceback
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from core.clock import today
from notifications.delivery_outlets import list_outlets, occasion_of
from notifications.delivery_quiet import quiet_until
from notifications.kinds import USUAL_WAYS
from notifications.models import PERSONAL, Contact, Delivery, Inbox, OutboxMessage, Outlet, Quiet, ToldBy
from notifications.transports import get_transport
from notifications.urgency import Urgency
from organizations.posts import present_holdings

log = logging.getLogger("bihuan.relay")

BATCH = 200
# A message that cannot be expanded is looked at again after this, and holds up nobody meanwhile.
LATER = timedelta(minutes=5)


@dataclass(frozen=True)
class _Readers:
    """What is asked of those whom a batch of messages is for."""

    present: Collection[int]
    boxes: Mapping[int, Inbox]
    # {user id: {way: address}}
    addresses: Mapping[int, Mapping[str, str]]
    # Reckoned once for each of them: {user id: when his quiet hours end}.
    openings: dict[int, datetime | None]


def expand_due(at: datetime, limit: int = BATCH) -> int:
    """Write the deliveries of messages whose time has come; how many messages were looked at.

    Any number of processes may: each takes rows that nobody else holds.
    """
    try:
        return _expand(at, limit)
    except (OperationalError, InterfaceError):
        raise
    except Exception as exc:
        log.error("a batch of messages could not be expanded (%s); one by one", where(exc))
        return _expand_singly(at, limit)


def _expand(at: datetime, limit: int, only: int | None = None) -> int:
    with transaction.atomic():
        due = OutboxMessage.objects.select_for_update(skip_locked=True).filter(relay_at__lte=at)
        if only is not None:
            due = due.filter(pk=only)
        messages = list(due.order_by("relay_at", "pk")[:limit])
        if messages:
            _expand_locked(messages, at)
    return len(messages)


def _expand_singly(at: datetime, limit: int) -> int:
    ids = list(
        OutboxMessage.objects.filter(relay_at__lte=at).order_by("relay_at", "pk").values_list("pk", flat=True)[:limit]
    )
    for message_id in ids:
        try:
            _expand(at, 1, message_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception as exc:
            log.error("message %s could not be expanded (%s); again in %s", message_id, where(exc), LATER)
            OutboxMessage.objects.filter(pk=message_id).update(relay_at=at + LATER)
    return len(ids)


def _expand_locked(messages: Sequence[OutboxMessage], at: datetime) -> None:
    readers = _read(messages, at)
    held: defaultdict[datetime, list[int]] = defaultdict(list)
    told: list[OutboxMessage] = []
    for one in messages:
        until = _held_until(one, readers, at)
        if until is None:
            told.append(one)
        else:
            held[until].append(one.pk)
    rows = [row for one in told for row in _personal(one, readers, at)]
    # Quiet hours are a person's; a group hears at once.
    rows += [_shared(one, outlet, at) for one, outlet in sorted(list_outlets(messages), key=_in_order)]
    # The key says once; one that is there already, also a sent one, stays as it is.
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    OutboxMessage.objects.filter(pk__in=[one.pk for one in told]).update(relay_at=None)
    for until, ids in held.items():
        OutboxMessage.objects.filter(pk__in=ids).update(relay_at=until)


def _read(messages: Sequence[OutboxMessage], at: datetime) -> _Readers:
    ids = {one.recipient_id for one in messages}
    addresses: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for user_id, way, address in Contact.objects.filter(user_id__in=ids, is_active=True).values_list(
        "user_id", "way", "address"
    ):
        addresses[user_id][way] = address
    return _Readers(present=who_is_present(ids, at), boxes=Inbox.objects.in_bulk(ids), addresses=addresses, openings={})


def who_is_present(user_ids: Iterable[int], at: datetime) -> set[int]:
    """Those of them with an active account and a post; nobody else is told anything outside the system."""
    return set(present_holdings(today(at)).filter(user_id__in=user_ids).values_list("user_id", flat=True))


def _held_until(message: OutboxMessage, readers: _Readers, at: datetime) -> datetime | None:
    """Quiet hours hold back what does not press."""
    who = message.recipient_id
    if message.urgency >= Urgency.WARNING or not _is_for_person(message) or not readers.addresses.get(who):
        return None
    if who not in readers.openings:
        box = readers.boxes.get(who)
        readers.openings[who] = quiet_until(box.quiet if box else Quiet.NIGHT, who, at)
    return readers.openings[who]


def _personal(message: OutboxMessage, readers: _Readers, at: datetime) -> list[Delivery]:
    if not _is_for_person(message) or message.recipient_id not in readers.present:
        return []
    box = readers.boxes.get(message.recipient_id)
    addresses = readers.addresses.get(message.recipient_id, {})
    ways = list_wanted(message, box.ways if box else {})
    return [_to_person(message, way, addresses[way], at) for way in ways if way in addresses]


def _is_for_person(message: OutboxMessage) -> bool:
    """Information is for the inbox alone; what is in a digest or folded goes out with what counts it."""
    return message.told_by == ToldBy.LIVE and message.urgency > Urgency.INFO


def list_wanted(message: OutboxMessage, chosen: Mapping[str, bool]) -> list[str]:
    """Personal ways that this site has, that take the kind, and that the reader wants or did not refuse."""
    usual = USUAL_WAYS[Urgency(message.urgency)]
    wanted = [str(way) for way in PERSONAL if chosen.get(way, way in usual)]
    return [way for way in wanted if (transport := get_transport(way)) is not None and transport.takes(message.kind)]


def _to_person(message: OutboxMessage, way: str, address: str, at: datetime) -> Delivery:
    came: dict[str, Any] = {"next_at": at}
    if message.read_at is not None:
        came = {"next_at": None, "state": Delivery.State.CANCELED, "answer": say_read()}
    return Delivery(created_at=at, message=message, way=way, address=address, key=f"m{message.pk}:{way}", **came)


def _shared(message: OutboxMessage, outlet: Outlet, at: datetime) -> Delivery:
    """The address shown is the outlet's name: its URL holds a key."""
    return Delivery(
        created_at=at, message=message, outlet=outlet, way=outlet.way, address=outlet.name,
        key=f"o{outlet.pk}:{occasion_of(message)}", next_at=at,
    )  # fmt: skip


def _in_order(pair: tuple[OutboxMessage, Outlet]) -> tuple[int, int, str, int]:
    """The same in every process, so that two with the same to say wait for each other and never lock crosswise."""
    message, outlet = pair
    return message.subject_id or 0, message.event_seq or 0, occasion_of(message), outlet.pk


def say_read() -> str:
    return _("发送前收件人已在系统中阅读")


def where(exc: BaseException) -> str:
    """What went wrong and in which line, without a word of what it was about."""
    frames = [frame for frame in traceback.extract_tb(exc.__traceback__) if "site-packages" not in frame.filename]
    return f"{type(exc).__name__} {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
