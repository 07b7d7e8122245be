"""健康页: whether the clock is alive, what is late, what failed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from core.clock import now
from core.errors import NotAllowed
from deadlines.sweep import retry
from hazards.health import look, may_look, may_retry
from hazards.views.common import actor_of
from organizations.context import held_posts_of


@login_required
@never_cache
@require_safe
def show_health(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    if not may_look(user, held):
        raise NotAllowed(_("健康页由系统管理员和教育局安全办查看。"))
    return render(request, "hazards/health.html", {"page": look(user, held, at), "at": at})


@login_required
@require_POST
def retry_firing(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Let the clock look at a failed one at its next tick."""
    if not may_retry(actor_of(request)):
        raise NotAllowed(_("重试由系统管理员操作。"))
    if retry(deadline_id):
        messages.success(request, _("已安排重试，时钟下一次运行时办理。"))
    else:
        messages.info(request, _("这一项已经办好，不用重试。"))
    return redirect("health")
