"""我的逾期: what is late of one's own unit and of those below, by who owes it, the longest late first.

Read from the deadlines that run, so that a co-unit's part and an office's decision are told beside the lead's limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from core.params import read_id
from deadlines.models import Deadline
from hazards.clock_face import RELATED
from hazards.firing_words import say_of
from hazards.models import Hazard
from hazards.selectors import in_scope
from hazards.states import OPEN
from organizations.kinds import PERSONAL_POSTS, PostKind, UnitKind
from organizations.models import Unit, User
from organizations.posts import HeldPost
from workflows.where import manages

# Owners on a page, rows of each that are shown with it, and rows on the page of one owner.
N_OWNERS = 20
N_EACH = 3
PAGE_SIZE = 50
# The desk says 999+ rather than count a province.
COUNT_CAP = 999
# They look after the whole bureau, the whole county.
_FOR_PARENT = frozenset({UnitKind.SEC, UnitKind.GOV})
# Posts of persons; a confidant owes what is confidential of his unit.
_OWE_NOTHING = PERSONAL_POSTS - {PostKind.CONFIDANT}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Late:
    """One thing that is late."""

    deadline: Deadline
    hazard: Hazard
    # 「整改」, 「审批延期」
    what: str

    @property
    def due(self) -> datetime | None:
        """Its own due moment, where it is not the present step's, which has a colour."""
        return None if self.deadline.due_at == self.hazard.due_at else self.deadline.due_at


@dataclass(frozen=True)
class Owner:
    """`n` things are late that this unit owes; `rows` are those that are late longest."""

    unit_id: int
    name: str
    is_own: bool
    n: int
    worst_due_at: datetime
    rows: list[Late] = field(default_factory=list)

    @property
    def n_more(self) -> int:
        return self.n - len(self.rows)


@dataclass(frozen=True)
class Page:
    """`later` is the cursor of the next page; empty at the end."""

    owners: list[Owner]
    later: str


class Overdue:
    """What is late at a moment of all that a user looks after and may read."""

    def __init__(self, user: User, at: datetime, held: Sequence[HeldPost]) -> None:
        working = [post for post in held if post.kind not in _OWE_NOTHING]
        self.at, self.own = at, {post.unit_id for post in working}
        self._tops = set(self.own)
        if manages(working):
            self._tops |= {
                post.unit_parent_id for post in working if post.unit_kind in _FOR_PARENT and post.unit_parent_id
            }
        self._looks_below = manages(working)
        self._visible = in_scope(user, at, held=held).filter(state__in=OPEN)

    def _late(self, visible: QuerySet[Hazard] | None = None) -> QuerySet[Deadline]:
        looked_after = Q(owner_unit_id__in=self.own)
        if self._looks_below:
            below = Unit.objects.filter(path__overlap=sorted(self._tops)).values("pk")
            looked_after |= Q(owner_unit_id__in=below)
        late = Deadline.objects.filter(looked_after, state=Deadline.State.ARMED, due_at__lte=self.at)
        # While the lead's limit speaks for the whole, the whole has no ladder.
        hazards = self._visible if visible is None else visible
        return late.exclude(ladder="").filter(subject_id__in=hazards.order_by().values("pk"))

    def below(self) -> QuerySet[Deadline]:
        """What units below one's own owe; nothing of it is confidential."""
        late = self._late(self._visible.filter(is_restricted=False))
        return late.exclude(owner_unit_id__in=self._tops)

    def count(self) -> int:
        """No further than COUNT_CAP + 1."""
        return self._late().order_by()[: COUNT_CAP + 1].count() if self.own else 0

    def page(self, cursor: str = "") -> Page:
        """Owners with their worst rows, one's own unit first. Three statements."""
        late = self._late().order_by()
        grouped = late.values("owner_unit_id", "owner_unit__name").annotate(n=Count("pk"), worst=Min("due_at"))
        beside = _read_cursor(cursor)
        if beside:
            worst, pk = beside
            grouped = grouped.filter(Q(worst__gt=worst) | Q(worst=worst, owner_unit_id__gt=pk))
        ordered = grouped.order_by("worst", "owner_unit_id")
        found = list(ordered.exclude(owner_unit_id__in=self.own)[: N_OWNERS + 1])
        mine = [] if beside else list(ordered.filter(owner_unit_id__in=self.own))
        rows = self._worst_of([one["owner_unit_id"] for one in (*mine, *found[:N_OWNERS])])
        owners = [
            Owner(
                one["owner_unit_id"], one["owner_unit__name"], one["owner_unit_id"] in self.own, one["n"], one["worst"],
                [row for row in rows if row.deadline.owner_unit_id == one["owner_unit_id"]],
            )
            for one in (*mine, *found[:N_OWNERS])
        ]  # fmt: skip
        later = _cursor(owners[-1].worst_due_at, owners[-1].unit_id) if len(found) > N_OWNERS else ""
        return Page(owners, later)

    def _worst_of(self, owners: Sequence[int]) -> list[Late]:
        place = Window(RowNumber(), partition_by=F("owner_unit_id"), order_by=(F("due_at").asc(), F("pk").asc()))
        rows = self._late().filter(owner_unit_id__in=owners).annotate(place=place).filter(place__lte=N_EACH)
        return self.with_hazards(rows.order_by("due_at", "pk"))

    def of_owner(self, owner_id: int, cursor: str = "") -> Page:
        """All that one unit owes, a page of it. Three statements."""
        late = self._late().filter(owner_unit_id=owner_id)
        figures = late.order_by().aggregate(n=Count("pk"), worst=Min("due_at"))
        if not figures["n"]:
            return Page([], "")
        beside = _read_cursor(cursor)
        if beside:
            due_at, pk = beside
            late = late.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, pk__gt=pk))
        found = self.with_hazards(late.select_related("owner_unit").order_by("due_at", "pk")[: PAGE_SIZE + 1])
        rows = found[:PAGE_SIZE]
        if not rows:
            return Page([], "")
        unit, last = rows[0].deadline.owner_unit, rows[-1].deadline
        owner = Owner(unit.pk, unit.name, unit.pk in self.own, figures["n"], figures["worst"], rows)
        return Page([owner], _cursor(last.due_at, last.pk) if len(found) > PAGE_SIZE else "")

    def with_hazards(self, deadlines: Iterable[Deadline]) -> list[Late]:
        """In the order given; two statements."""
        found = list(deadlines)
        wanted = {one.subject_id for one in found}
        hazards = self._visible.select_related(*RELATED, "domain").in_bulk(wanted) if wanted else {}
        return [
            Late(one, hazards[one.subject_id], say_of(one.kind, hazards[one.subject_id].state))
            for one in found
            if one.subject_id in hazards
        ]


def _cursor(moment: datetime, pk: int) -> str:
    return f"{(moment - _EPOCH) // _MICROSECOND}-{pk}"


def _read_cursor(text: str) -> tuple[datetime, int] | None:
    """None for what is none."""
    moment, _dash, pk = text.partition("-")
    micros, number = read_id(moment), read_id(pk)
    if micros is None or number is None:
        return None
    try:
        return _EPOCH + micros * _MICROSECOND, number
    except OverflowError:
        return None
