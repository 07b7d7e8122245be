"""How the limit goes on when work comes back. Source: process.md a.3 (rework), a.4 T24 and T26."""

from __future__ import annotations

from datetime import date, datetime

from hazards.limits import REWORK, end_of, last_day, step_due
from hazards.models import Assignment, Hazard
from hazards.services.filing import limit_of


def resume_limit(lead: Assignment, at: datetime) -> None:
    """The clock that stopped at submission goes on with the time already used."""
    submitted_at = lead.submitted_at or at
    _set_limit(lead, last_day(at + (lead.due_at - submitted_at)))


def give_rework_limit(hazard: Hazard, lead: Assignment, at: datetime, limit_on: date | None) -> None:
    """The day given, else the rest of the old limit or the rework limit, whichever is longer.

    What stood before the clock has a limit of its own from then on, and its whole ladder.
    """
    hazard.taken_over_at = None
    if limit_on is not None:
        lead.limit_on, lead.due_at = limit_of(hazard, at, limit_on, REWORK)
        return
    rest = at + (lead.due_at - (lead.submitted_at or at))
    _set_limit(lead, last_day(max(rest, step_due(hazard, REWORK, at))))


def _set_limit(lead: Assignment, day: date) -> None:
    lead.limit_on, lead.due_at = day, end_of(day)
