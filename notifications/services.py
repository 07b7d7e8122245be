"""What a person does with his own messages: read them. Numbers move under his inbox's lock, with the rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from core.locks import busy_on_lock_timeout
from core.prepared import Statement
from notifications.models import Inbox, OutboxMessage, ToldBy
from notifications.push import Count, push_inbox
from organizations.models import User

# The inbox is locked before, so that all that was counted so far is seen and nothing comes in between.
_READ = """
WITH marked AS (
    UPDATE notifications_outboxmessage SET read_at = %s
    WHERE recipient_id = %s AND read_at IS NULL AND told_by = 'live' AND {which} RETURNING 1
)
UPDATE notifications_inbox SET n_unread = greatest(n_unread - (SELECT count(*) FROM marked), 0)
WHERE user_id = %s RETURNING last_no, n_unread
"""
_READ_SOME = Statement(_READ.format(which="id = ANY(%s::bigint[])"))
_READ_ABOUT = Statement(_READ.format(which="subject_id = %s"))
_READ_UNTIL = Statement(_READ.format(which="no <= %s"))


def read_message(*, actor: User, message_id: int, at: datetime) -> Count:
    return read_messages(actor=actor, message_ids=[message_id], at=at)


def read_messages(*, actor: User, message_ids: Sequence[int], at: datetime) -> Count:
    """Mark these of his own messages as read; another's are left as they are. Tells his open pages."""
    return _read(actor, _READ_SOME, list(message_ids), at)


def read_subject(*, actor: User, subject_id: int, at: datetime) -> Count:
    """Mark all that he was told of one subject."""
    return _read(actor, _READ_ABOUT, subject_id, at)


def read_all(*, actor: User, until_no: int, at: datetime) -> Count:
    """Mark all up to a number; what came after the page that was looked at stays unread."""
    return _read(actor, _READ_UNTIL, until_no, at)


def has_unread_about(user: User, subject_id: int) -> bool:
    rows = OutboxMessage.objects.filter(recipient=user, subject_id=subject_id, read_at__isnull=True)
    return rows.filter(told_by=ToldBy.LIVE).exists()


def _read(actor: User, statement: Statement, which: int | list[int], at: datetime) -> Count:
    with busy_on_lock_timeout(), transaction.atomic():
        box = Inbox.objects.select_for_update().filter(pk=actor.pk).first()
        if box is None:
            return Count(0, 0)
        with connection.cursor() as cursor:
            statement.run(cursor, [at, actor.pk, which, actor.pk])
            count = Count(*cursor.fetchone())
        if count.n_unread != box.n_unread:
            transaction.on_commit(lambda: push_inbox({actor.pk: count}))
    return count
