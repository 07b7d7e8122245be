"""隐患档案: one hazard, its log, and what its reader may do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.clock import now
from core.errors import DomainError, Invalid, NotFound, WrongState
from hazards.actions import ACTIONS, Action
from hazards.case import Case
from hazards.forms import ActionForm, Choices, Typed, build_form, read_form
from hazards.inputs import Ask, fields_of
from hazards.models import Evidence, HazardEvent
from hazards.openings import list_openings, record_opening
from hazards.selectors import access_hazard, hides_reporter, list_events, list_evidence, list_possible_actions
from hazards.services import Outcome, perform
from hazards.states import STAGE_OF, TERMINAL, Competence, EvidenceStage, Stage, State
from hazards.views.common import actor_of
from hazards.wording import Line, describe_event

_STAGES = (Stage.FIND, Stage.FILE, Stage.RECTIFY, Stage.CLOSE)
COMMITMENT_LABELS = {
    "responsibility": gettext_lazy("责任"),
    "measures": gettext_lazy("措施"),
    "funding": gettext_lazy("资金"),
    "deadline": gettext_lazy("时限"),
    "contingency": gettext_lazy("预案"),
}


@dataclass(frozen=True)
class Refused:
    """An act that was refused, with all that was typed for it."""

    action: Action
    typed: Typed
    error: DomainError

    @property
    def kept(self) -> list[Line]:
        fields = fields_of(self.action.data, new=False)
        typed = [(str(one.label), self.typed.data.get(one.name)) for one in fields]
        return [Line(label, value) for label, value in typed if isinstance(value, str) and value.strip()]


@dataclass(frozen=True)
class Step:
    label: str
    note: str
    is_done: bool
    is_now: bool


@dataclass(frozen=True)
class Entry:
    event: HazardEvent
    label: str
    lines: list[Line]


@login_required
@require_safe
def show_hazard(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    case = access_hazard(actor_of(request), number, at)
    if request.method == "GET":
        record_opening(case)
    return _render(request, case, at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_hazard(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do it and go back to the file; a refusal shows the file again with all that was typed."""
    at, user = now(), actor_of(request)
    if action not in ACTIONS:
        raise NotFound(_("没有这个操作。"))
    access_hazard(user, number, at)
    if request.method != "POST":
        # The address of a refused act, opened anew.
        return redirect("hazard_file", number)
    typed = read_form(request, fields_of(ACTIONS[action].data, new=False), at=at)
    try:
        outcome = _perform(request, number, action, typed, at)
    except (Invalid, WrongState) as error:
        refused = Refused(ACTIONS[action], typed, error)
        return _render(request, access_hazard(user, number, at), at, refused)
    done = _("“%(what)s”已完成，现在是“%(state)s”。") % {
        "what": ACTIONS[action].label,
        "state": State(outcome.state).label,
    }
    messages.success(request, done)
    return redirect("hazard_file", outcome.number)


def _perform(request: HttpRequest, number: str, action: str, typed: Typed, at: datetime) -> Outcome:
    if typed.errors:
        raise Invalid(fields=typed.errors)
    return perform(
        action, actor=actor_of(request), at=at, number=number, version=typed.version, data=typed.data,
        acting_post=typed.acting_post, occurred_on=typed.occurred_on, late_reason=typed.late_reason,
        key=typed.key or None,
    )  # fmt: skip


def _render(request: HttpRequest, case: Case, at: datetime, refused: Refused | None = None) -> HttpResponse:
    hazard = case.hazard
    forms = _build_forms(case, refused)
    evidence = list_evidence(case)
    is_shown = refused is not None and any(form.action is refused.action for form in forms)
    context = {
        "at": at,
        "hazard": hazard,
        "lead": case.lead,
        "number": hazard.number,
        "steps": list_steps(State(hazard.state)),
        "main_forms": [form for form in forms if not form.action.is_rare],
        "rare_forms": [form for form in forms if form.action.is_rare],
        "refused": refused,
        "is_refused_form_shown": is_shown,
        "before": _of_stage(evidence, EvidenceStage.BEFORE),
        "after": _of_stage(evidence, EvidenceStage.AFTER),
        "other_evidence": [one for one in evidence if one.stage not in (EvidenceStage.BEFORE, EvidenceStage.AFTER)],
        "n_evidence": len(evidence),
        # Who judges the work looks at it before he decides.
        "looks_first": bool(evidence) and hazard.state == State.SUBMITTED,
        "entries": [_entry(event, at) for event in reversed(list_events(case))],
        "hides_reporter": hides_reporter(case),
        "openings": list_openings(case),
        "competence": str(Competence(hazard.competence).label) if hazard.competence else "",
        "commitments": [(label, hazard.commitments.get(name)) for name, label in COMMITMENT_LABELS.items()],
        "is_ended": hazard.state in TERMINAL,
    }
    return render(request, "hazards/file.html", context, status=refused.error.status if refused else 200)


def _build_forms(case: Case, refused: Refused | None) -> list[ActionForm]:
    """A form for each thing the reader may do; the refused one open, as it was filled in."""
    ask = Ask(actor=case.actor, hazard=case.hazard, at=case.at, held=tuple(case.held))
    choices = Choices(ask)
    forms = []
    for possible in list_possible_actions(case):
        again = refused if refused and refused.action is possible.action else None
        form = build_form(
            possible.action, ask, possible.fields, initial=possible.initial, posts=possible.posts,
            version=case.hazard.version, typed=again.typed if again else None, error=again.error if again else None,
            is_open=bool(again) or (possible.is_awaited and refused is None), choices=choices,
        )  # fmt: skip
        forms.append(form)
    return forms


def _of_stage(evidence: list[Evidence], stage: EvidenceStage) -> list[Evidence]:
    return [one for one in evidence if one.stage == stage]


def _entry(event: HazardEvent, at: datetime) -> Entry:
    return Entry(event, str(ACTIONS[event.action].label), describe_event(event, at))


def list_steps(state: State) -> list[Step]:
    """The four stages the public knows; none for what was never taken on."""
    stage = STAGE_OF[state]
    if stage is Stage.OTHER:
        return []
    reached = _STAGES.index(stage)
    is_closed = state is State.CLOSED
    return [
        Step(str(one.label), str(state.label), is_done=i < reached or is_closed, is_now=i == reached and not is_closed)
        for i, one in enumerate(_STAGES)
    ]
