"""When the rungs of a ladder come: pure, no database."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendars import WorkCalendar
from core.clock import SHANGHAI
from deadlines.models import Anchor, Colour, Measure
from deadlines.schedule import (
    Planned,
    Span,
    Step,
    Window,
    colour_at,
    due_moment,
    list_planned,
    next_planned,
    planned_after,
    planned_between,
    read_span,
    strongest,
)
from tests.support.trials import moment

TICK = timedelta(microseconds=1)
# National Day 2026 with its make-up Saturdays, and New Year's Day 2027 of a year nobody has published.
CALENDAR = WorkCalendar(
    special_days={
        **{date(2026, 10, n): False for n in range(1, 8)},
        date(2026, 9, 20): True,
        date(2026, 10, 10): True,
    },
    covered_years=frozenset({2026}),
)


def rung(position: int, anchor: Anchor, amount: int, measure: Measure = Measure.CALENDAR_DAYS, **more) -> Step:
    return Step(position, anchor, amount, measure, "warn", **more)


def plan(steps: list[Step], armed: str, due: str) -> list[tuple[int, datetime]]:
    found = list_planned(steps, Window(moment(armed), moment(due)), CALENDAR)
    return [(one.rung.position, one.moment) for one in found]


# The end of a limit itself.


@pytest.mark.parametrize(
    ("measure", "amount", "start", "due"),
    [
        (Measure.WORKING_DAYS, 1, "2026-11-23 17:29", "2026-11-24 17:30"),
        (Measure.WORKING_DAYS, 1, "2026-11-23 17:30", "2026-11-25 17:30"),
        (Measure.WORKING_DAYS, 2, "2026-11-27 10:00", "2026-12-01 17:30"),
        # Friday before a make-up Saturday.
        (Measure.WORKING_DAYS, 1, "2026-10-09 10:00", "2026-10-10 17:30"),
        (Measure.WORKING_HOURS, 4, "2026-11-23 15:30", "2026-11-24 10:30"),
        (Measure.HOURS, 2, "2026-11-28 23:30", "2026-11-29 01:30"),
        # Weekdays count where nothing is known: 1 January 2027 is a Friday.
        (Measure.WORKING_DAYS, 1, "2026-12-31 10:00", "2027-01-01 17:30"),
    ],
)
def test_the_end_of_a_limit(measure: Measure, amount: int, start: str, due: str) -> None:
    assert due_moment(Span(moment(start), amount, measure), CALENDAR) == moment(due)


@pytest.mark.parametrize(("rolls", "due"), [(True, "2026-10-09 00:00"), (False, "2026-10-02 00:00")])
def test_a_last_day_of_rest_moves_on_only_where_it_rolls(rolls: bool, due: str) -> None:
    span = Span(moment("2026-09-30 09:00"), 1, Measure.CALENDAR_DAYS, rolls)
    assert due_moment(span, CALENDAR) == moment(due)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2027-01-20 09:00", 0, "2027-02-22 00:00"),
        ("2027-01-20 09:00", 10, "2027-02-12 00:00"),
        # Nobody is late at once: a day is left even on the eve.
        ("2027-02-21 09:00", 10, "2027-02-22 09:00"),
    ],
)
def test_a_limit_that_ends_before_the_term(start: str, amount: int, due: str) -> None:
    span = Span(moment(start), amount, Measure.BEFORE_TERM)
    assert due_moment(span, CALENDAR, date(2027, 2, 22)) == moment(due)


def test_a_figure_that_is_no_length_of_time_is_no_limit() -> None:
    for measure in (Measure.PERCENT, Measure.TIMES):
        with pytest.raises(ValueError, match=f"no limit is counted in {measure}"):
            due_moment(Span(moment("2026-11-23 09:00"), 1, measure), CALENDAR)


def test_a_span_is_read_as_it_was_kept() -> None:
    span = Span(moment("2026-11-23 09:00"), 3, Measure.WORKING_DAYS, False)
    assert read_span(span.as_json()) == span
    assert read_span({}) is None


# The moment of each kind of rung.


@pytest.mark.parametrize(
    ("step", "due", "comes"),
    [
        # Opening of business of the n-th working day before the last day in time.
        (rung(1, Anchor.BEFORE, 3, Measure.WORKING_DAYS), "2026-12-03 00:00", "2026-11-27 08:30"),
        (rung(1, Anchor.BEFORE, 1, Measure.WORKING_DAYS), "2026-12-02 17:30", "2026-12-01 08:30"),
        # The last day is a Sunday that does not roll: the working day before it is Friday.
        (rung(1, Anchor.BEFORE, 1, Measure.WORKING_DAYS), "2026-11-30 00:00", "2026-11-27 08:30"),
        (rung(1, Anchor.BEFORE, 1, Measure.WORKING_DAYS), "2026-10-09 00:00", "2026-09-30 08:30"),
        (rung(1, Anchor.BEFORE, 2), "2026-12-03 00:00", "2026-12-01 00:00"),
        (rung(1, Anchor.BEFORE, 5, Measure.HOURS), "2026-12-03 17:30", "2026-12-03 12:30"),
        (rung(1, Anchor.AFTER, 0), "2026-12-03 00:00", "2026-12-03 00:00"),
        (rung(1, Anchor.AFTER, 0, Measure.WORKING_DAYS), "2026-12-03 17:30", "2026-12-03 17:30"),
        (rung(1, Anchor.AFTER, 7), "2026-12-03 00:00", "2026-12-10 00:00"),
        # Close of business of the n-th working day after the last day in time.
        (rung(1, Anchor.AFTER, 3, Measure.WORKING_DAYS), "2026-12-03 00:00", "2026-12-07 17:30"),
        (rung(1, Anchor.AFTER, 3, Measure.WORKING_DAYS), "2026-12-02 17:30", "2026-12-07 17:30"),
        # Late from Monday on, so Monday is the first working day.
        (rung(1, Anchor.AFTER, 3, Measure.WORKING_DAYS), "2026-11-30 00:00", "2026-12-02 17:30"),
        # Over National Day: 8 and 9 October and the make-up Saturday.
        (rung(1, Anchor.AFTER, 3, Measure.WORKING_DAYS), "2026-10-01 00:00", "2026-10-10 17:30"),
        (rung(1, Anchor.AFTER, 6, Measure.HOURS), "2026-12-03 17:30", "2026-12-03 23:30"),
        (rung(1, Anchor.ELAPSED, 50, Measure.PERCENT), "2026-12-03 00:00", "2026-11-28 00:00"),
        (rung(1, Anchor.ELAPSED, 99, Measure.PERCENT), "2026-12-03 00:00", "2026-12-02 21:36"),
    ],
)
def test_the_moment_of_a_rung(step: Step, due: str, comes: str) -> None:
    armed = "2026-09-01 09:00" if due < "2026-11" else "2026-11-23 00:00"
    assert plan([step], armed, due) == [(1, moment(comes))]


def test_what_would_come_before_a_short_limit_began_never_comes() -> None:
    steps = [
        rung(1, Anchor.ELAPSED, 50, Measure.PERCENT),
        rung(2, Anchor.BEFORE, 3, Measure.WORKING_DAYS),
        rung(3, Anchor.BEFORE, 1, Measure.WORKING_DAYS),
        rung(4, Anchor.AFTER, 0),
    ]
    due = "2026-11-27 00:00"
    assert [position for position, _moment in plan(steps, "2026-11-23 08:29", due)] == [2, 1, 3, 4]
    assert [position for position, _moment in plan(steps, "2026-11-23 08:30", due)] == [1, 3, 4]
    assert [position for position, _moment in plan(steps, "2026-11-25 08:30", due)] == [1, 4]


def test_a_limit_that_was_over_when_it_began_still_climbs() -> None:
    """Ended before it began: no part of it is used, what comes after its end comes."""
    steps = [rung(1, Anchor.ELAPSED, 50, Measure.PERCENT), rung(2, Anchor.AFTER, 0), rung(3, Anchor.AFTER, 7)]
    due = "2026-11-24 00:00"
    assert plan(steps, due, due) == [(2, moment(due)), (3, moment("2026-12-01 00:00"))]


def test_a_weekly_rung_follows_the_last_of_the_others() -> None:
    steps = [
        rung(1, Anchor.AFTER, 0),
        rung(2, Anchor.AFTER, 3, Measure.WORKING_DAYS),
        rung(3, Anchor.EVERY, 7),
    ]
    window, last = Window(moment("2026-11-23 09:00"), moment("2026-12-03 00:00")), moment("2026-12-07 17:30")
    week = timedelta(days=7)
    for n in (1, 2, 100):
        came = last + n * week
        assert next_planned(steps, window, CALENDAR, came - TICK) == Planned(came, steps[2], n)
        assert next_planned(steps, window, CALENDAR, came) == Planned(came + week, steps[2], n + 1)
    assert next_planned(steps[:2], window, CALENDAR, last - TICK) == Planned(last, steps[1])
    assert next_planned(steps[:2], window, CALENDAR, last) is None


def test_a_ladder_that_only_repeats_begins_a_pace_after_the_end() -> None:
    steps = [rung(1, Anchor.EVERY, 12, Measure.HOURS)]
    window = Window(moment("2026-11-23 09:00"), moment("2026-12-03 00:00"))
    assert next_planned(steps, window, CALENDAR, window.armed_at) == Planned(moment("2026-12-03 12:00"), steps[0], 1)


def test_between_takes_the_later_end_and_leaves_the_earlier() -> None:
    steps = [rung(1, Anchor.AFTER, 0), rung(2, Anchor.AFTER, 7)]
    window = Window(moment("2026-11-23 09:00"), moment("2026-12-03 00:00"))
    late = moment("2026-12-10 00:00")

    def between(after: datetime, until: datetime) -> list[int]:
        return [one.rung.position for one in planned_between(steps, window, CALENDAR, after, until)]

    assert between(window.due_at - TICK, late) == [1, 2]
    assert between(window.due_at, late) == [2]
    assert between(window.due_at - TICK, late - TICK) == [1]
    assert between(window.due_at, late - TICK) == []


# Which acts, and which colour.


def test_the_last_rung_that_comes_once_acts_before_a_weekly_reminder() -> None:
    """An outage of a month must not turn 挂牌 or 视为送达 into one more reminder."""
    steps = [rung(1, Anchor.AFTER, 0), rung(2, Anchor.AFTER, 7), rung(3, Anchor.EVERY, 7)]
    window = Window(moment("2026-11-23 09:00"), moment("2026-12-03 00:00"))
    later = moment("2027-01-03 00:00")
    assert strongest(planned_between(steps, window, CALENDAR, window.armed_at, later)).rung == steps[1]
    again = strongest(planned_between(steps, window, CALENDAR, moment("2026-12-11 00:00"), later))
    assert (again.rung, again.occurrence) == (steps[2], 3)


def test_colours_change_at_the_moment_and_never_fall() -> None:
    steps = [
        rung(1, Anchor.BEFORE, 3, Measure.WORKING_DAYS, colour=Colour.BLUE),
        rung(2, Anchor.AFTER, 0, colour=Colour.ORANGE),
        rung(3, Anchor.AFTER, 3, Measure.WORKING_DAYS, colour=Colour.ORANGE),
        rung(4, Anchor.AFTER, 7, colour=Colour.RED),
        rung(5, Anchor.EVERY, 7),
    ]
    # Three working days after 30 September come later than seven days.
    window = Window(moment("2026-09-01 09:00"), moment("2026-10-01 00:00"))

    def colour(at: datetime) -> str:
        return colour_at(steps, window, CALENDAR, at)

    for at, before, after in [
        ("2026-09-25 08:30", "", "blue"),
        ("2026-10-01 00:00", "blue", "orange"),
        ("2026-10-08 00:00", "orange", "red"),
        ("2026-10-10 17:30", "red", "red"),
        ("2027-10-10 17:30", "red", "red"),
    ]:
        assert (colour(moment(at) - TICK), colour(moment(at))) == (before, after)


# For any ladder that could be written down.

_START = datetime(2026, 9, 1, 9, tzinfo=SHANGHAI)
_moments = st.integers(0, 60 * 24 * 400).map(lambda n: _START + timedelta(minutes=n))
_MEASURES = [Measure.WORKING_DAYS, Measure.CALENDAR_DAYS, Measure.HOURS]
_lengths = st.tuples(st.integers(0, 90), st.sampled_from(_MEASURES))


@st.composite
def ladders(draw: st.DrawFn) -> list[Step]:
    n = draw(st.integers(0, 8))
    made: list[Step] = []
    for position in range(1, n + 1):
        anchor = draw(st.sampled_from([Anchor.ELAPSED, Anchor.BEFORE, Anchor.AFTER]))
        amount, measure = draw(_lengths)
        if anchor == Anchor.ELAPSED:
            amount, measure = draw(st.integers(1, 99)), Measure.PERCENT
        made.append(rung(position, anchor, amount, measure, colour=draw(st.sampled_from(Colour.values))))
    if draw(st.booleans()):
        made.append(rung(n + 1, Anchor.EVERY, draw(st.integers(1, 30))))
    return made


@st.composite
def windows(draw: st.DrawFn) -> Window:
    armed, due = sorted([draw(_moments), draw(_moments)])
    return Window(armed, due)


@given(ladders(), windows(), st.lists(_moments, min_size=3, max_size=3).map(sorted))
def test_what_comes_between_is_the_same_however_often_one_looks(
    steps: list[Step], window: Window, looks: list[datetime]
) -> None:
    first, middle, last = looks
    halves = planned_between(steps, window, CALENDAR, first, middle) + planned_between(
        steps, window, CALENDAR, middle, last
    )
    assert halves == planned_between(steps, window, CALENDAR, first, last)
    assert len({(one.rung.position, one.occurrence) for one in halves}) == len(halves)
    assert [one.moment for one in halves] == sorted(one.moment for one in halves)
    assert all(first < one.moment <= last for one in halves)


@given(ladders(), windows(), _moments)
def test_the_next_is_the_first_of_what_comes(steps: list[Step], window: Window, at: datetime) -> None:
    following = planned_after(steps, window, CALENDAR, at)
    assert next_planned(steps, window, CALENDAR, at) == next(following, None)
    repeats = any(step.anchor == Anchor.EVERY for step in steps)
    assert next_planned(steps, window, CALENDAR, datetime(2100, 1, 1, tzinfo=SHANGHAI)) is None or repeats


@given(ladders(), windows(), _moments, _moments)
def test_a_colour_only_gets_worse(steps: list[Step], window: Window, one: datetime, other: datetime) -> None:
    early, late = sorted([one, other])
    colours = list(Colour.values)
    assert colours.index(colour_at(steps, window, CALENDAR, early)) <= colours.index(
        colour_at(steps, window, CALENDAR, late)
    )


@given(_moments, st.integers(1, 60), st.sampled_from([*_MEASURES, Measure.WORKING_HOURS]))
def test_a_longer_limit_never_ends_earlier(start: datetime, amount: int, measure: Measure) -> None:
    due = due_moment(Span(start, amount, measure), CALENDAR)
    assert start < due <= due_moment(Span(start, amount + 1, measure), CALENDAR)
    assert due <= due_moment(Span(start + timedelta(hours=5), amount, measure), CALENDAR)
