"""The system administrator makes, renames, closes and opens units."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.clock import now
from organizations.forms import RenameForm, UnitForm
from organizations.kinds import AdminRole
from organizations.policies import Authority
from organizations.services import create_unit, rename_unit, set_unit_active
from organizations.views.people import show_unit
from organizations.views.signed_in import REFUSED, actor_of, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def new_unit(request: HttpRequest, parent_id: int | None = None) -> HttpResponse:
    actor, at = actor_of(request), now()
    authority = Authority(actor, at)
    authority.require_role(AdminRole.SYSTEM)
    parent = authority.access_unit(parent_id) if parent_id is not None else None
    form = UnitForm(request.POST or None, parent=parent)
    if request.method == "POST":
        unit = form.attempt(lambda cleaned: create_unit(actor=actor, parent=parent, at=at, **cleaned))
        if unit is not None:
            messages.success(request, _("已建立“%(name)s”，请任命负责人。") % {"name": unit.name})
            return redirect("unit_people", unit.pk)
    context = {"form": form, "parent": parent}
    return render(request, "organizations/new_unit.html", context, status=REFUSED if form.errors else 200)


@signed_in
@require_POST
def rename(request: HttpRequest, unit_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    authority = Authority(actor, at)
    unit = authority.access_unit(unit_id)
    authority.require_role(AdminRole.SYSTEM)
    form = RenameForm(request.POST)
    renamed = form.attempt(lambda cleaned: rename_unit(actor=actor, unit=unit, at=at, **cleaned))
    if renamed is None:
        return show_unit(request, unit_id, rename=form)
    messages.success(request, _("名称已改为“%(name)s”。") % {"name": renamed.name})
    return redirect("unit_people", unit_id)


@signed_in
@require_POST
def switch_unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Close or open a unit: `is_active` is 1 or 0."""
    actor, at = actor_of(request), now()
    unit = Authority(actor, at).access_unit(unit_id)
    is_active = request.POST.get("is_active") == "1"
    set_unit_active(actor=actor, unit=unit, is_active=is_active, at=at)
    said = _("“%(name)s”已启用。") if is_active else _("“%(name)s”已停用。")
    messages.success(request, said % {"name": unit.name})
    return redirect("unit_people", unit_id)
