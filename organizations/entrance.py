"""What stands between a password and the site: the code, an own and fresh password, the app that shows codes.

All of it is decided once, at the login, and kept in the session, so that a page costs no query for it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from organizations.models import User
from organizations.second_factor.devices import use_device
from organizations.security_policy import current_policy, password_expires_at, read_standing

_FACTOR = "second_factor"
_PASSWORD_EXPIRED = "password_expired"
_GO_ON = "go_on_to"
_DEVICE = "remembered_device"


class Factor(StrEnum):
    # Nothing more is asked.
    OPEN = "open"
    CODE = "code"
    APP = "app"


def begin_entrance(request: HttpRequest, user: User, at: datetime, *, address: str) -> None:
    """Decide what this session must do first. A login of an account known to the session begins anew, too."""
    session = request.session
    session.pop(_DEVICE, None)
    policy = current_policy()
    expires_at = password_expires_at(user, policy)
    session[_PASSWORD_EXPIRED] = expires_at is not None and expires_at <= at
    standing = read_standing(user, at)
    if standing.is_enrolled:
        device = use_device(user, request.COOKIES.get(cookie_of(user), ""), address=address, at=at)
        session[_FACTOR] = Factor.OPEN if device else Factor.CODE
        if device:
            session[_DEVICE] = device.pk
        return
    if standing.is_asked and user.second_factor_asked_at is None:
        User.objects.filter(pk=user.pk, second_factor_asked_at=None).update(second_factor_asked_at=at)
    session[_FACTOR] = Factor.APP if standing.is_overdue(at) else Factor.OPEN


def has_begun(session: SessionBase) -> bool:
    return _FACTOR in session


def needs_code(session: SessionBase) -> bool:
    return bool(session.get(_FACTOR) == Factor.CODE)


def needs_app(session: SessionBase) -> bool:
    return bool(session.get(_FACTOR) == Factor.APP)


def is_open(session: SessionBase) -> bool:
    """Whether this session may see the site; a socket asks this, too, as no middleware stands before it."""
    return session.get(_FACTOR) == Factor.OPEN and not session.get(_PASSWORD_EXPIRED)


def needs_fresh_password(session: SessionBase) -> bool:
    return bool(session.get(_PASSWORD_EXPIRED))


def pass_factor(session: SessionBase, device_id: int | None = None) -> None:
    session[_FACTOR] = Factor.OPEN
    if device_id is not None:
        session[_DEVICE] = device_id


def pass_password(session: SessionBase) -> None:
    session[_PASSWORD_EXPIRED] = False


def device_of(session: SessionBase) -> int | None:
    """The remembered browser that this session came in by."""
    return session.get(_DEVICE)


def keep_goal(session: SessionBase, path: str) -> None:
    """The page asked for first is where the steps lead in the end."""
    session.setdefault(_GO_ON, path)


def take_goal(session: SessionBase) -> str:
    return str(session.pop(_GO_ON, ""))


# --- the remembered browser's cookie ------------------------------------------------------------------------------


def cookie_of(user: User) -> str:
    """One for each account, as several people may share a computer."""
    return f"{settings.DEVICE_COOKIE_NAME}_{user.pk}"
