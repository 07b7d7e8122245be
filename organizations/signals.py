"""What Django and axes tell about logins goes into the audit log; nothing else hangs on signals."""

from __future__ import annotations

from typing import TypedDict

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.audit import client_address, record_audit
from core.clock import now
from core.models import AuditKind
from organizations.entrance import begin_entrance
from organizations.models import User
from organizations.sessions import start_session


class Where(TypedDict):
    address: str
    path: str


@receiver(user_logged_in, dispatch_uid="organizations.login")
def _logged_in(request: HttpRequest, user: User, **kwargs: object) -> None:
    at = now()
    start_session(request.session, at)
    begin_entrance(request, user, at, address=client_address(request))
    record_audit(kind=AuditKind.LOGIN, at=at, actor=user, action="account.logged_in", **_where(request))


@receiver(user_logged_out, dispatch_uid="organizations.logout")
def _logged_out(request: HttpRequest, user: User | None, **kwargs: object) -> None:
    if user is not None:
        record_audit(kind=AuditKind.LOGOUT, at=now(), actor=user, action="account.logged_out", **_where(request))


@receiver(user_login_failed, dispatch_uid="organizations.login_failed")
def _login_failed(credentials: dict[str, str], request: HttpRequest | None = None, **kwargs: object) -> None:
    _record_failure("account.login_failed", str(credentials.get("username", "")), request)


@receiver(user_locked_out, dispatch_uid="organizations.locked_out")
def _locked_out(request: HttpRequest, username: str, **kwargs: object) -> None:
    _record_failure("account.locked", username, request)


def _record_failure(action: str, username: str, request: HttpRequest | None) -> None:
    """Names the account only if there is one: people type passwords into the wrong field."""
    user = User.objects.filter(username=username).first()
    record_audit(
        kind=AuditKind.LOGIN_FAILED,
        at=now(),
        actor=None,
        action=action,
        subject=f"{user.name}（{user.username}）" if user else _("没有这个用户名"),
        detail={"user": user.pk} if user else {},
        **(_where(request) if request is not None else Where(address="", path="")),
    )


def _where(request: HttpRequest) -> Where:
    return {"address": client_address(request), "path": f"{request.method} {request.path}"}
