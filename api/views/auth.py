from __future__ import annotations

from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle

from api.authentication import (
    CodeNeeded,
    PasswordExpired,
    PasswordFirst,
    SecondFactorFirst,
    WrongCode,
    WrongCredentials,
    give_token,
    revoke_token,
)
from api.envelope import Reader, read_body
from api.output.reference import TokenOut
from api.views.base import ApiView
from core.audit import client_address, record_audit
from core.errors import Invalid
from core.models import AuditKind
from organizations.models import User
from organizations.password_rules import LONGEST_PASSWORD
from organizations.security_policy import current_policy, password_expires_at, read_standing
from organizations.services.second_factor import prove_factor

MAX_USERNAME = 60
MAX_PASSWORD = LONGEST_PASSWORD
MAX_CODE = 40
_CREDENTIALS = {
    "type": "object",
    "required": ["username", "password"],
    "properties": {
        "username": {"type": "string", "maxLength": MAX_USERNAME},
        "password": {"type": "string", "maxLength": MAX_PASSWORD, "format": "password"},
        # Of the app, or a backup code; only where the account has a second factor.
        "code": {"type": "string", "maxLength": MAX_CODE},
    },
    "additionalProperties": False,
}


class TokenView(ApiView):
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "token"

    def get_authenticators(self) -> list:  # type: ignore[type-arg]
        # A stale session or token must not stand in the way of a new one.
        # The schema's generator asks without a request.
        return [] if getattr(self.request, "method", "") == "POST" else super().get_authenticators()

    def get_permissions(self) -> list:  # type: ignore[type-arg]
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    @extend_schema(
        operation_id="get_token", tags=["auth"], auth=[], summary="取得令牌",
        request={"application/json": _CREDENTIALS}, responses={200: TokenOut},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        username, password, code = _read_credentials(request)
        user = authenticate(request._request, username=username, password=password)
        if not isinstance(user, User):
            raise WrongCredentials
        if user.must_set_password:
            raise PasswordFirst
        require_factor(user, code, address=client_address(request._request), at=self.at)
        # No session is made, so the failures are forgotten and the login is recorded here.
        AxesProxyHandler.user_logged_in(sender=User, request=request._request, user=user)
        record_audit(
            kind=AuditKind.LOGIN, at=self.at, actor=user, action="account.token_given",
            address=client_address(request._request), path=f"{request.method} {request.path}",
        )  # fmt: skip
        return Response({"token": give_token(user)})

    @extend_schema(
        operation_id="revoke_token", tags=["auth"], summary="作废自己的令牌", request=None, responses={204: None}
    )
    def delete(self, request: Request) -> Response:
        revoke_token(self.actor.pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


def require_factor(user: User, code: str, *, address: str, at: datetime) -> None:
    """What the steps of a login ask on the page, asked here at once."""
    expires_at = password_expires_at(user, current_policy())
    if expires_at is not None and expires_at <= at:
        raise PasswordExpired
    standing = read_standing(user, at)
    if standing.is_overdue(at):
        raise SecondFactorFirst
    if not standing.is_enrolled:
        return
    if not code.strip():
        raise CodeNeeded
    try:
        prove_factor(actor=user, code=code, address=address, at=at)
    except Invalid as exc:
        raise WrongCode(exc.message) from exc


def _read_credentials(request: Request) -> tuple[str, str, str]:
    body = read_body(request)
    read = Reader(body)
    read.refuse_others(("username", "password", "code"))
    username, password, code = read.text("username").strip(), read.text("password"), read.text("code")
    read.check("code", lambda _value: len(code) <= MAX_CODE, _("请填写 6 位验证码或一个备用码。"))
    read.check("username", lambda _value: 0 < len(username) <= MAX_USERNAME, _("请填写用户名。"))
    read.check("password", lambda _value: 0 < len(password) <= MAX_PASSWORD, _("请填写密码。"))
    read.finish()
    return username, password, code
