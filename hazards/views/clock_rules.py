"""规则设置 → 时限与督办: versions, one of them as table and timelines, a draft on its way to being issued."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.clock import today
from core.errors import Invalid
from deadlines.models import Policy
from deadlines.policies import policy_for
from deadlines.policy_services import check_policy, copy_policy, discard_draft, issue_policy, set_dates
from hazards.clock_rules import (
    label_of,
    list_differences,
    list_history,
    list_ladders,
    list_steps,
    list_versions,
    may_move,
)
from hazards.clock_words import clock_words
from hazards.policy_preview import preview_policy
from hazards.views.clock_rules_common import Door, enter, read_day, say_all
from organizations.context import held_posts_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_versions(request: HttpRequest) -> HttpResponse:
    """All versions that concern a bureau; by POST one is copied to a draft."""
    door = enter(request)
    if request.method != "POST":
        return _render_versions(request, door)
    door.require_keeper()
    try:
        draft = _copy(request, door)
    except Invalid as error:
        return _render_versions(request, door, error)
    messages.success(request, _("已复制成草稿，改好后再发布。"))
    return door.go_to("clock_policy", draft.pk)


def _copy(request: HttpRequest, door: Door) -> Policy:
    sent = request.POST
    return copy_policy(
        actor=door.user, source=door.policy(sent.get("source", "")), note=sent.get("note", ""), at=door.at,
        valid_from=read_day(sent.get("valid_from", ""), "valid_from"),
        bureau=door.bureau if sent.get("scope") == "bureau" else None,
    )  # fmt: skip


def _render_versions(request: HttpRequest, door: Door, error: Invalid | None = None) -> HttpResponse:
    sent = request.POST if error else {}
    versions = list_versions(door.bureau, door.at)
    typed = {
        "source": sent.get("source", str(policy_for(door.bureau.pk, today(door.at)))),
        "valid_from": sent.get("valid_from", (today(door.at) + timedelta(days=1)).isoformat()),
        "scope": sent.get("scope", "all"),
        "note": sent.get("note", ""),
    }
    context = door.context(
        versions=versions, typed=typed, error=error, messages_of=say_all(error), history=list_history(),
    )  # fmt: skip
    return render(request, "hazards/rules/versions.html", context, status=422 if error else 200)


@login_required
@require_safe
def show_policy(request: HttpRequest, policy_id: str) -> HttpResponse:
    door = enter(request)
    return _render_policy(request, door, door.policy(policy_id))


def _render_policy(request: HttpRequest, door: Door, policy: Policy, error: Invalid | None = None) -> HttpResponse:
    words, sent = clock_words(), request.POST if error else {}
    may_edit = door.is_keeper and policy.issued_at is None
    until = policy.valid_until.isoformat() if policy.valid_until else ""
    is_in_force = policy.issued_at is not None and policy.valid_from <= today(door.at)
    context = door.context(
        policy=policy,
        label=label_of(policy),
        may_edit=may_edit,
        may_move=is_in_force and may_move(held_posts_of(request, door.at)),
        steps=list_steps(policy, words),
        levels=list(words.levels.values()),
        ladders=list_ladders(policy, words),
        wrong=check_policy(policy, words) if may_edit else [],
        typed={
            "valid_from": sent.get("valid_from", policy.valid_from.isoformat()),
            "valid_until": sent.get("valid_until", until),
            "note": sent.get("note", policy.note),
        },
        error=error,
        messages_of=say_all(error),
        history=list_history(policy),
    )
    return render(request, "hazards/rules/policy.html", context, status=422 if error else 200)


@login_required
@require_POST
def change_dates(request: HttpRequest, policy_id: str) -> HttpResponse:
    door = enter(request)
    door.require_keeper()
    policy, sent = door.policy(policy_id), request.POST
    try:
        until = sent.get("valid_until", "").strip()
        set_dates(
            actor=door.user, draft=policy, note=sent.get("note", ""), at=door.at,
            valid_from=read_day(sent.get("valid_from", ""), "valid_from"),
            valid_until=read_day(until, "valid_until") if until else None,
        )  # fmt: skip
    except Invalid as error:
        return _render_policy(request, door, policy, error)
    messages.success(request, _("已保存。"))
    return door.go_to("clock_policy", policy.pk)


@login_required
@require_POST
def discard(request: HttpRequest, policy_id: str) -> HttpResponse:
    door = enter(request)
    door.require_keeper()
    discard_draft(actor=door.user, draft=door.policy(policy_id), at=door.at)
    messages.success(request, _("草稿已放弃。"))
    return door.go_to("clock_rules")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, policy_id: str) -> HttpResponse:
    """What the version changes and what that would do to what is open; by POST it is issued."""
    door = enter(request)
    policy = door.policy(policy_id)
    if request.method != "POST":
        return _render_preview(request, door, policy)
    door.require_keeper()
    try:
        issue_policy(actor=door.user, draft=policy, words=clock_words(), at=door.at)
    except Invalid as error:
        return _render_preview(request, door, policy, error)
    messages.success(
        request, _("已发布，%(day)s起施行。在办隐患仍按原来的版本。") % {"day": policy.valid_from.isoformat()}
    )
    return door.go_to("clock_policy", policy.pk)


def _render_preview(request: HttpRequest, door: Door, policy: Policy, error: Invalid | None = None) -> HttpResponse:
    words = clock_words()
    # What holds now, or would without it.
    present = Policy.objects.select_related("bureau").get(pk=policy_for(door.bureau.pk, today(door.at)))
    wrong = check_policy(policy, words)
    context = door.context(
        policy=policy,
        label=label_of(policy),
        present=present,
        present_label=label_of(present),
        differences=list_differences(policy, present, words),
        wrong=wrong,
        preview=None if wrong else preview_policy(policy, door.bureau, door.at, words),
        may_issue=door.is_keeper and policy.issued_at is None and not wrong,
        error=error,
        messages_of=say_all(error),
    )
    return render(request, "hazards/rules/preview.html", context, status=422 if error else 200)
