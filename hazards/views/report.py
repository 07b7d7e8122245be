"""上报隐患 and 立行立改 on one page, and the receipt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.cached_rows import cached_rows
from core.clock import now, today
from core.errors import DomainError, Invalid, NotAllowed, WrongState
from core.params import read_id
from hazards.actions import ACTIONS, Action
from hazards.clock_face import RELATED
from hazards.forms import ActionForm, Choices, Typed, build_form, read_form
from hazards.inputs import Ask, fields_of
from hazards.models import Domain, Place
from hazards.options import own_campuses
from hazards.policies import posts_for_report
from hazards.routing import awaited_action, list_awaited_posts
from hazards.selectors import access_hazard, similar_hazards
from hazards.services import Outcome, perform
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import CAMPUSES, COUNTY_BODIES
from organizations.models import Unit
from organizations.posts import HeldPost, bureau_of

# The place of a fix on the spot whose sentence names no usual place.
IN_THE_SENTENCE = "见说明"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_hazard(request: HttpRequest) -> HttpResponse:
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    if not held:
        raise NotAllowed(_("上报须有单位岗位，您目前没有任职；管理员账号不办理业务。"))
    ask = Ask(actor=user, hazard=None, at=at, held=tuple(held))
    campuses = list(own_campuses(ask))
    sent = request.POST if request.method == "POST" else request.GET
    is_fix = sent.get("mode") == "fix" and bool(campuses)
    action = ACTIONS["fix_on_spot" if is_fix else "report"]
    if request.method != "POST":
        initial = _initial(request, campuses, is_fix)
        return _show(request, ask, action, campuses, initial=initial)
    typed = read_form(request, fields_of(action.data, new=True), at=at)
    if str(typed.data.get("domain", "")) in restricted_codes():
        return redirect(_stop_url(typed))
    typed = with_defaults(typed, held, is_fix=is_fix)
    try:
        outcome = file_report(request, action, typed, at)
    except (Invalid, WrongState) as error:
        return _show(request, ask, action, campuses, typed=typed, error=error)
    return redirect("report_receipt", outcome.receipt_number)


def file_report(request: HttpRequest, action: Action, typed: Typed, at: datetime) -> Outcome:
    if typed.errors:
        raise Invalid(fields=typed.errors)
    return perform(
        action.name, actor=actor_of(request), at=at, data=typed.data, acting_post=typed.acting_post,
        occurred_on=typed.occurred_on, late_reason=typed.late_reason, key=typed.key or None,
    )  # fmt: skip


@cached_rows(seconds=60)
def restricted_codes() -> frozenset[str]:
    return frozenset(Domain.objects.filter(is_restricted=True).values_list("code", flat=True))


@cached_rows(seconds=60)
def list_places() -> list[str]:
    return list(Place.objects.values_list("name", flat=True))


@cached_rows(seconds=60)
def list_domains() -> list[Domain]:
    return list(Domain.objects.all())


def _stop_url(typed: Typed) -> str:
    """Nothing of what was written goes along: not into the address, not into a draft."""
    query = {"domain": str(typed.data["domain"]), "unit": str(typed.data.get("unit") or "")}
    return f"{reverse('report_stop')}?{urlencode(query)}"


def _initial(request: HttpRequest, campuses: list[Unit], is_fix: bool) -> dict[str, object]:
    wanted = read_id(request.GET.get("unit", ""))
    initial: dict[str, object] = {"acted_first": is_fix}
    if wanted:
        initial["unit"] = wanted
    elif campuses:
        initial["unit"] = campuses[0].pk
    return initial


def with_defaults(typed: Typed, held: list[HeldPost], *, is_fix: bool) -> Typed:
    """What the page fills in where a person left it open: his post, and for a quick fix the place."""
    data = dict(typed.data)
    if is_fix and not str(data.get("place", "")).strip():
        data["place"] = place_in(str(data.get("description", "")))
    posts = _eligible(held, str(data.get("unit", "")))
    known = {post.id for post in posts}
    acting = typed.acting_post if typed.acting_post in known else next(iter(post.id for post in posts), None)
    return replace(typed, data=data, acting_post=acting)


def place_in(sentence: str) -> str:
    """The longest usual place that the sentence names, else a pointer to the sentence."""
    named = [place for place in list_places() if place in sentence]
    return max(named, key=len) if named else IN_THE_SENTENCE


def _eligible(held: list[HeldPost], unit_id: str) -> tuple[HeldPost, ...]:
    wanted = read_id(unit_id)
    if wanted is None:
        return ()
    own = tuple(post for post in held if post.unit_id == wanted)
    if own:
        return own
    unit = Unit.objects.filter(pk=wanted).first()
    return posts_for_report(held, unit.path) if unit else ()


def _show(
    request: HttpRequest, ask: Ask, action: Action, campuses: list[Unit], *, initial: Mapping[str, object] | None = None,
    typed: Typed | None = None, error: DomainError | None = None,
) -> HttpResponse:  # fmt: skip
    values = typed.data if typed else initial or {}
    posts = _eligible(list(ask.held), str(values.get("unit", "")))
    form = build_form(
        action, ask, fields_of(action.data, new=True), initial=values, posts=posts, typed=typed, error=error,
        choices=Choices(ask),
    )  # fmt: skip
    context = {
        "at": ask.at,
        "form": form,
        "inputs": form.by_name,
        "is_fix": action.name == "fix_on_spot",
        "can_fix": bool(campuses),
        "has_units": bool(form.by_name["unit"].options),
        "domains": list_domains(),
        "places": list_places(),
        "bureau": find_bureau(ask, form),
        "has_paper": any(post.unit_kind in COUNTY_BODIES for post in ask.held),
        "today": today(ask.at),
    }
    return render(request, "hazards/report.html", context, status=error.status if error else 200)


def find_bureau(ask: Ask, form: ActionForm) -> Unit | None:
    """The bureau over the chosen campus, or over the first post held: whose phone to call."""
    chosen = read_id(form.by_name["unit"].value)
    unit = Unit.objects.filter(pk=chosen).first() if chosen else None
    unit = unit or Unit.objects.filter(pk=ask.held[0].unit_id).first()
    try:
        return bureau_of(unit) if unit else None
    except LookupError:
        return None


@login_required
@require_POST
def show_similar(request: HttpRequest) -> HttpResponse:
    """Open hazards of the unit that sound like what is being written. By POST, so that no log keeps the text."""
    at, user = now(), actor_of(request)
    unit_id = request.POST.get("unit", "")
    found = []
    if unit_id.isascii() and unit_id.isdigit() and len(unit_id) < 19:
        text = f"{request.POST.get('place', '')} {request.POST.get('description', '')}"[:500]
        found = similar_hazards(user, at, unit_id=int(unit_id), text=text)
        prefetch_related_objects(found, *RELATED, "domain")
    return render(request, "hazards/similar.html", {"hazards": found, "at": at})


@login_required
@require_safe
def show_receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt number, and what happens next, by whom and by when."""
    at = now()
    case = access_hazard(actor_of(request), number, at)
    awaited = awaited_action(case)
    posts = list_awaited_posts(case)
    context = {
        "at": at,
        "hazard": case.hazard,
        "next_action": ACTIONS[awaited].label if awaited else "",
        "next_post": posts[0].label if posts else "",
        "is_campus": case.unit(case.hazard.unit_id).kind in CAMPUSES,
    }
    return render(request, "hazards/receipt.html", context)
