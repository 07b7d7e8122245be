"""Numbers and counters of inboxes as their messages have them."""

from __future__ import annotations

from django.db import connection

_WRONG = """
SELECT box.user_id, box.last_no, box.n_unread, coalesce(told.last_no, 0), coalesce(told.n_live, 0), coalesce(told.n_unread, 0)
FROM notifications_inbox box LEFT JOIN (
    SELECT recipient_id, max(no) AS last_no, count(no) AS n_live, count(no) FILTER (WHERE read_at IS NULL) AS n_unread
    FROM notifications_outboxmessage GROUP BY recipient_id
) told ON told.recipient_id = box.user_id
WHERE (box.last_no, box.last_no, box.n_unread)
    <> (coalesce(told.last_no, 0), coalesce(told.n_live, 0), coalesce(told.n_unread, 0))
ORDER BY box.user_id
"""


def list_wrong_inboxes() -> list[str]:
    """A sentence for each inbox whose numbers have a gap, or whose counters differ from a count."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        return [
            f"inbox {user}: at {last} with {unread} unread, messages say {told_last} ({n} of them) and {n_unread}"
            for user, last, unread, told_last, n, n_unread in cursor.fetchall()
        ]
