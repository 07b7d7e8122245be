"""机构人员: units in scope, their posts and holders, their people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import now, today
from core.errors import Invalid, NotFound
from core.params import read_words
from organizations.forms import AppointForm, EndHoldingForm, PersonForm, RenameForm
from organizations.kinds import ISSUERS, REGIONS
from organizations.models import Holding, User
from organizations.policies import Authority
from organizations.selectors import MOST_ROWS, UnitPage, list_sheets_of_unit, list_units, read_unit_page
from organizations.services import appoint, create_person, end_holding, set_person_active
from organizations.services.units import list_work_of_unit
from organizations.unit_forms import IssuingNamesForm
from organizations.views.signed_in import REFUSED, actor_of, signed_in

QUERY_LENGTH = 60


@signed_in
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    authority = Authority(actor_of(request), now())
    authority.require_keeper()
    q = read_words(request.GET, "q", longest=QUERY_LENGTH)
    units = list_units(authority, q)
    may_make = authority.is_system_administrator
    context = {"q": q, "units": units, "is_cut": len(units) >= MOST_ROWS, "may_make_units": may_make}
    return render(request, "organizations/people.html", context)


@signed_in
@require_safe
def unit_people(request: HttpRequest, unit_id: int) -> HttpResponse:
    return show_unit(request, unit_id)


@signed_in
@require_POST
def add_person(request: HttpRequest, unit_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    unit = Authority(actor, at).access_unit(unit_id)
    form = PersonForm(request.POST)
    new = form.attempt(lambda cleaned: create_person(actor=actor, unit=unit, at=at, **cleaned))
    if new is None:
        return show_unit(request, unit_id, person=form)
    # Shown in the answer itself: a redirect would have to keep the password somewhere.
    context = {"person": new.user, "password": new.temporary_password, "unit": unit, "is_new": True}
    return render(request, "organizations/told_password.html", context)


@signed_in
@require_POST
def appoint_person(request: HttpRequest, unit_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    authority = Authority(actor, at)
    page = read_unit_page(authority, authority.access_unit(unit_id))
    form = AppointForm(request.POST, posts=[row.post for row in page.posts], people=page.users)

    def act(cleaned: dict[str, Any]) -> Holding:
        user = cleaned["user"] or person_named(authority, cleaned["username"])
        return appoint(actor=actor, post=cleaned["post"], user=user, from_on=cleaned["from_on"], at=at)

    holding = form.attempt(act)
    if holding is None:
        return show_unit(request, unit_id, appointment=form)
    said = {"name": holding.user.name, "post": holding.post.title}
    messages.success(request, _("已任命%(name)s为%(post)s。") % said)
    return redirect("unit_people", unit_id)


@signed_in
@require_http_methods(["GET", "POST"])
def end_post(request: HttpRequest, holding_id: int) -> HttpResponse:
    """A page of its own, since it says what will happen to whom."""
    actor, at = actor_of(request), now()
    holding = access_holding(Authority(actor, at), holding_id)
    form = EndHoldingForm(request.POST or None, initial={"until_on": today(at)})
    if request.method == "POST":
        ended = form.attempt(lambda cleaned: end_holding(actor=actor, holding=holding, at=at, **cleaned))
        if ended is not None:
            said = {"name": ended.user.name, "post": ended.post.title}
            messages.success(request, _("%(name)s的%(post)s任职已办理结束。") % said)
            return redirect("unit_people", ended.post.unit_id)
    status = REFUSED if form.errors else 200
    return render(request, "organizations/end_holding.html", {"holding": holding, "form": form}, status=status)


@signed_in
@require_POST
def switch_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close or open an account: `is_active` is 1 or 0."""
    actor, at = actor_of(request), now()
    user = Authority(actor, at).access_person(user_id)
    is_active = request.POST.get("is_active") == "1"
    set_person_active(actor=actor, user=user, is_active=is_active, at=at)
    said = _("%(name)s的账号已启用。") if is_active else _("%(name)s的账号已停用，他的登录已退出。")
    messages.success(request, said % {"name": user.name})
    if request.POST.get("back") == "account" or user.unit_id is None:
        return redirect("account", user.pk)
    return redirect("unit_people", user.unit_id)


def show_unit(
    request: HttpRequest,
    unit_id: int,
    *,
    person: PersonForm | None = None,
    appointment: AppointForm | None = None,
    rename: RenameForm | None = None,
    names: IssuingNamesForm | None = None,
) -> HttpResponse:
    """The page of a unit; a form given here came back with errors and keeps what was typed."""
    at = now()
    authority = Authority(actor_of(request), at)
    page = read_unit_page(authority, authority.access_unit(unit_id))
    context = {
        "page": page,
        "unit": page.unit,
        "person_form": person or PersonForm(),
        "appoint_form": appointment or _empty_appointment(page, at),
        "rename_form": rename or RenameForm(initial={"name": page.unit.name}),
        "may_make_units": authority.is_system_administrator,
        "names_form": names or IssuingNamesForm(initial={"names": "\n".join(page.unit.issuing_names)}),
        "may_issue": page.unit.kind in ISSUERS,
        "is_movable": page.unit.kind not in REGIONS,
        "n_open_work": len(list_work_of_unit(page.unit, at)) if authority.is_system_administrator else 0,
        "sheets": [] if authority.has_role_of_administrator else list_sheets_of_unit(page.unit),
        "today": today(at),
    }
    refused = person or appointment or rename or names
    return render(request, "organizations/unit_people.html", context, status=REFUSED if refused else 200)


def _empty_appointment(page: UnitPage, at: datetime) -> AppointForm:
    return AppointForm(posts=page.posts_to_fill, people=page.users, initial={"from_on": today(at)})


def person_named(authority: Authority, username: str) -> User:
    user = authority.people().filter(username=username.strip()).first()
    if user is None:
        raise Invalid.of(username=_("您的管理范围内没有这个用户名。"))
    return user


def access_holding(authority: Authority, holding_id: int) -> Holding:
    """Raises NotFound out of scope, NotAllowed where another post fills this one."""
    authority.require_keeper()
    holdings = Holding.objects.filter(post__unit__in=authority.units().values("pk"))
    holding = holdings.select_related("post__unit", "user", "delegated_by").filter(pk=holding_id).first()
    if holding is None:
        raise NotFound
    authority.require_fill(holding.post.unit, holding.post.kind)
    return holding
