"""When a limit ends and when each rung of its ladder comes. Pure: policy, calendar and history in, moments out.

A due moment is the first late one. Source: process.md a.3, b.2; ledgers-documents-calendar.md (f).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from core.calendars import WorkCalendar
from core.clock import SHANGHAI
from deadlines.models import Anchor, Colour, Measure

ONE_DAY = timedelta(days=1)
_STRENGTH = {colour: n for n, colour in enumerate(Colour.values)}


@dataclass(frozen=True)
class Span:
    """A length of time from a moment: what a limit is reckoned by until it ends."""

    start: datetime
    amount: int
    measure: str
    rolls: bool = True

    def as_json(self) -> dict[str, Any]:
        return {"from": self.start.isoformat(), "amount": self.amount, "measure": self.measure, "rolls": self.rolls}


def read_span(told: Mapping[str, Any]) -> Span | None:
    """None where a limit is a day or a moment that somebody named."""
    if "from" not in told:
        return None
    return Span(datetime.fromisoformat(told["from"]), told["amount"], told["measure"], told["rolls"])


def due_moment(span: Span, calendar: WorkCalendar, term_start: date | None = None) -> datetime:
    """The first late moment. `term_start` is the next term's first day, for limits that end before it."""
    match span.measure:
        case Measure.WORKING_DAYS:
            return calendar.after_working_days(span.start, span.amount)
        case Measure.CALENDAR_DAYS:
            return calendar.after_calendar_days(span.start, span.amount, roll=span.rolls)
        case Measure.WORKING_HOURS:
            return calendar.after_working_hours(span.start, span.amount)
        case Measure.HOURS:
            return calendar.after_hours(span.start, span.amount)
        case Measure.BEFORE_TERM if term_start is not None:
            return max(end_of(term_start - ONE_DAY * (1 + span.amount)), span.start + ONE_DAY)
    raise ValueError(f"no limit is counted in {span.measure}")


def end_of(day: date) -> datetime:
    """The first moment after a local day."""
    return datetime.combine(day + ONE_DAY, time.min, tzinfo=SHANGHAI)


def last_day(due_at: datetime) -> date:
    """The last local day that is still in time."""
    return (due_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


@dataclass(frozen=True)
class Step:
    """A rung as its row says it; `rungs` of a ladder stand in the order of their positions."""

    position: int
    anchor: str
    amount: int
    measure: str
    act: str
    colour: str = ""
    tell: tuple[str, ...] = ()
    is_automatic: bool = True


@dataclass(frozen=True)
class Planned:
    """A rung at its moment; `occurrence` rises for one that comes again and again."""

    moment: datetime
    rung: Step
    occurrence: int = 1


@dataclass(frozen=True)
class Window:
    """A limit that runs."""

    armed_at: datetime
    due_at: datetime


def list_planned(rungs: Sequence[Step], window: Window, calendar: WorkCalendar) -> list[Planned]:
    """All rungs that come once, the earliest first. What would come before the limit began never comes."""
    once = [
        Planned(_moment(rung, window, calendar), rung) for rung in rungs if rung.anchor != Anchor.EVERY
    ]  # fmt: skip
    return sorted(
        (one for one in once if one.moment > window.armed_at or one.rung.anchor == Anchor.AFTER),
        key=lambda one: (one.moment, one.rung.position),
    )


def planned_after(rungs: Sequence[Step], window: Window, calendar: WorkCalendar, after: datetime) -> Iterator[Planned]:
    """Rungs later than a moment, the earliest first; without an end where one comes again and again."""
    return follow(list_planned(rungs, window, calendar), rungs, window, after)


def follow(once: Sequence[Planned], rungs: Sequence[Step], window: Window, after: datetime) -> Iterator[Planned]:
    """The same from what `list_planned` gave."""
    yield from (one for one in once if one.moment > after)
    again = next((rung for rung in rungs if rung.anchor == Anchor.EVERY), None)
    if again is None:
        return
    begin = max([window.due_at, *(one.moment for one in once)])
    pace = _length(again)
    n = max(1, int((after - begin) / pace)) if after > begin else 1
    while True:
        moment = begin + n * pace
        if moment > after:
            yield Planned(moment, again, n)
        n += 1


def next_planned(rungs: Sequence[Step], window: Window, calendar: WorkCalendar, after: datetime) -> Planned | None:
    return next(planned_after(rungs, window, calendar, after), None)


def planned_between(
    rungs: Sequence[Step], window: Window, calendar: WorkCalendar, after: datetime, until: datetime
) -> list[Planned]:
    """Rungs later than `after` and not later than `until`."""
    found: list[Planned] = []
    for one in planned_after(rungs, window, calendar, after):
        if one.moment > until:
            break
        found.append(one)
    return found


def strongest(pending: Sequence[Planned]) -> Planned:
    """The one that acts where several have come: what comes once goes before a weekly reminder of it."""
    return max(pending, key=lambda one: (one.rung.anchor != Anchor.EVERY, one.rung.position, one.occurrence))


def colour_at(rungs: Sequence[Step], window: Window, calendar: WorkCalendar, at: datetime) -> str:
    """The worst of the coloured rungs that have come: a colour never falls while the limit is late.

    Over a long holiday 7 days come before 3 working days.
    """
    # What comes after the end needs no reckoning before it: every act and every row of a list asks.
    coming = [rung for rung in rungs if rung.colour and (rung.anchor != Anchor.AFTER or at >= window.due_at)]
    return colour_come(list_planned(coming, window, calendar), at)


def colour_come(once: Sequence[Planned], at: datetime) -> str:
    """The same from what `list_planned` gave."""
    return worst("", *(one.rung.colour for one in once if one.moment <= at))


def worst(*colours: str) -> str:
    return max(colours, key=lambda colour: _STRENGTH[colour], default="")


def _moment(rung: Step, window: Window, calendar: WorkCalendar) -> datetime:
    """Before the end at opening of business, after it at the close of the day counted; parts of the limit to the moment."""
    if rung.anchor == Anchor.ELAPSED:
        return window.armed_at + (window.due_at - window.armed_at) * rung.amount / 100
    if rung.anchor == Anchor.BEFORE:
        if rung.measure == Measure.WORKING_DAYS:
            return calendar.opens_at(calendar.before_working_days(last_day(window.due_at), rung.amount))
        return window.due_at - _length(rung)
    if rung.measure == Measure.WORKING_DAYS and rung.amount:
        # The n-th working day after the last one in time, be that a rest day itself.
        last_worked = calendar.previous_working_day(last_day(window.due_at))
        morning = datetime.combine(last_worked, time.min, tzinfo=SHANGHAI)
        return max(calendar.after_working_days(morning, rung.amount), window.due_at)
    return window.due_at + _length(rung)


def _length(rung: Step) -> timedelta:
    return timedelta(hours=rung.amount) if rung.measure == Measure.HOURS else ONE_DAY * rung.amount
