"""When a session began, when it was last used, and whether it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

STARTED = "started_at"
SEEN = "seen_at"
# A use is written down this often at most, so that reading pages costs no write each.
SEEN_STEP = timedelta(minutes=1)


class Ending(TextChoices):
    IDLE = "idle", _("您有一段时间没有操作，为保护信息安全已自动退出，请重新登录。")
    ABSOLUTE = "absolute", _("本次登录已到最长时限，请重新登录。")


def start_session(session: SessionBase, at: datetime) -> None:
    session[STARTED] = session[SEEN] = at.timestamp()


def why_ended(session: SessionBase, at: datetime) -> Ending | None:
    """None while the session is good; a limit ends it at the very moment it is reached."""
    if STARTED not in session:
        start_session(session, at)
    if at - _moment(session[STARTED]) >= settings.SESSION_ABSOLUTE_LIMIT:
        return Ending.ABSOLUTE
    if at - _moment(session[SEEN]) >= settings.SESSION_IDLE_LIMIT:
        return Ending.IDLE
    return None


def mark_seen(session: SessionBase, at: datetime) -> None:
    if at - _moment(session[SEEN]) >= SEEN_STEP:
        session[SEEN] = at.timestamp()


def _moment(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)
