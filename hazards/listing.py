"""Lists of hazards: filters that stay in the address, and pages cut by id, never by offset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.calendars import ONE_DAY
from core.params import read_id, read_words
from deadlines.models import Colour
from deadlines.schedule import end_of
from hazards.inquiry import without_lapsed
from hazards.models import AudienceKey, Hazard
from hazards.search import search_in
from hazards.selectors import with_keys
from hazards.states import OPEN, Level, State
from hazards.states_clock import IN_FORCE
from organizations.models import Unit, User
from organizations.posts import HeldPost, keys_of, list_held_posts

PAGE_SIZE = 50
# Counting further would read the whole table; more is told as 10,000+, with filters as 100+.
COUNT_CAP = 10_000
COUNT_CAP_OF_ROWS = 100
MAX_QUERY = 60
# Days outside are slips of the pen, and no moments can be reckoned at the ends of time.
YEARS = range(1900, 2200)
# Filters by day beside that of finding.
DAYS = ("due_after", "due_before", "reported_after", "reported_before", "closed_after", "closed_before")
COLOURS = [colour for colour in Colour.values if colour]


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list is narrowed to. `errors` name the values that could not be used; those filter nothing."""

    state: str = ""
    level: str = ""
    domain: str = ""
    unit: int | None = None
    overdue: bool = False
    mine: bool = False
    # 列入治理计划.
    scheduled: bool = False
    # 挂牌督办: listed and not yet taken off.
    listed: bool = False
    # 预警 colour as of the last act or firing; what a row shows is reckoned for the moment of the page.
    colour: str = ""
    # 存量: taken over from before the clock.
    taken_over: bool = False
    found_after: date | None = None
    found_before: date | None = None
    # Open, and the present step is due within these days.
    due_after: date | None = None
    due_before: date | None = None
    reported_after: date | None = None
    reported_before: date | None = None
    closed_after: date | None = None
    closed_before: date | None = None
    q: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Filters:
        """From the address or a query of the API; names not listed here are not looked at."""
        errors: dict[str, list[str]] = {}
        return cls(
            state=_one_of(params, "state", [*State.values, "open"], errors),
            level=_one_of(params, "level", Level.values, errors),
            domain=_code(params, "domain", errors),
            unit=_number(params, "unit", errors),
            overdue=params.get("overdue", "") in ("1", "true", "on"),
            mine=params.get("mine", "") in ("1", "true", "on"),
            scheduled=params.get("scheduled", "") in ("1", "true", "on"),
            listed=params.get("listed", "") in ("1", "true", "on"),
            colour=_one_of(params, "colour", COLOURS, errors),
            taken_over=params.get("taken_over", "") in ("1", "true", "on"),
            found_after=_day(params, "found_after", errors),
            found_before=_day(params, "found_before", errors),
            **{name: _day(params, name, errors) for name in DAYS},
            q=read_words(params, "q", longest=MAX_QUERY),
            errors=errors,
        )

    def as_params(self) -> dict[str, str]:
        """The filters in force, as they stand in an address."""
        told = {
            "q": self.q,
            "state": self.state,
            "level": self.level,
            "domain": self.domain,
            "unit": str(self.unit or ""),
            "overdue": "1" if self.overdue else "",
            "mine": "1" if self.mine else "",
            "scheduled": "1" if self.scheduled else "",
            "listed": "1" if self.listed else "",
            "colour": self.colour,
            "taken_over": "1" if self.taken_over else "",
            "found_after": self.found_after.isoformat() if self.found_after else "",
            "found_before": self.found_before.isoformat() if self.found_before else "",
            **{name: day.isoformat() for name in DAYS if (day := getattr(self, name))},
        }
        return {name: value for name, value in told.items() if value}


def narrow(hazards: QuerySet[Hazard], filters: Filters, *, reporter_id: int, at: datetime) -> QuerySet[Hazard]:
    """`unit` takes in everything below it; the first and the last day of a range are both included."""
    plain: dict[str, Any] = {
        "level": filters.level,
        "colour": filters.colour,
        "domain__code": filters.domain,
        "found_on__gte": filters.found_after,
        "found_on__lte": filters.found_before,
        "reporter_id": reporter_id if filters.mine else None,
    }
    hazards = hazards.filter(**{name: value for name, value in plain.items() if value})
    if filters.state:
        hazards = hazards.filter(state__in=OPEN) if filters.state == "open" else hazards.filter(state=filters.state)
    if filters.unit:
        below = Unit.objects.filter(path__contains=[filters.unit])
        hazards = hazards.filter(unit_id__in=below.values("pk"))
    if filters.scheduled:
        hazards = hazards.exclude(scheduled={})
    if filters.listed:
        # Said twice: the first is what the partial index is named for.
        hazards = hazards.exclude(listing="").filter(listing__in=sorted(IN_FORCE))
    if filters.taken_over:
        hazards = hazards.filter(taken_over_at__isnull=False)
    hazards = _within_days(hazards, filters)
    if filters.overdue:
        hazards = hazards.filter(state__in=OPEN, due_at__lte=at)
    return search_in(hazards, filters.q) if filters.q else hazards


def _within_days(hazards: QuerySet[Hazard], filters: Filters) -> QuerySet[Hazard]:
    """A due moment is the first late one: midnight after its day."""
    plain = {
        "due_at__gt": filters.due_after and end_of(filters.due_after - ONE_DAY),
        "due_at__lte": filters.due_before and end_of(filters.due_before),
        "created_at__gte": filters.reported_after and end_of(filters.reported_after - ONE_DAY),
        "created_at__lt": filters.reported_before and end_of(filters.reported_before),
        "closed_at__gte": filters.closed_after and end_of(filters.closed_after - ONE_DAY),
        "closed_at__lt": filters.closed_before and end_of(filters.closed_before),
    }
    if filters.due_after or filters.due_before:
        hazards = hazards.filter(state__in=OPEN)
    return hazards.filter(**{name: moment for name, moment in plain.items() if moment})


@dataclass(frozen=True)
class Found:
    """The hazards that a user may read and that filters leave.

    Each audience key is walked on its own from the newest on and the ends are put together: one
    condition over all keys would first fetch every hazard of a county to show fifty.
    """

    keys: Sequence[int]
    narrowed: QuerySet[Hazard]
    # Whether filters leave all.
    is_whole: bool = False

    def first(self, n: int, *, order: str = "-pk") -> QuerySet[Hazard, Any]:
        """The ids of the first n in this order, and maybe more."""
        walks = [self.narrowed.filter(audience__key=key).order_by(order).values("pk")[:n] for key in self.keys]
        return walks[0].union(*walks[1:])

    def rows(self, n: int, *, order: str, related: Sequence[str]) -> list[Hazard]:
        hazards = with_keys(self.keys).select_related(*related) if related else with_keys(self.keys)
        return list(hazards.filter(pk__in=self.first(n, order=order)).order_by(order)[:n])

    def beside(self, **bounds: int) -> Found:
        return replace(self, narrowed=self.narrowed.filter(**bounds))


def find_hazards(user: User, filters: Filters, *, at: datetime, held: Sequence[HeldPost] | None = None) -> Found:
    posts = list_held_posts(user, at) if held is None else held
    keys = keys_of(user, posts)
    readable = without_lapsed(Hazard.objects.all(), user, keys, posts, at)
    return Found(
        keys,
        narrow(readable, filters, reporter_id=user.pk, at=at),
        is_whole=not filters.as_params(),
    )


@dataclass(frozen=True)
class Page:
    """Newest first. `older` and `newer` are the cursors of the pages beside it; None at the ends."""

    rows: list[Hazard]
    older: int | None
    newer: int | None


def page_of(
    found: Found,
    *,
    related: Sequence[str] = (),
    cursor: int | None = None,
    backward: bool = False,
    size: int = PAGE_SIZE,
) -> Page:
    """Rows with ids below the cursor, or above it when going back."""
    if cursor and backward:
        rows = found.beside(pk__gt=cursor).rows(size + 1, order="pk", related=related)
        has_newer, rows = len(rows) > size, rows[:size][::-1]
        return Page(rows, rows[-1].pk if rows else None, rows[0].pk if rows and has_newer else None)
    if cursor:
        found = found.beside(pk__lt=cursor)
    rows = found.rows(size + 1, order="-pk", related=related)
    has_older, rows = len(rows) > size, rows[:size]
    return Page(rows, rows[-1].pk if has_older else None, rows[0].pk if cursor and rows else None)


@dataclass(frozen=True)
class Count:
    n: int
    cap: int

    def __str__(self) -> str:
        return f"{self.cap:,}+" if self.n > self.cap else f"{self.n:,}"


def count_capped(found: Found) -> Count:
    """Where filters must look at the hazards themselves it counts no further than what a page costs."""
    if not found.is_whole:
        return Count(found.first(COUNT_CAP_OF_ROWS + 1).count(), COUNT_CAP_OF_ROWS)
    keyed = [AudienceKey.objects.filter(key=key).values("hazard_id")[: COUNT_CAP + 1] for key in found.keys]
    return Count(keyed[0].union(*keyed[1:]).count(), COUNT_CAP)


def _one_of(params: Mapping[str, str], name: str, allowed: list[str], errors: dict[str, list[str]]) -> str:
    value = params.get(name, "")
    if value and value not in allowed:
        errors[name] = [
            _("没有这个选项：%(value)s。可用：%(allowed)s。") % {"value": value[:20], "allowed": "、".join(allowed)}
        ]
        return ""
    return value


def _code(params: Mapping[str, str], name: str, errors: dict[str, list[str]]) -> str:
    value = params.get(name, "")
    if value and not (value.isascii() and value.isdigit() and len(value) == 2):
        errors[name] = [_("领域写两位代码。")]
        return ""
    return value


def _number(params: Mapping[str, str], name: str, errors: dict[str, list[str]]) -> int | None:
    value = params.get(name, "")
    if not value:
        return None
    if number := read_id(value):
        return number
    errors[name] = [_("编号应为整数。")]
    return None


def _day(params: Mapping[str, str], name: str, errors: dict[str, list[str]]) -> date | None:
    value = params.get(name, "")
    if not value:
        return None
    day: date | None = None
    with suppress(ValueError):
        day = date.fromisoformat(value)
    if day is None or day.year not in YEARS:
        errors[name] = [_("日期写作 2026-11-21 的样子。")]
        return None
    return day
