"""When a step is late: rows of StepLimit on the working-day calendar. Source: process.md a.3."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from core.cached_rows import cached_rows
from core.calendars import WorkCalendar, get_calendar
from core.clock import SHANGHAI
from hazards.models import StepLimit
from hazards.states import Level

# The step of fixing on the spot, not a state: at most this long after it was found.
ON_SPOT = "on_spot"
# The rework limit after a failed verification is at least this long.
REWORK = "rework"
# A hazard that takes years is told to be under control as often as this.
CONTROL_PROOF = "control_proof"


@cached_rows(seconds=60)
def _limits() -> dict[tuple[str, str, str], StepLimit]:
    return {(row.step, row.level, row.unit_kind): row for row in StepLimit.objects.all()}


def get_limit(step: str, level: str, unit_kind: str = "") -> StepLimit:
    """The row of a step; that of the unit's kind goes before the general one."""
    rows = _limits()
    found = rows.get((step, level, unit_kind)) or rows.get((step, level, ""))
    if found is None:
        raise LookupError(f"no limit for {step} at {level}")
    return found


def due_moment(limit: StepLimit, start: datetime, calendar: WorkCalendar | None = None) -> datetime:
    """The first late moment of a step that begins at `start`."""
    calendar = calendar or get_calendar()
    if limit.measure == StepLimit.Measure.WORKING_DAYS:
        return calendar.after_working_days(start, limit.amount)
    if limit.measure == StepLimit.Measure.CALENDAR_DAYS:
        return calendar.after_calendar_days(start, limit.amount, roll=limit.rolls)
    if limit.measure == StepLimit.Measure.WORKING_HOURS:
        return calendar.after_working_hours(start, limit.amount)
    return calendar.after_hours(start, limit.amount)


def step_due(step: str, level: str, start: datetime, unit_kind: str = "") -> datetime:
    return due_moment(get_limit(step, level or Level.GENERAL, unit_kind), start)


def end_of(day: date) -> datetime:
    """The first moment after a local day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=SHANGHAI)


def last_day(due_at: datetime) -> date:
    """The last local day that is still in time."""
    return (due_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
