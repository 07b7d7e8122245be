"""账号: the system administrator opens and closes them, the security administrator keeps the keys."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import now
from core.params import read_id, read_words
from organizations.forms import AdminRoleForm, PersonForm
from organizations.kinds import AdminRole
from organizations.models import User
from organizations.policies import Authority
from organizations.second_factor.tries import is_paused
from organizations.security_policy import read_standing
from organizations.selectors import PAGE_ROWS, is_locked, list_accounts
from organizations.services import create_person, reset_password, set_admin_role, unlock_account
from organizations.views.people import QUERY_LENGTH
from organizations.views.signed_in import REFUSED, actor_of, signed_in


def _authority(request: HttpRequest, *roles: AdminRole) -> Authority:
    authority = Authority(actor_of(request), now())
    authority.require_role(*(roles or (AdminRole.SYSTEM, AdminRole.SECURITY)))
    return authority


@signed_in
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    authority = _authority(request)
    q = read_words(request.GET, "q", longest=QUERY_LENGTH)
    found = list_accounts(authority, q, read_id(request.GET.get("after", "")) or 0)
    context = {
        "q": q,
        "accounts": found[:PAGE_ROWS],
        "next_after": found[PAGE_ROWS - 1].pk if len(found) > PAGE_ROWS else None,
        "may_open": authority.is_system_administrator,
    }
    return render(request, "organizations/accounts.html", context)


@signed_in
@require_safe
def account(request: HttpRequest, user_id: int) -> HttpResponse:
    authority = _authority(request)
    return _show(request, authority.access_person(user_id))


@signed_in
@require_http_methods(["GET", "POST"])
def new_account(request: HttpRequest) -> HttpResponse:
    """An account without unit, that the security administrator then makes an administrator's."""
    authority = _authority(request, AdminRole.SYSTEM)
    form = PersonForm(request.POST or None)
    if request.method == "POST":
        actor, at = authority.actor, now()
        new = form.attempt(lambda cleaned: create_person(actor=actor, unit=None, at=at, **cleaned))
        if new is not None:
            context = {"person": new.user, "password": new.temporary_password, "is_new": True}
            return render(request, "organizations/told_password.html", context)
    return render(request, "organizations/new_account.html", {"form": form}, status=REFUSED if form.errors else 200)


@signed_in
@require_POST
def reset_account(request: HttpRequest, user_id: int) -> HttpResponse:
    authority = _authority(request, AdminRole.SECURITY)
    user = authority.access_person(user_id)
    password = reset_password(actor=authority.actor, user=user, at=now())
    context = {"person": user, "password": password, "is_new": False}
    return render(request, "organizations/told_password.html", context)


@signed_in
@require_POST
def unlock(request: HttpRequest, user_id: int) -> HttpResponse:
    authority = _authority(request, AdminRole.SECURITY)
    user = authority.access_person(user_id)
    unlock_account(actor=authority.actor, user=user, at=now())
    messages.success(request, _("%(name)s现在可以重新登录。") % {"name": user.name})
    return redirect("account", user_id)


@signed_in
@require_POST
def change_role(request: HttpRequest, user_id: int) -> HttpResponse:
    authority = _authority(request, AdminRole.SECURITY)
    user = authority.access_person(user_id)
    form = AdminRoleForm(request.POST)
    changed = form.attempt(
        lambda cleaned: set_admin_role(actor=authority.actor, user=user, role=cleaned["role"], at=now())
    )
    if changed is None:
        return _show(request, user, form)
    messages.success(request, _("%(name)s的管理员类别已更新。") % {"name": user.name})
    return redirect("account", user_id)


def _show(request: HttpRequest, user: User, role_form: AdminRoleForm | None = None) -> HttpResponse:
    actor, at = actor_of(request), now()
    held = user.holdings.select_related("post__unit").order_by("-from_on", "-pk")
    context = {
        "person": user,
        "holdings": held,
        "is_self": actor.pk == user.pk,
        "is_locked": is_locked(user, at) or is_paused(user, at),
        "factor": read_standing(user, at),
        "keeps_keys": actor.admin_role == AdminRole.SECURITY,
        "may_switch": Authority(actor, at).may_switch(user, [holding.post for holding in held]),
        "role_form": role_form or AdminRoleForm(initial={"role": user.admin_role}),
    }
    return render(request, "organizations/account.html", context, status=REFUSED if role_form else 200)
