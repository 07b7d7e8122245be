"""Moving what runs to another version, by explicit choice and as many at once as one act takes."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.clock import today
from core.errors import Invalid, NotAllowed, WrongState
from deadlines.models import Policy
from hazards.clock_rules import ADOPT, label_of, may_move, movable_hazards
from hazards.clock_words import clock_words
from hazards.models import Hazard
from hazards.services.bulk import MAX_ROWS, start_run
from hazards.views.clock_rules_common import Door, enter, say_all
from organizations.context import held_posts_of
from organizations.kinds import CAMPUSES, UnitKind
from organizations.models import Unit

# Counting further tells nobody more.
COUNT_CAP = 10_000
LONGEST_REASON = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move_hazards(request: HttpRequest, policy_id: str) -> HttpResponse:
    """Which open hazards, and how many; by POST a run of the action begins on the first of them."""
    door = enter(request)
    policy = door.policy(policy_id)
    if not may_move(held_posts_of(request, door.at)):
        raise NotAllowed(_("在办隐患改用新规则由教育局安全办主任或局领导选择。"))
    if policy.issued_at is None or policy.valid_from > today(door.at):
        raise WrongState(_("这一版还没有施行。"))
    found = _find(request, door, policy)
    if request.method != "POST":
        return _render(request, door, policy, found)
    try:
        return _start(request, door, policy, list(found[:MAX_ROWS]))
    except Invalid as error:
        return _render(request, door, policy, found, error)


def _find(request: HttpRequest, door: Door, policy: Policy) -> QuerySet[Hazard]:
    held = held_posts_of(request, door.at)
    return movable_hazards(door.user, policy, door.bureau, door.at, held=held, filters=_filters(request))


def _filters(request: HttpRequest) -> dict[str, str]:
    sent = request.POST if request.method == "POST" else request.GET
    return {name: sent.get(name, "") for name in ("level", "unit")}


def _start(request: HttpRequest, door: Door, policy: Policy, hazards: list[Hazard]) -> HttpResponse:
    reason = request.POST.get("reason", "").strip()
    if len(reason) > LONGEST_REASON:
        raise Invalid.of(reason=_("理由最多 %(n)d 字。") % {"n": LONGEST_REASON})
    if not hazards:
        raise Invalid(fields={"rows": [_("没有要改用这一版的在办隐患。")]})
    run = start_run(
        actor=door.user, at=door.at, action=ADOPT, hazards=hazards, data={"policy": str(policy.pk), "reason": reason},
        versions={hazard.number: hazard.version for hazard in hazards}, held=held_posts_of(request, door.at),
    )  # fmt: skip
    return redirect("bulk_run", run.pk)


def _render(
    request: HttpRequest, door: Door, policy: Policy, found: QuerySet[Hazard], error: Invalid | None = None
) -> HttpResponse:
    n_found = found.order_by()[: COUNT_CAP + 1].count()
    within = Unit.objects.filter(path__contains=[door.bureau.pk], kind__in=[*CAMPUSES, UnitKind.CEN], is_active=True)
    context = door.context(
        policy=policy,
        label=label_of(policy),
        filters=_filters(request),
        levels=list(clock_words().levels.items()),
        units=[(str(pk), name) for pk, name in within.order_by("path").values_list("pk", "name")],
        n_found=n_found,
        is_capped=n_found > COUNT_CAP,
        n_cap=COUNT_CAP,
        n_at_once=min(n_found, MAX_ROWS),
        hazards=list(found[:10]),
        reason=request.POST.get("reason", ""),
        error=error,
        messages_of=say_all(error),
    )
    return render(request, "hazards/rules/move.html", context, status=422 if error else 200)
