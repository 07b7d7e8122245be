"""Every refusal in one shape: {"code", "message", "fields"}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import CsrfFailed
from core.audit import deny_request
from core.errors import DomainError, NotAllowed, NotFound


class BadRequest(DomainError):
    """请求的格式不对：请求体应为 UTF-8 编码的 JSON。"""

    code = "bad_request"
    status = 400


class TooLarge(DomainError):
    """请求太大，请分几次发送。"""

    code = "too_large"
    status = 413


class RequestError(DomainError):
    """A refusal by the framework, in our words."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(message)
        self.code, self.status = code, status  # type: ignore[misc]


class CutUpload(DomainError):
    """上传中断或格式不对，请重新上传。"""

    code = "invalid"
    status = 422

    def __init__(self) -> None:
        super().__init__()
        self.fields = {"file": [self.message]}


# What the framework raises, by class: code, message.
_WORDS: Mapping[type[exceptions.APIException], tuple[str, Any]] = {
    CsrfFailed: ("csrf", gettext_lazy("登录状态已变化或缺少 CSRF 令牌，请刷新后重试。")),
    exceptions.ParseError: ("bad_request", gettext_lazy("请求的格式不对：请求体应为 UTF-8 编码的 JSON。")),
    exceptions.AuthenticationFailed: ("not_authenticated", gettext_lazy("令牌无效或已失效，请重新获取。")),
    exceptions.NotAuthenticated: ("not_authenticated", gettext_lazy("请先登录，或在请求头带上令牌。")),
    exceptions.PermissionDenied: ("not_allowed", gettext_lazy("您的岗位不能进行这项操作。")),
    exceptions.NotFound: ("not_found", gettext_lazy("没有找到，或者不在您的工作范围内。")),
    exceptions.MethodNotAllowed: ("method_not_allowed", gettext_lazy("这个地址不支持这种请求方法。")),
    exceptions.NotAcceptable: ("not_acceptable", gettext_lazy("接口只返回 JSON。")),
    exceptions.UnsupportedMediaType: ("unsupported_media_type", gettext_lazy("不支持这种内容类型，请按接口文档发送。")),
}


def answer_error(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """None for what nobody foresaw, which Django then answers as a plain 500."""
    error = as_domain_error(exc)
    if error is None:
        return None
    request: Request = context["request"]
    deny_request(request=request._request, error=error)
    return Response(error.as_payload(), status=error.status, headers=_headers(exc))


def as_domain_error(exc: Exception) -> DomainError | None:
    match exc:
        case DomainError():
            return exc
        case Http404():
            return NotFound()
        case PermissionDenied():
            return NotAllowed()
        case RequestDataTooBig():
            return TooLarge()
        case MultiPartParserError() | UnreadablePostError():
            return CutUpload()
        case SuspiciousOperation():
            return BadRequest()
        case exceptions.Throttled():
            return RequestError("throttled", exc.status_code, _wait(exc))
        case exceptions.APIException():
            return _framework_error(exc)
        case _:
            return None


def _framework_error(exc: exceptions.APIException) -> DomainError | None:
    for kind, (code, message) in _WORDS.items():
        if isinstance(exc, kind):
            return RequestError(code, exc.status_code, str(message))
    return None


def _wait(exc: exceptions.Throttled) -> str:
    wait = getattr(exc, "wait", None)
    if wait is None:
        return _("请求太频繁，请稍后再试。")
    seconds = max(1, int(wait))
    return ngettext("请求太频繁，请 %(n)d 秒后再试。", "请求太频繁，请 %(n)d 秒后再试。", seconds) % {"n": seconds}


def _headers(exc: Exception) -> dict[str, str]:
    headers: dict[str, str] = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(max(1, int(wait)))
    return headers
