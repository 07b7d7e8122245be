"""批量办理: choose rows of the list, fill in one form, watch the answers come row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.audit import deny_request
from core.clock import now
from core.errors import DomainError, Invalid, NotFound
from core.params import read_id
from hazards.actions import ACTIONS, Action
from hazards.forms import Typed, read_form
from hazards.listing import Filters, find_hazards
from hazards.many import TOGETHER, Choice, fields_together, find_chosen, form_together, offered_actions, sort_out
from hazards.models import BulkRun, Hazard
from hazards.services.bulk import MAX_ROWS, go_on, start_run, stop_run
from hazards.telling import PROPOSED
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.posts import HeldPost

# So many rows at a time where the page itself goes on (static/js/bulk.js).
SLICE = 10


@dataclass(frozen=True)
class RowView:
    """One row of a run: which, and what became of it so far."""

    number: str
    place: str
    is_done: bool
    is_right: bool
    words: str


@login_required
@require_POST
def choose_hazards(request: HttpRequest) -> HttpResponse:
    """The chosen rows, those that do not fit set apart, and the one form for all."""
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    action = _read_action(request, held)
    hazards = _read_chosen(request, at, held)
    return _render_form(request, sort_out(user, action, hazards, at, held=held), at, held)


@login_required
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Keep what is to be done and show how it goes; what is missing shows the form again."""
    at, user = now(), actor_of(request)
    held = held_posts_of(request, at)
    action = _read_action(request, held)
    versions = _read_versions(request)
    choice = sort_out(user, action, find_chosen(user, list(versions), at, held=held), at, held=held)
    typed = read_form(request, fields_together(action), at=at)
    errors = {**typed.errors, **_missing(action, typed)}
    if errors or choice.refusal or not choice.fits:
        return _render_form(request, choice, at, held, typed, errors)
    run = start_run(
        actor=user, at=at, action=action.name, hazards=[one.hazard for one in choice.fits], versions=versions,
        data=typed.data, held=held, acting_post=typed.acting_post,
    )  # fmt: skip
    return redirect("bulk_run", run.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One's own run: how far it is; by POST it goes on, some rows for the script, all that are left without it."""
    at, user = now(), actor_of(request)
    run = BulkRun.objects.filter(pk=run_id, actor=user).select_related("actor").first()
    if run is None:
        raise NotFound
    if request.method == "POST":
        return _go_on(request, run, at)
    rows = _list_rows(run, find_chosen(user, _numbers_of(run), at, held=held_posts_of(request, at)))
    context = {
        "run": run,
        "label": str(ACTIONS[run.action].label),
        "is_open": run.finished_at is None and run.n_left > 0,
        "rows": sorted(rows, key=lambda row: (row.is_right, not row.is_done)),
        "failed": [row for row in rows if row.is_done and not row.is_right],
        "may_repeat": run.action in TOGETHER,
        "n_right": run.n_done - run.n_failed,
        "n_proposed": sum(one["event"] == PROPOSED for one in run.results.values()),
    }
    return render(request, "hazards/bulk_run.html", context)


def _go_on(request: HttpRequest, run: BulkRun, at: datetime) -> HttpResponse:
    if request.POST.get("stop") == "1":
        stop_run(run, at=at)
        return redirect("bulk_run", run.pk)
    is_script = request.headers.get("X-Requested-With") == "bulk"

    def deny(error: DomainError, number: str) -> None:
        deny_request(request=request, error=error, action=run.action, subject=number)

    kept = go_on(run, at=at, on_denied=deny, most=SLICE if is_script else MAX_ROWS)
    if is_script:
        return JsonResponse({"n_done": kept.n_done, "n_rows": kept.n_rows, "n_failed": kept.n_failed})
    return redirect("bulk_run", kept.pk)


def _render_form(
    request: HttpRequest, choice: Choice, at: datetime, held: list[HeldPost], typed: Typed | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> HttpResponse:  # fmt: skip
    form = None
    if choice.fits and not choice.refusal:
        form = form_together(choice, actor_of(request), at, held=held, typed=typed, errors=dict(errors or {}))
    context = {"at": at, "choice": choice, "label": str(choice.action.label), "form": form}
    return render(request, "hazards/bulk_form.html", context, status=422 if typed else 200)


def _read_action(request: HttpRequest, held: list[HeldPost]) -> Action:
    name = request.POST.get("action", "")
    if name not in TOGETHER or ACTIONS[name] not in offered_actions(held):
        raise Invalid(_("请选要批量办理的操作。"))
    return ACTIONS[name]


def _read_chosen(request: HttpRequest, at: datetime, held: list[HeldPost]) -> list[Hazard]:
    """The rows ticked, or with `all` the first that the list's filters leave."""
    user = actor_of(request)
    if request.POST.get("all") == "1":
        found = find_hazards(user, Filters.read(request.POST.dict()), at=at, held=held)
        rows = found.rows(MAX_ROWS, order="-pk", related=())
        return find_chosen(user, [row.number for row in rows], at, held=held)
    return find_chosen(user, request.POST.getlist("number"), at, held=held)


def _read_versions(request: HttpRequest) -> dict[str, int]:
    """{number: version seen} of the rows still ticked."""
    versions = {}
    for sent in request.POST.getlist("row"):
        number, _colon, version = sent.rpartition(":")
        if number and (seen := read_id(version)) is not None:
            versions[number] = seen
    return dict(list(versions.items())[:MAX_ROWS])


def _missing(action: Action, typed: Typed) -> dict[str, list[str]]:
    """What is asked once for all and was left blank; everything else is looked at row by row."""
    return {
        one.name: [str(_("请填写%(label)s。") % {"label": one.label})]
        for one in fields_together(action)
        if one.required and typed.data.get(one.name) in (None, "", [], ())
    }


def _numbers_of(run: BulkRun) -> list[str]:
    return [run.results.get(row["number"], {}).get("is_of", row["number"]) for row in run.rows]


def _list_rows(run: BulkRun, hazards: list[Hazard]) -> list[RowView]:
    """In the order of the run; the words of a hazard only for who may read it now."""
    places = {name: f"{one.unit.name} {one.place}" for one in hazards for name in (one.number, one.receipt_number)}
    rows = []
    for number, row in zip(_numbers_of(run), run.rows, strict=True):
        told = run.results.get(row["number"])
        rows.append(RowView(number, places.get(number, ""), told is not None, _is_right(told), _words(told)))
    return rows


def _is_right(told: Mapping[str, object] | None) -> bool:
    return told is not None and told["status"] == 200


def _words(told: Mapping[str, object] | None) -> str:
    if told is None:
        return _("还没有办")
    if _is_right(told):
        return _("已提请会签") if told["event"] == PROPOSED else _("已办理")
    fields = told["fields"] if isinstance(told["fields"], dict) else {}
    said = [message for messages in fields.values() for message in messages]
    return " ".join(dict.fromkeys(said)) or str(told["message"])
