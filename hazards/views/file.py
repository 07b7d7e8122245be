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

from core.background import is_background
from core.clock import now
from core.errors import Invalid, NotFound, WrongState
from hazards.actions import ACTIONS, Party
from hazards.case import Case
from hazards.forms import ActionForm, Typed, read_form
from hazards.inputs import fields_of
from hazards.ladder import read_ladder, say_missed
from hazards.measures_pages import count_reminders, list_measures
from hazards.models import Evidence, Hazard, HazardEvent
from hazards.openings import list_openings, record_opening
from hazards.papers import list_papers
from hazards.sections import issued_words, read_sections, return_words
from hazards.selectors import (
    access_hazard,
    find_by_number,
    hides_reporter,
    in_scope,
    list_events,
    list_evidence,
    may_take_archive,
    say_blocked,
)  # fmt: skip
from hazards.services import Outcome, perform
from hazards.states import STAGE_OF, TERMINAL, Competence, EvidenceStage, Stage, State
from hazards.telling import say_outcome
from hazards.telling_pages import reach_of
from hazards.views.common import actor_of
from hazards.views.file_forms import Refused, build_forms, read_wanted
from hazards.wording import Line, describe_behind, describe_event, say_event
from hazards.wording_clock import say_warning
from notifications.context import read_about

_STAGES = (Stage.FIND, Stage.FILE, Stage.RECTIFY, Stage.CLOSE)
COMMITMENT_LABELS = {
    "responsibility": gettext_lazy("责任"),
    "measures": gettext_lazy("措施"),
    "funding": gettext_lazy("资金"),
    "deadline": gettext_lazy("时限"),
    "contingency": gettext_lazy("预案"),
}


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
    # Who else stands behind it: the one whose act was entered, the second person.
    behind: list[Line]
    # An act of the clock, in one sentence.
    sentence: str = ""
    # Rungs missed before it, in words.
    missed: str = ""

    @property
    def is_recorded(self) -> bool:
        return "on_behalf" in self.event.data

    @property
    def is_firing(self) -> bool:
        """A rung that came by itself: told in a line."""
        return self.event.action == "warn"

    @property
    def is_after_seal(self) -> bool:
        return bool(self.event.data.get("after_seal"))


@login_required
@require_safe
def show_hazard(request: HttpRequest, number: str) -> HttpResponse:
    at = now()
    case = access_hazard(actor_of(request), number, at)
    if request.method == "GET" and not is_background(request):
        record_opening(case)
        read_about(request, case.hazard.pk, at)
    return _render(request, case, at)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def act_on_hazard(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Do it and go back to the file; a refusal shows the file again with all that was typed."""
    at, user = now(), actor_of(request)
    if action not in ACTIONS or ACTIONS[action].party is Party.CLOCK:
        # Unknown, or what comes by time and no person asks for.
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
    messages.success(request, say_outcome(outcome, asked=action))
    if not find_by_number(in_scope(user, at), outcome.number).exists():
        # It is no longer his to read.
        return redirect("desk")
    return redirect("hazard_file", outcome.number)


def _perform(request: HttpRequest, number: str, action: str, typed: Typed, at: datetime) -> Outcome:
    if typed.errors:
        raise Invalid(fields=typed.errors)
    return perform(
        action, actor=actor_of(request), at=at, number=number, version=typed.version, data=typed.data,
        acting_post=typed.acting_post, occurred_on=typed.occurred_on, late_reason=typed.late_reason,
        key=typed.key or None, on_behalf=typed.on_behalf,
    )  # fmt: skip


def _render(request: HttpRequest, case: Case, at: datetime, refused: Refused | None = None) -> HttpResponse:
    hazard = case.hazard
    evidence, events = list_evidence(case), list_events(case)
    sections = read_sections(case, events, evidence)
    ladder = read_ladder(case, events)
    n_missed = ladder.n_missed if ladder else {}
    forms = build_forms(case, refused, read_wanted(request.GET.dict()))
    context = {
        "at": at,
        "hazard": hazard,
        "lead": case.lead,
        "number": hazard.number,
        "steps": list_steps(State(hazard.state)),
        "forms": forms,
        "main_forms": forms.main,
        "rare_forms": forms.rare,
        "refused": refused,
        "blocked": say_blocked(case),
        "is_refused_form_shown": refused is not None and any(_is_of(form, refused) for form in forms.all),
        **_evidence_context(hazard, evidence),
        # Who judges a plan reads it before he decides.
        "reads_plan_first": any(form.action.name == "approve_plan" for form in forms.main),
        "entries": [_entry(event, at, n_missed.get(event.seq, 0)) for event in reversed(events)],
        "ladder": ladder,
        "hides_reporter": hides_reporter(case),
        "openings": list_openings(case),
        "papers": list_papers(case),
        "measures": list_measures(case),
        "reminders": count_reminders(events),
        "sections": sections,
        "is_own_proposal": case.countersign is not None and case.countersign.proposer_id == case.actor.pk,
        "issued": issued_words(case.lead) if case.lead else "",
        "returned": return_words(case.lead) if case.lead else "",
        "competence": str(Competence(hazard.competence).label) if hazard.competence else "",
        "commitments": [] if sections.plan else list_commitments(hazard),
        "is_ended": hazard.state in TERMINAL,
        "may_take_archive": may_take_archive(case),
        "reads_told": reach_of(case).is_any,
    }
    return render(request, "hazards/file.html", context, status=refused.error.status if refused else 200)


def _is_of(form: ActionForm, refused: Refused) -> bool:
    return form.action.name == refused.action.name and form.is_recorded == refused.is_recorded


def list_commitments(hazard: Hazard) -> list[tuple[str, str]]:
    """五落实 as they were given at signing and submitting; a plan says them at length."""
    told = [(str(label), str(hazard.commitments.get(name) or "")) for name, label in COMMITMENT_LABELS.items()]
    return [(label, text) for label, text in told if text]


def _evidence_context(hazard: Hazard, evidence: list[Evidence]) -> dict[str, object]:
    """What a co-unit handed in stands with its part."""
    own = [one for one in evidence if one.part_id is None]
    return {
        "before": _of_stage(own, EvidenceStage.BEFORE),
        "after": _of_stage(own, EvidenceStage.AFTER),
        "other_evidence": [one for one in own if one.stage not in (EvidenceStage.BEFORE, EvidenceStage.AFTER)],
        "n_evidence": len(own),
        # Who judges the work looks at it before he decides.
        "looks_first": bool(own) and hazard.state == State.SUBMITTED,
    }


def _of_stage(evidence: list[Evidence], stage: EvidenceStage) -> list[Evidence]:
    return [one for one in evidence if one.stage == stage]


def _entry(event: HazardEvent, at: datetime, n_missed: int) -> Entry:
    label = say_warning(event.data) if event.action == "warn" else str(ACTIONS[event.action].label)
    missed = say_missed(n_missed) if n_missed else ""
    lines, behind = describe_event(event, at), describe_behind(event)
    return Entry(event, label, lines, behind, say_event(event, at), missed)


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
