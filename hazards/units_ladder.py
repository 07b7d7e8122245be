"""How units stand: limits overdue at once, limits kept in a quarter. Source: process.md b.4.

Only what this data tells: reports and self-checks that are late, and units that never find anything, come with the
inspections.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, Q

from core.clock import SHANGHAI, today
from deadlines.models import Colour, Deadline
from hazards.clockwork import LIMIT
from hazards.models import Assignment, BureauRules, Measure, UnitMeasure
from hazards.states import AssignmentKind, AssignmentState, State
from hazards.states_clock import TO_COMPETENT_BODIES, Ladder, MeasureKind, MeasureState, UnitMeasureState
from organizations.kinds import EDUCATION_TREE, UnitKind
from organizations.models import Unit

# One late limit alone is no habit, however few there were.
FEWEST_LATE = 2
_UNREAL = (State.VOIDED, State.MERGED, State.REJECTED)
_COUNTED = (MeasureState.ISSUED, MeasureState.AWAITING_REPLY, MeasureState.SETTLED)


@dataclass(frozen=True)
class Quarter:
    year: int
    n: int

    def __str__(self) -> str:
        return f"{self.year}Q{self.n}"

    @property
    def first_on(self) -> date:
        return date(self.year, 3 * self.n - 2, 1)

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first_on, time.min, tzinfo=SHANGHAI)

    @property
    def ends_at(self) -> datetime:
        """The first moment after it."""
        return self.next.begins_at

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.n == 4 else Quarter(self.year, self.n + 1)


def quarter_of(on: date) -> Quarter:
    return Quarter(on.year, (on.month + 2) // 3)


def quarter_before(on: date) -> Quarter:
    return quarter_of(quarter_of(on).first_on - timedelta(days=1))


@dataclass(frozen=True)
class Kept:
    """How many limits of a unit fell due in a quarter, and how many it kept."""

    n: int
    n_on_time: int

    @property
    def percent(self) -> int:
        """Rounded down: 79.9 is below 80."""
        return self.n_on_time * 100 // self.n if self.n else 100

    def is_below(self, least: int) -> bool:
        return self.n_on_time * 100 < least * self.n and self.n - self.n_on_time >= FEWEST_LATE


@dataclass
class UnitState:
    unit: Unit
    n_overdue: int = 0
    colour: str = ""
    kept: Kept = field(default_factory=lambda: Kept(0, 0))
    # {label of a kind: how many that still count}
    measures: dict[str, int] = field(default_factory=dict)

    @property
    def colour_label(self) -> str:
        return str(Colour(self.colour).label) if self.colour else ""

    @property
    def is_quiet(self) -> bool:
        return not self.n_overdue and not self.measures and self.kept.n == self.kept.n_on_time


def rules_of(bureau_id: int) -> BureauRules:
    return BureauRules.objects.filter(bureau=bureau_id).first() or BureauRules(bureau_id=bureau_id)


def colour_for(n_overdue: int, rules: BureauRules) -> str:
    """The colour of a unit that is late with so many at once."""
    if n_overdue >= rules.unit_red_from:
        return Colour.RED
    return Colour.ORANGE if n_overdue >= rules.unit_orange_from else ""


def count_overdue(units: Collection[int], at: datetime) -> dict[int, int]:
    """{unit: limits that it owes itself and that have passed}; units without any are left out."""
    late = Deadline.objects.filter(
        owner_unit__in=units, state=Deadline.State.ARMED, kind=LIMIT, ladder=Ladder.UNIT, due_at__lte=at
    )
    return dict(late.values_list("owner_unit").annotate(n=Count("pk")).order_by())


def count_kept(units: Collection[int], quarter: Quarter, at: datetime) -> dict[int, Kept]:
    """{unit: limits that fell due in the quarter, up to `at`, and those kept}; not what stood before the clock did.

    A limit that was moved by a grant counts as moved; what was eliminated or confirmed without a report was kept.
    """
    kept = Q(submitted_at__lt=F("due_at")) | Q(submitted_at__isnull=True, state=AssignmentState.CONFIRMED)
    rows = (
        Assignment.objects.filter(
            unit__in=units, kind=AssignmentKind.ORDER, due_at__gte=quarter.begins_at, due_at__lt=quarter.ends_at,
            due_at__lte=at, hazard__is_restricted=False, hazard__taken_over_at__isnull=True,
        )
        .exclude(state=AssignmentState.CANCELED)
        .exclude(hazard__state__in=_UNREAL)
    )  # fmt: skip
    found = rows.values_list("unit").annotate(n=Count("pk"), n_kept=Count("pk", filter=kept)).order_by()
    return {unit_id: Kept(n, n_kept) for unit_id, n, n_kept in found}


def count_measures(units: Collection[int], *, for_bureau: bool) -> dict[int, dict[str, int]]:
    """{unit: {kind: how many}} of what was issued and not taken back, of hazards and of the unit as such.

    What goes to a competent body (问责建议, 线索移送) is told to the bureau only.
    """
    found: dict[int, dict[str, int]] = {}
    of_hazards = Measure.objects.filter(unit__in=units, state__in=_COUNTED)
    if not for_bureau:
        of_hazards = of_hazards.exclude(kind__in=TO_COMPETENT_BODIES)
    of_units = UnitMeasure.objects.filter(unit__in=units, state__in=(UnitMeasureState.ISSUED, UnitMeasureState.REPLIED))
    for rows in (of_hazards, of_units):
        for unit_id, kind, n in rows.values_list("unit", "kind").annotate(n=Count("pk")).order_by():
            label = str(MeasureKind(kind).label)
            found.setdefault(unit_id, {})
            found[unit_id][label] = found[unit_id].get(label, 0) + n
    return found


def list_unit_states(
    units: Iterable[Unit], rules: BureauRules, at: datetime, *, for_bureau: bool = True
) -> list[UnitState]:
    """Those of which there is anything to say: the worst first. Four statements however many units."""
    states = {unit.pk: UnitState(unit) for unit in units}
    overdue, kept = count_overdue(states, at), count_kept(states, quarter_of(today(at)), at)
    measures = count_measures(states, for_bureau=for_bureau)
    for unit_id, state in states.items():
        state.n_overdue = overdue.get(unit_id, 0)
        state.colour = colour_for(state.n_overdue, rules)
        state.kept = kept.get(unit_id, state.kept)
        state.measures = measures.get(unit_id, {})
    loud = [state for state in states.values() if not state.is_quiet]
    return sorted(loud, key=lambda one: (-one.n_overdue, one.kept.percent, one.unit.path))


def units_below(tops: Collection[int]) -> list[Unit]:
    """The units of the education tree under these, themselves included; not the bureaus."""
    rows = Unit.objects.filter(path__overlap=list(tops), kind__in=EDUCATION_TREE, is_active=True)
    return list(rows.exclude(kind=UnitKind.EDU).order_by("path"))
