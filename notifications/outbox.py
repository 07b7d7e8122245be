"""Telling people: rows that are written with what they tell of, and sent later."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.transaction import TransactionManagementError

# Rows that tell the same to the same person are written once; in the order of their keys, so that two writers of
# the same occasions wait for each other and never lock crosswise.
_PUT = """
INSERT INTO notifications_outboxmessage
    (region_code, created_at, recipient_id, kind, subject_id, event_seq, payload, dedupe_key)
SELECT * FROM unnest(
    %s::varchar[], %s::timestamptz[], %s::bigint[], %s::varchar[], %s::bigint[], %s::integer[], %s::jsonb[], %s::varchar[]
)
ON CONFLICT (dedupe_key) DO NOTHING
"""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One occasion for one person. `kind` is dotted, as deadline.warned; `dedupe_key` names occasion and person."""

    recipient_id: int
    kind: str
    dedupe_key: str
    created_at: datetime
    subject_id: int | None = None
    event_seq: int | None = None
    # Ids, numbers and labels that the text is made of; never the content of a confidential matter.
    payload: Mapping[str, object] = field(default_factory=dict)
    region_code: str = ""


def put_messages(messages: Iterable[Message]) -> int:
    """Write them in the caller's transaction, in one statement however many; gives how many were new.

    Raises TransactionManagementError outside a transaction: what it tells of could otherwise be rolled back alone.
    """
    rows = sorted(messages, key=lambda one: one.dedupe_key)
    if not rows:
        return 0
    if not connection.in_atomic_block:
        raise TransactionManagementError("put_messages needs the caller's transaction")
    values: list[Any] = [
        [one.region_code for one in rows],
        [one.created_at for one in rows],
        [one.recipient_id for one in rows],
        [one.kind for one in rows],
        [one.subject_id for one in rows],
        [one.event_seq for one in rows],
        [json.dumps(dict(one.payload), ensure_ascii=False) for one in rows],
        [one.dedupe_key for one in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PUT, values)
        return int(cursor.rowcount)
