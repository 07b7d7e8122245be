"""What a file tells of its listings: the living one first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.clock import today
from hazards.case import Case
from hazards.models import HazardEvent, Supervision
from hazards.states_clock import IN_FORCE, SupervisionState
from hazards.supervision_board import Due, is_past_term, list_dues

# Of the visits the newest are shown; all stand in the timeline.
SHOWN = 5


@dataclass(frozen=True)
class VisitLine:
    on: date
    people: str
    findings: str


@dataclass(frozen=True)
class ListingView:
    row: Supervision
    dues: list[Due]
    visits: list[VisitLine]
    n_visits: int
    n_reports: int
    is_missed: bool

    @property
    def is_living(self) -> bool:
        return self.row.state == SupervisionState.PROPOSED or self.row.state in IN_FORCE


def read_listings(case: Case, events: Sequence[HazardEvent]) -> list[ListingView]:
    """What was decided; a proposal that ended with its case is in the timeline alone."""
    found = Supervision.objects.filter(hazard=case.hazard.pk).exclude(state=SupervisionState.ENDED)
    rows = list(found.select_related("lister_unit", "supervisor_unit").order_by("-id"))
    views = [_view(case, row, events) for row in rows]
    if case.hazard.listing:
        case.__dict__["supervision"] = next((view.row for view in views if view.is_living), None)
    return sorted(views, key=lambda view: not view.is_living)


def _view(case: Case, row: Supervision, events: Sequence[HazardEvent]) -> ListingView:
    mine = [event for event in events if row.listed_on and event.occurred_on >= row.listed_on]
    mine = [event for event in mine if not row.delisted_on or event.occurred_on <= row.delisted_on]
    visits = [event for event in mine if event.action == "visit_supervision"]
    on = today(case.at)
    return ListingView(
        row=row,
        dues=list_dues(row, on),
        visits=[_line(event) for event in reversed(visits[-SHOWN:])],
        n_visits=len(visits),
        n_reports=sum(event.action == "report_progress" for event in mine),
        is_missed=is_past_term(row, on),
    )


def _line(event: HazardEvent) -> VisitLine:
    data = event.data
    told = str(data.get("visited_on", ""))
    return VisitLine(
        date.fromisoformat(told) if told else event.occurred_on,
        str(data.get("people", "")),
        str(data.get("findings", "")),
    )
