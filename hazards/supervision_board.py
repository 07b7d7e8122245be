"""挂牌督办 on one page: what waits for its decision, what is listed, what waits to be accepted or taken off, what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import today
from core.params import read_id
from deadlines.schedule import end_of
from hazards.inputs import Text
from hazards.models import Hazard, HazardEvent, Supervision
from hazards.selectors import in_scope
from hazards.states import Level
from hazards.states_clock import IN_FORCE, ListingTrigger, SupervisionState
from organizations.models import Unit, User
from organizations.posts import HeldPost, keys_of

# A county has some dozens at a time; what was taken off years ago the filters find.
LIMIT = 200
_STATE = SupervisionState
# (state, tab, in which order)
TABS: tuple[tuple[str, Text, tuple[Any, ...]], ...] = (
    (_STATE.PROPOSED, gettext_lazy("待审批"), ("due_at", "id")),
    (_STATE.LISTED, gettext_lazy("挂牌中"), (F("term_on").asc(nulls_last=True), "id")),
    (_STATE.ACCEPTANCE_REQUESTED, gettext_lazy("待验收"), (F("term_on").asc(nulls_last=True), "id")),
    (_STATE.PASSED, gettext_lazy("待摘牌"), ("due_at", "id")),
    (_STATE.DELISTED, gettext_lazy("已摘牌"), (F("delisted_on").desc(nulls_last=True), "-id")),
)
ORDER = {state: order for state, _label, order in TABS}


@dataclass(frozen=True, kw_only=True)
class BoardFilters:
    """As they stand in the address; what can't be read filters nothing."""

    state: str = _STATE.LISTED
    unit: int | None = None
    level: str = ""
    trigger: str = ""
    # The term passed, or a report or visit is late.
    late: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str], *, default: str = _STATE.LISTED) -> BoardFilters:
        def known(name: str, allowed: Sequence[str], fallback: str = "") -> str:
            value = params.get(name, "")
            return value if value in allowed else fallback

        return cls(
            state=known("state", list(ORDER), default),
            unit=read_id(params.get("unit", "")),
            level=known("level", Level.values),
            trigger=known("trigger", ListingTrigger.values),
            late=params.get("late", "") == "1",
        )

    def as_params(self, **other: str) -> dict[str, str]:
        told = {
            "state": self.state, "unit": str(self.unit or ""), "level": self.level, "trigger": self.trigger,
            "late": "1" if self.late else "", **other,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True)
class Due:
    """One of the days that a listing waits for: 方案, 报告, 督办, 期限."""

    label: Text
    on: date
    is_late: bool

    @property
    def due_at(self) -> datetime:
        return end_of(self.on)


@dataclass(frozen=True)
class BoardRow:
    row: Supervision
    hazard: Hazard
    # Whom it is about.
    object: str
    dues: list[Due] = field(default_factory=list)
    n_reports: int = 0
    n_visits: int = 0
    is_missed: bool = False


@dataclass(frozen=True)
class Board:
    rows: list[BoardRow]
    # {state: n} of what the filters but the state leave.
    counts: dict[str, int]
    is_cut: bool


def read_board(user: User, filters: BoardFilters, at: datetime, *, held: Sequence[HeldPost]) -> Board:
    """Five statements whatever the scope."""
    found = _narrow(_readable(user, held), filters, today(at))
    counts = dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    rows = list(
        found.filter(state=filters.state)
        .select_related("lister_unit", "supervisor_unit")
        .order_by(*ORDER[filters.state])[: LIMIT + 1]
    )
    # Once more by the door to rows: a reading that was granted for a time may have ended.
    hazards = in_scope(user, at, held=held).filter(pk__in=[row.hazard_id for row in rows])
    by_id = {one.pk: one for one in hazards.select_related("unit", "domain", "lead_assignment__unit")}
    told = _told(by_id)
    shown = [_row(row, by_id[row.hazard_id], told, at) for row in rows[:LIMIT] if row.hazard_id in by_id]
    return Board(shown, {str(state): n for state, n in counts.items()}, len(rows) > LIMIT)


def _readable(user: User, held: Sequence[HeldPost]) -> QuerySet[Supervision]:
    keys = keys_of(user, list(held))
    return Supervision.objects.filter(hazard__visible_to__overlap=keys, state__in=list(ORDER))


def _narrow(rows: QuerySet[Supervision], filters: BoardFilters, on: date) -> QuerySet[Supervision]:
    if filters.unit:
        below = Unit.objects.filter(path__contains=[filters.unit])
        rows = rows.filter(hazard__unit_id__in=below.values("pk"))
    if filters.level:
        rows = rows.filter(hazard__level=filters.level)
    if filters.trigger:
        rows = rows.filter(trigger=filters.trigger)
    if filters.late:
        is_late = Q(term_on__lt=on) | Q(is_missed=True)
        is_owed = Q(state=_STATE.LISTED) & (Q(report_due_on__lt=on) | Q(visit_due_on__lt=on))
        rows = rows.filter(is_late | is_owed)
    return rows


def _told(hazards: Mapping[int, Hazard]) -> dict[tuple[int, str], int]:
    """{(hazard, action): how often}"""
    events = HazardEvent.objects.filter(
        hazard__in=list(hazards), action__in=("report_progress", "visit_supervision", "save_plan")
    )
    counted = events.order_by().values_list("hazard_id", "action").annotate(n=Count("pk"))
    return {(hazard_id, action): n for hazard_id, action, n in counted}


def _row(row: Supervision, hazard: Hazard, told: Mapping[tuple[int, str], int], at: datetime) -> BoardRow:
    on = today(at)
    lead = hazard.lead_assignment
    return BoardRow(
        row=row,
        hazard=hazard,
        object=lead.unit.name if lead else hazard.unit.name,
        dues=list_dues(row, on),
        n_reports=told.get((hazard.pk, "report_progress"), 0),
        n_visits=told.get((hazard.pk, "visit_supervision"), 0),
        is_missed=is_past_term(row, on),
    )


def is_past_term(row: Supervision, on: date) -> bool:
    unfinished = row.state in (_STATE.LISTED, _STATE.ACCEPTANCE_REQUESTED)
    return row.is_missed or (unfinished and row.term_on is not None and row.term_on < on)


def list_dues(row: Supervision, on: date) -> list[Due]:
    """What a listing that runs waits for, the next first."""
    if row.state not in IN_FORCE or row.state == _STATE.PASSED:
        return []
    days = [(_("督办期限"), row.term_on)]
    if row.state == _STATE.LISTED:
        days += [(_("下次报告"), row.report_due_on), (_("下次督办"), row.visit_due_on)]
    found = [Due(label, day, day < on) for label, day in days if day is not None]
    return sorted(found, key=lambda due: due.on)
