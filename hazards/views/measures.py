"""待签发, 单位预警, and measures about units as such."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.audit import deny_request
from core.clock import now, today
from core.errors import DomainError, Invalid, NotAllowed, NotFound
from core.params import read_id
from hazards.measures_pages import (
    drafting_units,
    list_drafts_to_sign,
    list_unit_measures,
    signing_units,
)  # fmt: skip
from hazards.models import UnitMeasure
from hazards.services.bulk import Batch, perform_row
from hazards.services.unit_measures import (
    access_unit_measure,
    decide_unit_measure,
    may_reply,
    may_sign,
    may_take_back,
    reply_unit_measure,
    withdraw_unit_measure,
)  # fmt: skip
from hazards.states_clock import UnitMeasureState
from hazards.units_ladder import list_unit_states, quarter_of, rules_of, units_below
from hazards.views.common import actor_of
from organizations.context import held_posts_of
from organizations.kinds import EDUCATION_TREE, PERSONAL_POSTS, UnitKind
from organizations.models import Unit
from organizations.posts import HeldPost, bureau_of


@login_required
@require_safe
def list_drafts(request: HttpRequest) -> HttpResponse:
    """待签发: drafts of the bureau, the earliest due first; its leaders sign here, its office reads."""
    at = now()
    held = held_posts_of(request, at)
    if not drafting_units(held):
        raise NotAllowed(_("待签发由教育局安全办和局领导查看。"))
    context = {
        "at": at,
        "drafts": list_drafts_to_sign(held),
        "unit_drafts": list_unit_measures(held, drafts=True),
        "may_sign": bool(signing_units(held)),
    }
    return render(request, "hazards/measures/drafts.html", context)


@login_required
@require_POST
def sign_drafts(request: HttpRequest) -> HttpResponse:
    """Sign the chosen ones, each an act of its own with an answer of its own."""
    at = now()
    held = held_posts_of(request, at)
    if not signing_units(held):
        raise NotAllowed(_("督办措施由局领导签发。"))
    # The button of one row signs that one, whatever is ticked beside.
    only = request.POST.getlist("only")
    wanted = {read_id(value) for value in only or request.POST.getlist("measure")}
    drafts = [one.row for one in list_drafts_to_sign(held) if one.row.pk in wanted]
    versions: dict[str, int] = {}
    n_signed = 0
    for draft in drafts:
        number = draft.hazard.number
        # Two of one hazard: the first raises the version that the page showed.
        version = versions.get(number) or read_id(request.POST.get(f"version_{draft.pk}", "")) or 0
        batch = Batch(
            action="decide_measure", numbers=[number], data={"ruling": "issue", "measure": draft.pk},
            versions={number: version}, key=f"sign:{draft.pk}:{version}",
        )  # fmt: skip
        answer = perform_row(
            batch, number, actor=actor_of(request), at=at,
            on_denied=lambda error, subject: deny_request(request=request, error=error, action="decide_measure", subject=subject),
        )  # fmt: skip
        if answer.outcome:
            n_signed += 1
            versions[number] = answer.outcome.version
        else:
            messages.error(request, f"{number}：{answer.message}")
    n_signed += 0 if only else _sign_units(request, held, at)
    if n_signed:
        messages.success(request, _("已签发 %(n)d 件，文书已编号，待办已转给对象单位。") % {"n": n_signed})
    elif not drafts:
        messages.info(request, _("没有可签发的，可能已由他人办理。"))
    return redirect("measures")


def _sign_units(request: HttpRequest, held: list[HeldPost], at: datetime) -> int:
    wanted = {read_id(value) for value in request.POST.getlist("unit_measure")}
    n = 0
    for draft in list_unit_measures(held, drafts=True):
        if draft.pk not in wanted:
            continue
        try:
            decide_unit_measure(actor=actor_of(request), measure_id=draft.pk, ruling="issue", at=at)
            n += 1
        except DomainError as error:
            deny_request(request=request, error=error, action="decide_unit_measure", subject=str(draft.pk))
            messages.error(request, f"{draft.unit.name}：{error.message}")
    return n


@login_required
@require_safe
def list_warnings(request: HttpRequest) -> HttpResponse:
    """单位预警: the units below the reader's own, the worst first."""
    at = now()
    held = held_posts_of(request, at)
    tops = [post for post in held if post.kind not in PERSONAL_POSTS and post.unit_kind in EDUCATION_TREE]
    if not tops:
        raise NotAllowed(_("单位预警由学校、中心校和教育局查看。"))
    units = {post.unit_parent_id if post.unit_kind == UnitKind.SEC else post.unit_id for post in tops}
    first = Unit.objects.get(pk=min(unit for unit in units if unit))
    bureau = bureau_of(first)
    states = list_unit_states(
        units_below([unit for unit in units if unit]), rules_of(bureau.pk), at, for_bureau=bool(drafting_units(held))
    )
    context = {
        "at": at,
        "states": states,
        "rules": rules_of(bureau.pk),
        "quarter": quarter_of(today(at)),
        "n_red": sum(one.colour == "red" for one in states),
        "n_orange": sum(one.colour == "orange" for one in states),
        "unit_measures": list_unit_measures(held, drafts=False),
        "may_read_drafts": bool(drafting_units(held)),
    }
    return render(request, "hazards/measures/warnings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_unit_measure(request: HttpRequest, measure_id: str) -> HttpResponse:
    """One measure about a unit: read, and by POST decided, answered or taken back."""
    at, user = now(), actor_of(request)
    wanted = read_id(measure_id)
    if wanted is None:
        raise NotFound
    if request.method != "POST":
        return _render_unit_measure(request, access_unit_measure(user, wanted, at), at)
    try:
        _act_on_unit_measure(request, wanted, at)
    except Invalid as error:
        return _render_unit_measure(request, access_unit_measure(user, wanted, at), at, error)
    return redirect("unit_measure", wanted)


def _act_on_unit_measure(request: HttpRequest, measure_id: int, at: datetime) -> None:
    sent, user = request.POST, actor_of(request)
    match sent.get("act"):
        case "decide":
            decide_unit_measure(
                actor=user, measure_id=measure_id, ruling=sent.get("ruling", ""), opinion=sent.get("opinion", "").strip()[:500],
                reply_on=_read_day(sent.get("reply_on", "")), at=at,
            )  # fmt: skip
        case "reply":
            reply_unit_measure(actor=user, measure_id=measure_id, reply=sent.get("reply", ""), at=at)
        case "withdraw":
            withdraw_unit_measure(actor=user, measure_id=measure_id, reason=sent.get("reason", ""), at=at)
        case _:
            access_unit_measure(user, measure_id, at)
            raise Invalid(_("请选要办理的事项。"))
    messages.success(request, _("已办理。"))


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise Invalid.of(reply_on=_("请检查日期。")) from exc


def _render_unit_measure(
    request: HttpRequest, measure: UnitMeasure, at: datetime, error: Invalid | None = None
) -> HttpResponse:
    user = actor_of(request)
    is_draft, is_issued = measure.state == UnitMeasureState.DRAFT, measure.state == UnitMeasureState.ISSUED
    context = {
        "at": at,
        "measure": measure,
        "state_label": UnitMeasureState(measure.state).label,
        "paragraphs": measure.document.text.splitlines() if measure.document else [],
        "may_decide": is_draft and bool(may_sign(user, measure.bureau_id, at)),
        "may_reply": is_issued and bool(may_reply(user, measure.unit, at)),
        "may_take_back": measure.state in (UnitMeasureState.ISSUED, UnitMeasureState.REPLIED)
        and may_take_back(user, measure, at),
        "error": error,
        "messages_of": [message for found in error.fields.values() for message in found] if error else [],
        "typed": request.POST if error else {},
    }
    return render(request, "hazards/measures/unit_measure.html", context, status=422 if error else 200)
