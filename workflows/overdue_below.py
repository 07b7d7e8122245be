"""What the units below let pass, to be told to them together: to all, to those of one 中心校, to one school."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from hazards.overdue_text import Listed
from organizations.kinds import UnitKind
from organizations.models import Unit
from workflows.overdue import Late, Overdue

# So many fit into a text that anybody reads, and into one run of reminders.
MOST = 200


@dataclass(frozen=True)
class Group:
    """A unit whose subtree let `n` things pass."""

    unit_id: int
    name: str
    n: int


def list_groups(overdue: Overdue) -> list[Group]:
    """The 中心校 first, then each unit that owes something, those with the most first. Two statements."""
    owners = list(
        overdue.below()
        .order_by()
        .values_list("owner_unit_id", "owner_unit__name", "owner_unit__path")
        .annotate(n=Count("pk"))
    )
    under: Counter[int] = Counter()
    for _pk, _name, path, n in owners:
        under.update(dict.fromkeys(path, n))
    centers = Unit.objects.filter(pk__in=list(under), kind=UnitKind.CEN).exclude(pk__in=[one[0] for one in owners])
    groups = [Group(pk, name, under[pk]) for pk, name in centers.values_list("pk", "name")]
    return [
        *sorted(groups, key=lambda one: (-one.n, one.unit_id)),
        *sorted((Group(pk, name, under[pk]) for pk, name, _path, _n in owners), key=lambda one: (-one.n, one.unit_id)),
    ]


@dataclass(frozen=True)
class Below:
    """`rows` stand by unit, the one with the longest late first; `n` counts all."""

    n: int
    rows: list[Late]

    @property
    def lines(self) -> list[Listed]:
        return [
            Listed(one.deadline.owner_unit.name, one.hazard, one.what, one.deadline.due_at)
            for one in self.rows
            if one.deadline.due_at is not None
        ]


def list_below(overdue: Overdue, unit_id: int | None) -> Below:
    """Of one subtree, or of all. At most four statements."""
    late = overdue.below()
    if unit_id is not None:
        late = late.filter(owner_unit__path__contains=[unit_id])
    found = overdue.with_hazards(late.select_related("owner_unit").order_by("due_at", "pk")[:MOST])
    n = len(found) if len(found) < MOST else late.order_by().count()
    first: dict[int, int] = {}
    for place, one in enumerate(found):
        first.setdefault(one.deadline.owner_unit_id, place)
    return Below(n, sorted(found, key=lambda one: first[one.deadline.owner_unit_id]))


def first_owners(rows: Sequence[Late]) -> dict[int, int]:
    """{hazard id: the unit that owes what is late longest of it}; a hazard is reminded of once."""
    owners: dict[int, int] = {}
    for one in sorted(rows, key=lambda one: (one.deadline.due_at, one.deadline.pk)):
        owners.setdefault(one.hazard.pk, one.deadline.owner_unit_id)
    return owners
