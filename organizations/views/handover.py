"""Posts change hands: a successor for one post, leaving with all posts, and the sheet to sign."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now, today
from core.errors import NotAllowed, NotFound
from organizations.hooks import WorkItem
from organizations.models import HandOverSheet, Holding, User
from organizations.policies import Authority
from organizations.post_forms import HandOverForm, LeaveForm
from organizations.posts import unended
from organizations.services import hand_over, list_open_work, release_person
from organizations.views.people import access_holding, person_named
from organizations.views.signed_in import REFUSED, actor_of, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def hand_over_post(request: HttpRequest, holding_id: int) -> HttpResponse:
    actor, at = actor_of(request), now()
    authority = Authority(actor, at)
    holding = access_holding(authority, holding_id)
    people = holding.post.unit.people.exclude(pk__in=[holding.user_id, actor.pk])
    form = HandOverForm(request.POST or None, people=people, initial={"on": today(at)})

    def act(cleaned: dict[str, Any]) -> HandOverSheet:
        to = cleaned["to"] or person_named(authority, cleaned["username"])
        return hand_over(actor=actor, holding=holding, to=to, on=cleaned["on"], at=at, witness=cleaned["witness"])

    if request.method == "POST":
        made = form.attempt(act)
        if made is not None:
            messages.success(request, _("交接已办理，请打印清单由双方签字。"))
            return redirect("hand_over_sheet", made.pk)
    work = [item for item in _work_shown(authority, holding.user, at) if item.post_id in (None, holding.post_id)]
    context = {"holding": holding, "person": holding.user, "form": form, "work": work, "at": at}
    return render(request, "organizations/hand_over.html", context, status=REFUSED if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shows all open work of the person before anything is done."""
    actor, at = actor_of(request), now()
    authority = Authority(actor, at)
    person = authority.access_person(user_id)
    held = Holding.objects.filter(unended(today(at)), user=person, delegated_by=None).select_related("post__unit")
    holdings = list(held.order_by("post_id"))
    if person.admin_role or not authority.may_switch(person, [one.post for one in holdings]):
        raise NotAllowed(_("%(name)s的岗位不都由您管理，请由系统管理员办理离任。") % {"name": person.name})
    form = LeaveForm(
        request.POST or None, holdings=holdings, people=_people_of(holdings, person, actor), initial={"on": today(at)}
    )
    if request.method == "POST":
        made = form.attempt(
            lambda cleaned: release_person(
                actor=actor, user=person, on=cleaned["on"], at=at, successors=form.successors(cleaned),
                witness=cleaned["witness"],
            )
        )  # fmt: skip
        if made is not None:
            messages.success(request, _("离任已办理，请打印清单由双方签字。"))
            return redirect("hand_over_sheet", made.pk)
    context = {"person": person, "form": form, "work": _work_shown(authority, person, at), "at": at}
    return render(request, "organizations/leave.html", context, status=REFUSED if form.errors else 200)


@signed_in
@require_safe
def sheet(request: HttpRequest, sheet_id: int) -> HttpResponse:
    """For who hands over, who takes over, who entered it, and the keepers of the person."""
    actor, at = actor_of(request), now()
    found = HandOverSheet.objects.select_related("person__unit", "made_by").filter(pk=sheet_id).first()
    if found is None or not _may_read(found, Authority(actor, at)):
        raise NotFound
    context = {"sheet": found, "takers": sorted({row["taker"] for row in found.posts if row["taker"]})}
    return render(request, "organizations/sheet.html", context)


def _may_read(found: HandOverSheet, authority: Authority) -> bool:
    reader = authority.actor
    assert reader is not None
    takers = {row["taker_id"] for row in found.posts}
    if reader.pk in {found.person_id, found.made_by_id, *takers}:
        return True
    keeps = authority.keeps_anybody and not reader.admin_role
    return keeps and authority.people().filter(pk=found.person_id).exists()


def _work_shown(authority: Authority, person: User, at: datetime) -> list[WorkItem]:
    """An administrator, who has no part in the business, sees numbers and limits only."""
    work = list_open_work(person, at)
    if not authority.has_role_of_administrator:
        return work
    return [
        WorkItem(one.number, "", one.state, one.due_at, one.post_label, "", one.is_restricted, one.post_id)
        for one in work
    ]


def _people_of(holdings: list[Holding], leaver: User, actor: User) -> dict[int, list[User]]:
    found: dict[int, list[User]] = {}
    for user in User.objects.filter(unit__in=[one.post.unit_id for one in holdings]).exclude(
        pk__in=[leaver.pk, actor.pk]
    ):
        found.setdefault(user.unit_id or 0, []).append(user)
    return found
