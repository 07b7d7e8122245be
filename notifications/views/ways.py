"""外发管理: how the other ways out stand, what came to nothing, and trying them."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.clock import now
from core.errors import Invalid, NotAllowed, WrongState
from core.params import read_id
from notifications.delivery_services import may_operate, resend_dead, resend_delivery, send_test
from notifications.health import read_health
from notifications.masking import mask
from notifications.models import Delivery, Outlet
from notifications.told import say_answer
from notifications.views.office_forms import TestForm
from notifications.ways import list_dead, list_states, list_tests, say_length
from organizations.context import held_posts_of
from organizations.policies import HEALTH_READERS
from organizations.views.signed_in import REFUSED, actor_of, signed_in


@signed_in
@require_safe
def show_ways(request: HttpRequest) -> HttpResponse:
    return _show(request, now(), TestForm())


@signed_in
@require_POST
def try_way(request: HttpRequest) -> HttpResponse:
    """A test message, to an address or through an outlet; the relay sends it and its answer is shown."""
    at, actor = now(), actor_of(request)
    if not may_operate(actor):
        raise NotAllowed(_("测试消息由系统管理员发送。"))
    outlet_id = read_id(request.POST.get("outlet", ""))
    form = TestForm({"way": "email", "address": "-"} if outlet_id else request.POST)
    try:
        if outlet_id:
            send_test(actor=actor, way="", outlet_id=outlet_id, at=at)
        elif form.is_valid():
            send_test(actor=actor, way=form.cleaned_data["way"], address=form.cleaned_data["address"].strip(), at=at)
    except Invalid as error:
        if outlet_id:
            messages.error(request, error.message)
            return redirect("ways")
        form.absorb(error)
    if form.errors:
        return _show(request, at, form)
    messages.success(request, _("测试消息已排队，几秒后刷新本页看结果。"))
    return redirect("ways")


@signed_in
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """One that came to nothing, or all of a way."""
    at, actor = now(), actor_of(request)
    delivery_id = read_id(request.POST.get("delivery", ""))
    try:
        if delivery_id is not None:
            resend_delivery(actor=actor, delivery_id=delivery_id, at=at)
            messages.success(request, _("已重新排队。"))
        else:
            n = resend_dead(actor=actor, way=request.POST.get("way", ""), at=at)
            said = _("已重新排队 %(n)d 条。") % {"n": n} if n else _("没有要重发的，可能收件人都已阅读。")
            messages.success(request, said)
    except WrongState as error:
        messages.info(request, error.message)
    return redirect("ways")


def _show(request: HttpRequest, at: datetime, form: TestForm) -> HttpResponse:
    """The administrator keeps it; the bureau's office sees what of it fails and for whom."""
    actor = actor_of(request)
    offices = {post.unit_id for post in held_posts_of(request, at) if post.kind in HEALTH_READERS}
    is_keeper = may_operate(actor)
    if not is_keeper and not offices:
        raise NotAllowed(_("外发管理由系统管理员和教育局安全办查看。"))
    health = read_health(at)
    states = list_states(health, at)
    dead = list_dead(None if is_keeper else offices)
    context = {
        "at": at,
        "health": health,
        "lag": say_length(health.lag),
        "states": states,
        "failing": [one for one in states if one.now.n_dead],
        "dead": [(one, _where(one), say_answer(one)) for one in dead],
        "is_keeper": is_keeper,
        "outlets": list(Outlet.objects.select_related("unit").order_by("-is_active", "pk")) if is_keeper else [],
        "tests": [(one, _where(one), say_answer(one)) for one in list_tests()] if is_keeper else [],
        "form": form,
    }
    return render(request, "notifications/office/ways.html", context, status=REFUSED if form.errors else 200)


def _where(one: Delivery) -> str:
    return one.address if one.outlet_id else mask(one.address)
