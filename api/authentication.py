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


class PasswordExpired(DomainError):
    """密码已到期，请先在网页登录并更换密码，再使用接口。"""

    code = "password_expired"
    status = 403


class SecondFactorFirst(DomainError):
    """您的岗位必须使用登录验证，请先在网页登录并启用，再使用接口。"""

    code = "second_factor_first"
    status = 403


class CodeNeeded(DomainError):
    """这个账号启用了登录验证，请在 code 中填写验证器上的 6 位数字，或一个备用码。"""

    code = "code_needed"
    status = 401


class WrongCode(DomainError):
    """验证码不对，请核对后重试。"""

    code = "wrong_code"
    status = 401


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
