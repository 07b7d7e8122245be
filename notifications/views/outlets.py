"""群机器人 and 对接接口: add, change, switch off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import now
from notifications.outlets import access_outlet, add_outlet, change_outlet, switch_outlet
from notifications.views.office_forms import OutletForm
from organizations.kinds import AdminRole
from organizations.policies import Authority
from organizations.views.signed_in import REFUSED, actor_of, signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def new_outlet(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    Authority(actor, at).require_role(AdminRole.SYSTEM)
    form = OutletForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        outlet = form.attempt(lambda _cleaned: add_outlet(actor=actor, facts=form.facts(), at=at))
        if outlet is not None:
            messages.success(request, _("已新增“%(name)s”，可以发一条测试消息看看。") % {"name": outlet.name})
            return redirect("ways")
    return _render(request, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def edit_outlet(request: HttpRequest, outlet_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    outlet = access_outlet(actor, outlet_id, at)
    form = OutletForm(request.POST if request.method == "POST" else None, outlet=outlet)
    if request.method == "POST":
        changed = form.attempt(
            lambda _cleaned: change_outlet(actor=actor, outlet_id=outlet_id, facts=form.facts(), at=at)
        )
        if changed is not None:
            messages.success(request, _("已保存，改动记入审计。"))
            return redirect("ways")
    return _render(request, form)


@signed_in
@require_POST
def switch(request: HttpRequest, outlet_id: int) -> HttpResponse:
    is_active = request.POST.get("active") == "1"
    outlet = switch_outlet(actor=actor_of(request), outlet_id=outlet_id, is_active=is_active, at=now())
    said = _("已启用“%(name)s”。") if is_active else _("已停用“%(name)s”，不再向它发送。")
    messages.success(request, said % {"name": outlet.name})
    return redirect("ways")


def _render(request: HttpRequest, form: OutletForm) -> HttpResponse:
    context = {"form": form, "outlet": form.outlet}
    return render(request, "notifications/office/outlet.html", context, status=REFUSED if form.errors else 200)
