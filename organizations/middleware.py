"""Sessions that end in time, and the steps of a login before anything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _lazy

from core.audit import client_address
from core.background import is_background
from core.clock import now
from core.middleware import API_PREFIX
from organizations.entrance import (
    begin_entrance,
    has_begun,
    keep_goal,
    needs_app,
    needs_code,
    needs_fresh_password,
)
from organizations.sessions import Ending, mark_seen, why_ended

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

GetResponse = Callable[[HttpRequest], HttpResponse]

# Answered without a look at session or account.
OPEN_PATHS = ("/healthz", "/readyz", "/static/")


def is_open(request: HttpRequest) -> bool:
    return request.path.startswith(OPEN_PATHS)


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX) or request.headers.get("Accept", "").startswith("application/json")


class PrivatePages:
    """What somebody signed in was shown is not kept by the browser or a proxy, unless the view says how."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class SessionLimits:
    """A session ends when nobody used it for a while, and at the latest some hours after the login."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_open(request) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        if SESSION_KEY not in request.session:
            return self.get_response(request)
        at: datetime = now()
        ending = why_ended(request.session, at)
        if is_background(request):
            return self.get_response(request) if ending is None else _refuse(401, "session_ended", str(ending.label))
        if ending is None:
            mark_seen(request.session, at)
            return self.get_response(request)
        logout(request)
        if request.path in (reverse("login"), reverse("logout")):
            return self.get_response(request)
        return _to_login(request, ending)


@dataclass(frozen=True)
class Step:
    """One thing that comes before everything else, and the only page that opens until it is done."""

    is_due: Callable[[HttpRequest], bool]
    page: str
    code: str
    message: str | StrPromise


# In this order: nobody sets a password or an app before he showed the code of the one he has.
STEPS = (
    Step(
        lambda request: needs_code(request.session), "verify_code", "code_first", _lazy("请先在网页输入登录验证码。")
    ),
    Step(
        lambda request: bool(request.user.is_authenticated and request.user.must_set_password),
        "set_password", "password_first", _lazy("请先在网页登录并设定自己的密码。"),
    ),
    Step(
        lambda request: needs_fresh_password(request.session),
        "change_password", "password_expired", _lazy("密码已到期，请先在网页更换密码。"),
    ),
    Step(
        lambda request: needs_app(request.session),
        "second_factor", "second_factor_first", _lazy("请先在网页启用登录验证。"),
    ),
)  # fmt: skip


class EntranceSteps:
    """Whoever logged in does first what is due: his code, a password of his own, a fresh one, his app."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_open(request) or not request.user.is_authenticated:
            return self.get_response(request)
        if not has_begun(request.session):
            # A session that began before this site knew of steps.
            begin_entrance(request, request.user, now(), address=client_address(request))
        step = next((step for step in STEPS if step.is_due(request)), None)
        if step is None or request.path in (reverse(step.page), reverse("logout")):
            return self.get_response(request)
        if wants_json(request):
            return _refuse(403, step.code, str(step.message))
        if request.method == "GET" and _is_page(request):
            keep_goal(request.session, request.get_full_path())
        return _redirect(request, reverse(step.page))


def _is_page(request: HttpRequest) -> bool:
    """Not a picture, nor a part of a page."""
    return "text/html" in request.headers.get("Accept", "text/html") and not request.headers.get("HX-Request")


def _to_login(request: HttpRequest, ending: Ending) -> HttpResponse:
    if wants_json(request):
        return _refuse(401, "session_ended", str(ending.label))
    query = {"ended": ending.value}
    back = _page_to_return_to(request)
    if back:
        query["next"] = back
    return _redirect(request, f"{reverse('login')}?{urlencode(query)}")


def _page_to_return_to(request: HttpRequest) -> str:
    """A page that can be read again: this one, or the one a form or an htmx call came from."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    source = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(source, {request.get_host()}):
        return ""
    parts = urlsplit(source)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _redirect(request: HttpRequest, target: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _refuse(status: int, code: str, message: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)
