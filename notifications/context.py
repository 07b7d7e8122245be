"""The reader's messages as every page's frame shows them: how many are unread. Read when a template asks, once a page."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import cached_property

from django.http import HttpRequest

from core.errors import Busy
from notifications.models import Inbox
from notifications.push import Count
from notifications.selectors import get_inbox
from notifications.services import has_unread_about, read_subject
from organizations.entrance import needs_code
from organizations.models import User

logger = logging.getLogger(__name__)

# More is told as 99+.
MOST_SHOWN = 99


class OwnInbox:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._now: Count | None = None

    @property
    def user(self) -> User | None:
        """None for a visitor, and for one whose code is still to come."""
        user = getattr(self._request, "user", None)
        session = getattr(self._request, "session", None)
        return user if isinstance(user, User) and session is not None and not needs_code(session) else None

    @cached_property
    def _row(self) -> Inbox | None:
        return get_inbox(self.user) if self.user else None

    @property
    def count(self) -> Count:
        if self._now is None:
            self._now = Count(self._row.last_no, self._row.n_unread) if self._row else Count(0, 0)
        return self._now

    @count.setter
    def count(self, count: Count) -> None:
        """What marking on the way to this page left."""
        self._now = count

    @property
    def no(self) -> int:
        return self.count.last_no

    @property
    def n_unread(self) -> int:
        return self.count.n_unread

    @property
    def badge(self) -> str:
        """Empty where nothing is unread."""
        n = self.n_unread
        return f"{MOST_SHOWN}+" if n > MOST_SHOWN else str(n or "")


def inbox_of(request: HttpRequest) -> OwnInbox:
    """One for a request, for view and frame together."""
    found: OwnInbox | None = getattr(request, "_own_inbox", None)
    if found is None:
        found = OwnInbox(request)
        request._own_inbox = found  # type: ignore[attr-defined]
    return found


def inbox(request: HttpRequest) -> dict[str, OwnInbox]:
    return {"inbox": inbox_of(request)}


def read_about(request: HttpRequest, subject_id: int, at: datetime) -> None:
    """The page of a subject was opened: what its reader was told of it is read. No statement where nothing is unread.

    A page never fails for it.
    """
    own = inbox_of(request)
    if request.method != "GET" or not own.user or not own.n_unread:
        return
    try:
        if has_unread_about(own.user, subject_id):
            own.count = read_subject(actor=own.user, subject_id=subject_id, at=at)
    except Busy:
        # Messages are being written for him for longer than the lock is waited for; they stay unread.
        logger.warning("messages about %s not marked as read", subject_id, exc_info=True)
