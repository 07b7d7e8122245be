"""What somebody sees who tried too many passwords."""

from __future__ import annotations

from datetime import datetime

from axes.helpers import get_client_ip_address, get_client_username, get_cool_off
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.clock import local
from organizations.middleware import wants_json

TOO_MANY_REQUESTS = 429


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """Say when this account opens again at this address, and what to do meanwhile."""
    username = get_client_username(request, credentials) or ""
    opens_at = opening_moment(request, username)
    message = _("密码输错次数过多，账号“%(username)s”在这台设备的网络上已暂停登录，%(when)s可以再试。") % {
        "username": username,
        "when": _("%(time)s 后") % {"time": local(opens_at).strftime("%H:%M")} if opens_at else _("稍后"),
    }
    if wants_json(request):
        payload = {"code": "locked_out", "message": message, "fields": {}}
        return JsonResponse(payload, status=TOO_MANY_REQUESTS)
    context = {"message": message, "opens_at": opens_at}
    return render(request, "organizations/locked_out.html", context, status=TOO_MANY_REQUESTS)


def opening_moment(request: HttpRequest, username: str) -> datetime | None:
    """When the lock of this account at this address ends; a try during the lock begins it anew."""
    tries = AccessAttempt.objects.filter(username=username, ip_address=get_client_ip_address(request))
    last = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    cool_off = get_cool_off(request)
    return last + cool_off if last and cool_off else None
