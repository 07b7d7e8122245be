"""我的岗位: what one holds, who stands in for him, for whom he stands in, and his hand-over sheets."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import now, today
from core.errors import NotAllowed, NotFound
from organizations.models import Holding
from organizations.policies import may_delegate
from organizations.post_forms import DelegateForm
from organizations.selectors import candidates, list_own_posts, list_sheets, list_standing_in
from organizations.services import delegate_post, end_delegation
from organizations.views.signed_in import REFUSED, actor_of, signed_in


@signed_in
@require_safe
def my_posts(request: HttpRequest) -> HttpResponse:
    actor, at = actor_of(request), now()
    context = {
        "rows": list_own_posts(actor, at),
        "standing_in": list_standing_in(actor, at),
        "sheets": list_sheets(actor),
        "today": today(at),
    }
    return render(request, "organizations/my_posts.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest, holding_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    holding = Holding.objects.select_related("post__unit", "user").filter(pk=holding_id, user=actor).first()
    if holding is None:
        raise NotFound
    if not may_delegate(actor, holding):
        raise NotAllowed(_("这个岗位只能本人办理，不能授权他人代理。"))
    people = list(candidates(holding, at).select_related("unit").order_by("unit__path", "name")[:500])
    first = {"from_on": today(at), "last_on": today(at) + timedelta(days=6)}
    form = DelegateForm(request.POST or None, people=people, unit_id=holding.post.unit_id, initial=first)
    if request.method == "POST":
        given = form.attempt(lambda cleaned: delegate_post(actor=actor, holding=holding, at=at, **cleaned))
        if given is not None:
            messages.success(request, _("已授权%(name)s代理，请告诉他。") % {"name": given.user.name})
            return redirect("my_posts")
    context = {"holding": holding, "form": form}
    return render(request, "organizations/delegate.html", context, status=REFUSED if form.errors else 200)


@signed_in
@require_POST
def take_back(request: HttpRequest, holding_id: int) -> HttpResponse:
    """By who gave it. Keepers end it where they end every holding."""
    actor, at = actor_of(request), now()
    given = Holding.objects.select_related("post__unit", "user").filter(pk=holding_id, delegated_by=actor).first()
    if given is None:
        raise NotFound
    end_delegation(actor=actor, delegation=given, at=at)
    messages.success(request, _("%(name)s的代理已结束。") % {"name": given.user.name})
    return redirect("my_posts")
