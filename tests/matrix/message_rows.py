"""What is expected of 消息: everybody has his own, and nobody another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notifications.models import OutboxMessage
from tests.matrix.rows import Row, Status, always, call, first_password, page
from tests.matrix.scope import VISITORS
from tests.matrix.world import World

DONE = 302
# To whom the messages are that are asked for.
READERS = ("safety", "office", "confidant")


def _state_gate(role: str) -> Status | None:
    """Pages that lie open ask for it: no way to the login, but 401."""
    return 401 if role in VISITORS else first_password(role)


def _of_reader(world: World, reader: str) -> Mapping[str, Any]:
    newest = OutboxMessage.objects.filter(recipient=world.person(reader), subject_id__isnull=False).latest("pk")
    return {"message_id": newest.pk}


def _own(status: Status) -> Any:
    return lambda role, reader: status if role == reader else 404


_ONE: dict[str, Any] = {"subjects": READERS, "args": _of_reader}

MESSAGE_ROWS: dict[str, Row] = {
    "messages": page(always(200)),
    "messages_read": page(post=always(DONE), data=lambda world, role, subject: {"until": "1"}),
    "messages_state": Row(gate=_state_gate, verbs=dict.fromkeys(("GET", "HEAD"), always(200))),
    "messages_rows": page(always(200)),
    "messages_latest": page(always(200)),
    "messages_settings": page(always(200), always(DONE)),
    # None of these sums anything up.
    "message_digest": page(always(404), **_ONE),
    "message_open": page(_own(DONE), **_ONE),
    "api:messages": call(always(200)),
    "api:messages_read": call(post=always(200), data=lambda world, role, subject: {"until": 1}),
}
