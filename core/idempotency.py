"""One effect and one answer per command key, however often and in parallel it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.translation import gettext as _

from core.errors import Busy, Invalid
from core.locks import busy_on_lock_timeout
from core.models import CommandKey

Answer = dict[str, object]


def claim(*, actor_id: int, key: str, request_hash: str, at: datetime) -> Answer | None:
    """The stored answer of a known key, or None when the caller now owns the key and must store one.

    A rival with the same key waits for the owner's transaction and then reads its answer.
    Raises Invalid if the key came with another request, Busy if the owner takes too long.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("claim needs the caller's transaction")
    if len(key) > CommandKey.KEY_LENGTH:
        raise Invalid.of(idempotency_key=_("幂等键最长 80 个字符。"))
    # A purge may delete the row between both statements; then the second try owns it.
    for _attempt in range(2):
        if _insert(actor_id, key, request_hash, at):
            return None
        known = CommandKey.objects.filter(actor_id=actor_id, key=key).first()
        if known is not None:
            return _stored(known, request_hash)
    raise Busy


def _insert(actor_id: int, key: str, request_hash: str, at: datetime) -> bool:
    with busy_on_lock_timeout(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_commandkey (actor_id, key, request_hash, created_at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (actor_id, key) DO NOTHING",
            [actor_id, key, request_hash, at],
        )
        return bool(cursor.rowcount)


def _stored(known: CommandKey, request_hash: str) -> Answer:
    if known.request_hash != request_hash:
        raise Invalid.of(idempotency_key=_("这个幂等键已用于另一个请求，请换一个新的。"))
    if known.answer is None:
        raise Busy
    return cast(Answer, known.answer)


def store_answer(*, actor_id: int, key: str, answer: Mapping[str, object]) -> None:
    """Keep the answer of a key claimed in this transaction; only successes are ever kept."""
    CommandKey.objects.filter(actor_id=actor_id, key=key).update(answer=dict(answer))


def purge_commands(before: datetime) -> int:
    """Forget keys claimed before the moment; returns how many."""
    return CommandKey.objects.filter(created_at__lt=before).delete()[0]
