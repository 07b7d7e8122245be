from __future__ import annotations

from django.utils.translation import gettext as _

from hazards.data.clock import ProposeMeasureData
from hazards.services.act import Act, require, verb
from hazards.services.measures import draft_measure, refusal, require_new, tell_signers
from hazards.services.owing import what_is_owed
from hazards.states_clock import MeasureKind


@verb("propose_measure")
def propose_hazard_measure(act: Act, data: ProposeMeasureData) -> None:
    """The office drafts a measure of its own accord; the leader decides."""
    reason = refusal(act, data.kind, data.to)
    require(not reason, kind=reason)
    is_talk = data.kind == MeasureKind.INTERVIEW
    require(is_talk or not data.interview_type, interview_type=_("只有约谈填约谈方式。"))
    require_new(act, data.kind, data.to, data.cause)
    act.case.remember(data.to)
    owed = what_is_owed(act.case, data.to.pk)
    due_at = owed.due_at if owed else None
    require(
        due_at is not None or data.kind != MeasureKind.URGE_LETTER,
        to=_("%(unit)s现在没有待办的事项，不用发催办函。") % {"unit": data.to.name},
    )
    measure = draft_measure(
        act, data.kind, data.to, cause=data.cause, due_at=due_at, text=data.content, requirements=data.requirements,
        interview_type=data.interview_type, drafted_by=act.actor,
    )  # fmt: skip
    tell_signers(act, measure)
    act.move()
