"""Error pages, in JSON under /api/, and the two addresses a watchdog asks."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe

from core.clock import now
from core.middleware import API_PREFIX
from core.readiness import READY

PLAIN_500 = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
    "<body><h1>{title}</h1><p>{message}</p></body></html>"
)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "bad_request", _("请求的格式不对，请返回重试。"))


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "not_allowed", _("您的岗位不能打开这个页面。"))


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, "csrf", _("页面已过期或登录状态已变化，请返回刷新后重试。"))


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", _("没有找到这个页面，或者它不在您的工作范围内。"))


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Falls back to a page without templates, as the reader's account may be what can't be read."""
    message = _("系统出错了，您刚才的操作可能没有保存。请稍后重试；仍不行请联系系统管理员。")
    try:
        return _answer(request, 500, "server_error", message)
    except Exception:  # whatever broke the page may break its error page too
        return HttpResponse(PLAIN_500.format(title=_("系统出错了"), message=message), status=500)


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)
    return render(request, f"errors/{status}.html", {"message": message}, status=status)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers, and all else that must run does; 503 while one of them does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts = {name: is_well(now()) for name, is_well in READY.items()}
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": False}, status=503)
    is_ready = all(parts.values())
    status = "ok" if is_ready else "unavailable"
    return JsonResponse({"status": status, "database": True, **parts}, status=200 if is_ready else 503)
