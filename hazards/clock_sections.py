"""What a file tells of more time that was asked for and of what is out of use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.clock import today
from hazards.case import Case
from hazards.models import Extension, HazardEvent, Suspension
from hazards.services.suspending import RUNNING
from hazards.states_clock import ExtensionState, SuspensionState

# Of the log of the guard the newest lines are shown; all stand in the timeline.
SHOWN = 7
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class ExtensionsView:
    """Both limits, and each request, newest first."""

    first_limit_on: date | None
    limit_on: date | None
    rows: list[Extension]

    @property
    def open_row(self) -> Extension | None:
        return next((row for row in self.rows if row.state == ExtensionState.REQUESTED), None)


@dataclass(frozen=True)
class GuardLine:
    on: date
    note: str
    who: str
    n_photos: int


@dataclass(frozen=True)
class SuspensionView:
    row: Suspension
    # Days out of use so far, the first and the last counted.
    n_days: int
    guards: list[GuardLine]
    n_guards: int
    # Whole days that nobody proved.
    missed: list[date]

    @property
    def is_running(self) -> bool:
        return self.row.state in RUNNING

    @property
    def is_asked(self) -> bool:
        return bool(self.row.state == SuspensionState.RESUME_REQUESTED)


def read_extensions(case: Case) -> ExtensionsView | None:
    lead = case.lead
    rows = list(Extension.objects.filter(hazard=case.hazard.pk).select_related("to_unit").order_by("-id"))
    case.__dict__["extension"] = next((row for row in rows if row.state == ExtensionState.REQUESTED), None)
    first_on = lead.first_limit_on if lead else None
    if not rows and first_on is None:
        return None
    return ExtensionsView(first_on, lead.limit_on if lead else None, rows)


def read_suspensions(case: Case, events: Sequence[HazardEvent]) -> list[SuspensionView]:
    """Those in force first, then the newest."""
    found = Suspension.objects.filter(hazard=case.hazard.pk).exclude(state=SuspensionState.ENDED)
    rows = sorted(found.select_related("issuer_unit", "unit").order_by("-id"), key=lambda row: row.state not in RUNNING)
    case.__dict__["suspensions"] = sorted((row for row in rows if row.state in RUNNING), key=lambda row: row.pk)
    return [_view(case, row, events) for row in rows]


def _view(case: Case, row: Suspension, events: Sequence[HazardEvent]) -> SuspensionView:
    lines = [_line(event) for event in events if _is_guard_of(event, row)]
    last_on = row.ended_on or today(case.at)
    proved = {line.on for line in lines}
    owed = [row.from_on + ONE_DAY * n for n in range(1, (last_on - row.from_on).days)]
    return SuspensionView(
        row=row,
        n_days=(last_on - row.from_on).days + 1,
        guards=lines[::-1][:SHOWN],
        n_guards=len(lines),
        missed=[day for day in owed if day not in proved],
    )


def _is_guard_of(event: HazardEvent, row: Suspension) -> bool:
    """A scope is out of use at most once at a time."""
    within = row.from_on <= event.occurred_on and (row.ended_on is None or event.occurred_on <= row.ended_on)
    return event.action == "prove_guard" and event.data.get("scope") == row.scope and within


def _line(event: HazardEvent) -> GuardLine:
    photos = event.data.get("photos")
    n_photos = len(photos) if isinstance(photos, list) else 0
    return GuardLine(
        event.occurred_on, str(event.data.get("note", "")), f"{event.post_label}{event.actor_name}", n_photos
    )
