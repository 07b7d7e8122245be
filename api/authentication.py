"""Who asks: a session of the site (with its CSRF token), or a token."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.authtoken.models import Token
from rest_framework.request import Request

from core.errors import DomainError
from organizations.models import User


class WrongCredentials(DomainError):
    """用户名或密码不对。"""

    code = "wrong_credentials"
    status = 401


class PasswordFirst(DomainError):
    """请先在网页登录并设定自己的密码，再使用接口。"""

    code = "password_first"
    status = 403


class CsrfFailed(exceptions.PermissionDenied):
    default_code = "csrf"


class TokenAuthentication(authentication.TokenAuthentication):
    def authenticate_credentials(self, key: str) -> tuple[User, Token]:
        # A header may carry any byte, a database text may not.
        if not key.isalnum():
            raise exceptions.AuthenticationFailed
        user, token = super().authenticate_credentials(key)
        if user.must_set_password:
            raise PasswordFirst
        return user, token


class SessionAuthentication(authentication.SessionAuthentication):
    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as exc:
            raise CsrfFailed(_("登录状态已变化或缺少 CSRF 令牌，请刷新后重试。")) from exc


def give_token(user: User) -> str:
    """The token of an account, one at a time; made where there is none."""
    token, _is_new = Token.objects.get_or_create(user=user)
    return str(token.key)


def revoke_token(user_id: int) -> None:
    Token.objects.filter(user_id=user_id).delete()
