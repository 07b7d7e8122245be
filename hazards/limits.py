"""When a step of a hazard is late: its policy's limits on the calendar of its campus. Source: process.md a.3."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from core.cached_rows import cached_rows
from core.clock import today
from deadlines.calendars import calendar_of, next_term_start, vacation_at
from deadlines.models import Measure
from deadlines.policies import LimitRow, get_rules, policy_for
from deadlines.schedule import Span, due_moment, end_of, last_day
from hazards.models import Category, Domain, Hazard
from hazards.states import Level

__all__ = [
    "CONTROL_PROOF",
    "ON_SPOT",
    "REWORK",
    "due_of",
    "end_of",
    "get_limit",
    "last_day",
    "policy_of",
    "step_due",
    "step_span",
]

# The step of fixing on the spot, not a state: at most this long after it was found.
ON_SPOT = "on_spot"
# The rework limit after a failed verification is at least this long.
REWORK = "rework"
# A hazard that takes years is told to be under control as often as this.
CONTROL_PROOF = "control_proof"
# What should end before a term ends after this where no term is known. Source: process.md a.3, works.
WITHOUT_TERM = (30, Measure.CALENDAR_DAYS.value)


@cached_rows(seconds=60)
def _category_codes() -> dict[int, str]:
    return dict(Category.objects.values_list("pk", "code"))


@cached_rows(seconds=60)
def _domain_codes() -> dict[int, str]:
    return dict(Domain.objects.values_list("pk", "code"))


def _codes_of(hazard: Hazard) -> Sequence[str]:
    """Of its category, where it has one, and of its domain."""
    domain = _domain_codes().get(hazard.domain_id, "")
    return (_category_codes().get(hazard.category_id, ""), domain) if hazard.category_id else (domain,)


def policy_of(hazard: Hazard) -> int:
    """The policy it runs under; the first one for what stood before there was a clock."""
    return hazard.policy_id or policy_for(None, date.min)


def get_limit(
    hazard: Hazard, step: str, *, level: str = "", unit_kind: str = "", in_vacation: bool = False
) -> LimitRow:
    """The row of the policy that holds for the hazard; at its own level where no other is named."""
    rules = get_rules(policy_of(hazard))
    return rules.limit(
        step, level or hazard.rule_level, unit_kind=unit_kind, categories=_codes_of(hazard), in_vacation=in_vacation
    )


def step_span(hazard: Hazard, step: str, start: datetime, *, level: str = "", unit_kind: str = "") -> Span:
    """How the limit of a step that begins at `start` is reckoned."""
    path = hazard.unit.path
    level = level or hazard.rule_level or Level.GENERAL
    in_vacation = level == Level.GENERAL and vacation_at(path, today(start))
    row = get_limit(hazard, step, level=level, unit_kind=unit_kind, in_vacation=in_vacation)
    if not _can_reckon(hazard, Span(start, row.amount, row.measure)):
        row = get_limit(hazard, step, level=level, unit_kind=unit_kind)
    return Span(start, row.amount, row.measure, row.rolls)


def _can_reckon(hazard: Hazard, span: Span) -> bool:
    """False for what ends before a term that nobody entered, or that was taken out again."""
    return span.measure != Measure.BEFORE_TERM or next_term_start(hazard.unit.path, today(span.start)) is not None


def due_of(hazard: Hazard, span: Span) -> datetime:
    """The first late moment of a span, on the calendar of the campus."""
    path = hazard.unit.path
    if not _can_reckon(hazard, span):
        span = Span(span.start, *WITHOUT_TERM)
    return due_moment(span, calendar_of(path), next_term_start(path, today(span.start)))


def step_due(hazard: Hazard, step: str, start: datetime, *, level: str = "", unit_kind: str = "") -> datetime:
    return due_of(hazard, step_span(hazard, step, start, level=level, unit_kind=unit_kind))
