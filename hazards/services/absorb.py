from __future__ import annotations

from datetime import date, datetime
from typing import Any

from core.clock import today
from hazards.data.corrections import AbsorbData
from hazards.limits import end_of
from hazards.models import Hazard
from hazards.numbers import by_number
from hazards.services.act import Act, verb
from hazards.services.merging import merger_of
from hazards.states import State


@verb("absorb")
def absorb_hazard(act: Act, data: AbsorbData) -> None:
    """Take over from one that was merged into this: the earlier day found, the earlier limit, its legal paper."""
    hazard = act.hazard
    other = Hazard.objects.defer("search").get(**by_number(data.number))
    undone = {name: old for name, (old, _new) in merger_of(other).changes.items()}
    hazard.found_on = min(hazard.found_on, other.found_on)
    hazard.suspected_major = hazard.suspected_major or (other.suspected_major and not hazard.level)
    _take_paper(hazard, other)
    _take_limit(act, undone)
    # Who reported it reads what becomes of it here.
    act.readers_changed = True
    act.move()


def _take_paper(hazard: Hazard, other: Hazard) -> None:
    if other.paper_limit_on is None or (hazard.paper_limit_on and hazard.paper_limit_on <= other.paper_limit_on):
        return
    hazard.paper_unit_id, hazard.paper_name = other.paper_unit_id, other.paper_name
    hazard.paper_number, hazard.paper_limit_on = other.paper_number, other.paper_limit_on


def _take_limit(act: Act, undone: dict[str, Any]) -> None:
    """The earlier of both limits; a step that both were in keeps the earlier moment too. A plan of years stands."""
    hazard, lead = act.hazard, act.case.lead
    if lead is not None and not hazard.scheduled and hazard.state in (State.ASSIGNED, State.RECTIFYING):
        limit_on = undone.get("lead.limit_on")
        days = [date.fromisoformat(limit_on)] if limit_on else []
        if hazard.paper_limit_on and hazard.paper_limit_on >= today(act.at):
            days.append(hazard.paper_limit_on)
        if days and min(days) < lead.limit_on:
            lead.limit_on = min(days)
            lead.due_at = end_of(lead.limit_on)
            act.moves_due = hazard.state == State.RECTIFYING
    was_due = datetime.fromisoformat(undone["due_at"]) if undone.get("due_at") else None
    # The limit of work under way is its paper's.
    is_reckoned = bool(hazard.due_by) and undone.get("state") == hazard.state
    if is_reckoned and was_due and hazard.due_at and was_due < hazard.due_at:
        hazard.due_at, hazard.due_by = was_due, undone.get("due_by") or {}
