"""Who a socket belongs to: two statements for any number of sockets, by the rules that stand before every page.

An open socket is no use of the session: nothing here writes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare

from core.clock import today
from core.prepared import Statement
from notifications.push import Count
from organizations.entrance import is_open
from organizations.models import User
from organizations.posts import HELD_POST, PRESENT, keys_of, make_held_posts
from organizations.sessions import why_ended


@dataclass(frozen=True)
class Login:
    """What an open session says: whose it is, and the mark of the password it began with."""

    user_id: int
    auth_hash: str


@dataclass(frozen=True)
class Reader:
    """A person as the sockets know him: what he may hear of, and how far his messages go."""

    user_id: int
    # Marks of the password that he has; more than one while the site's secret is being changed.
    auth_hashes: tuple[str, ...]
    keys: frozenset[int]
    count: Count

    def owns(self, login: Login) -> bool:
        return any(constant_time_compare(login.auth_hash, one) for one in self.auth_hashes)


def let_in(session_keys: Collection[str], at: datetime) -> dict[str, Reader]:
    """{session key: its reader}, of those sessions alone that would be shown a page at this moment."""
    logins = read_logins(session_keys, at)
    readers = read_readers({login.user_id for login in logins.values()}, at)
    return {
        key: readers[login.user_id]
        for key, login in logins.items()
        if login.user_id in readers and readers[login.user_id].owns(login)
    }


def read_logins(session_keys: Collection[str], at: datetime) -> dict[str, Login]:
    """Sessions that are there, within their limits, and through all steps of the entrance."""
    rows = Session.objects.filter(session_key__in=list(session_keys), expire_date__gt=Now())
    found = {row.session_key: _login_of(row, at) for row in rows}
    return {key: login for key, login in found.items() if login is not None}


def _login_of(row: Session, at: datetime) -> Login | None:
    session = SessionStore()
    session.update(row.get_decoded())
    if not is_open(session) or why_ended(session, at) is not None:
        return None
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    return Login(int(session[SESSION_KEY]), session.get(HASH_SESSION_KEY, ""))


_READERS = Statement(f"""
SELECT person.id, person.password, box.last_no, box.n_unread, (
    SELECT json_agg(json_build_array({HELD_POST}))
    FROM organizations_holding holding JOIN organizations_post post ON post.id = holding.post_id
    JOIN organizations_unit unit ON unit.id = post.unit_id WHERE holding.user_id = person.id AND {PRESENT}
)
FROM (SELECT %s::date AS on_day) asked JOIN organizations_user person ON person.id = ANY(%s::bigint[])
LEFT JOIN notifications_inbox box ON box.user_id = person.id
WHERE person.is_active AND NOT person.must_set_password
""")


def read_readers(user_ids: Collection[int], at: datetime) -> Mapping[int, Reader]:
    """{user id: reader}, of those accounts alone that are open and have a password of their own."""
    if not user_ids:
        return {}
    with connection.cursor() as cursor:
        _READERS.run(cursor, [today(at), sorted(user_ids)])
        return {row[0]: _make_reader(*row) for row in cursor.fetchall()}


def _make_reader(
    user_id: int, password: str, last_no: int | None, n_unread: int | None, held: list[list[object]] | None
) -> Reader:
    user = User(pk=user_id, password=password)
    return Reader(
        user_id=user_id,
        auth_hashes=(user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()),
        keys=frozenset(keys_of(user, make_held_posts(held or []))),
        count=Count(last_no or 0, n_unread or 0),
    )
