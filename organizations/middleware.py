"""Sessions that end in time, and a first password before anything else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from core.clock import now
from core.middleware import API_PREFIX
from organizations.sessions import Ending, mark_seen, why_ended

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
        if ending is None:
            mark_seen(request.session, at)
            return self.get_response(request)
        logout(request)
        if request.path in (reverse("login"), reverse("logout")):
            return self.get_response(request)
        return _to_login(request, ending)


class PasswordFirst:
    """Whoever came in with a temporary password sets his own before he sees anything."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_open(request) or not request.user.is_authenticated or not request.user.must_set_password:
            return self.get_response(request)
        target = reverse("set_password")
        if request.path in (target, reverse("logout")):
            return self.get_response(request)
        if wants_json(request):
            return _refuse(403, "password_first", _("请先在网页登录并设定自己的密码。"))
        return _redirect(request, target)


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
