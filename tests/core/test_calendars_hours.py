"""Hours by season: a noon break, 冬夏令时, a close of business that moves with them."""

from datetime import date, datetime, time

import pytest

from core.calendars import Season, WorkCalendar
from core.clock import SHANGHAI

MORNING = (time(8, 30), time(12))
WINTER = Season((10, 8), (4, 30), (MORNING, (time(14), time(17, 30))))
SUMMER = Season((5, 1), (10, 7), (MORNING, (time(14, 30), time(18))))
CALENDAR = WorkCalendar(
    special_days={date(2026, 5, 1): False, date(2026, 5, 4): False, date(2026, 5, 5): False, date(2026, 5, 9): True},
    covered_years=frozenset({2026}),
    seasons=(WINTER, SUMMER),
)


def at(month, day, hour=0, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "opens", "close"),
    [
        (date(2026, 4, 30), at(4, 30, 8, 30), at(4, 30, 17, 30)),
        (date(2026, 5, 1), at(5, 1, 8, 30), at(5, 1, 18)),
        (date(2026, 10, 7), at(10, 7, 8, 30), at(10, 7, 18)),
        (date(2026, 10, 8), at(10, 8, 8, 30), at(10, 8, 17, 30)),
        (date(2026, 12, 31), at(12, 31, 8, 30), at(12, 31, 17, 30)),
        (date(2028, 2, 29), at(2, 29, 8, 30, 2028), at(2, 29, 17, 30, 2028)),
    ],
)
def test_the_season_of_the_day_says_when_it_opens_and_closes(day, opens, close):
    assert (CALENDAR.opens_at(day), CALENDAR.close_of(day)) == (opens, close)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        # Across noon, of winter and of summer.
        (at(11, 23, 11, 0), 1, at(11, 23, 12, 0)),
        (at(11, 23, 11, 0), 1.5, at(11, 23, 14, 30)),
        (at(7, 6, 11, 0), 1.5, at(7, 6, 15, 0)),
        # Within the noon break nothing runs.
        (at(11, 23, 12, 0), 2, at(11, 23, 16, 0)),
        (at(11, 23, 13, 59), 2, at(11, 23, 16, 0)),
        (at(11, 23, 14, 1), 2, at(11, 23, 16, 1)),
        (at(11, 23, 8, 30), 7, at(11, 23, 17, 30)),
        (at(11, 23, 8, 31), 7, at(11, 24, 8, 31)),
        (at(7, 6, 17, 0), 2, at(7, 7, 9, 30)),
        # From winter's last day into summer, over 1 to 5 May.
        (at(4, 30, 17, 0), 4, at(5, 6, 12, 0)),
        (at(4, 30, 17, 0), 4.5, at(5, 6, 15, 0)),
        # Friday evening; Saturday 9 May is worked.
        (at(5, 8, 18, 0), 7, at(5, 9, 18, 0)),
        (at(11, 23, 8, 30), 70, at(12, 4, 17, 30)),
    ],
)
def test_working_hours_run_in_sessions(start, n, due):
    assert CALENDAR.after_working_hours(start, n) == due


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        # 17:45 is still a Monday's in summer, and a Tuesday's in winter.
        (at(7, 6, 17, 45), 1, at(7, 7, 18, 0)),
        (at(7, 6, 18, 0), 1, at(7, 8, 18, 0)),
        (at(11, 23, 17, 29), 1, at(11, 24, 17, 30)),
        (at(11, 23, 17, 45), 1, at(11, 25, 17, 30)),
        # Noon is no close of business.
        (at(11, 23, 13, 0), 1, at(11, 24, 17, 30)),
        # A limit that ends in another season ends at that season's close.
        (at(4, 30, 10, 0), 1, at(5, 6, 18, 0)),
        (at(5, 2, 19, 0), 0, at(5, 6, 18, 0)),
    ],
)
def test_working_days_end_at_the_close_of_their_last_day(start, n, due):
    assert CALENDAR.after_working_days(start, n) == due


def test_days_of_no_season_are_worked_as_everywhere():
    calendar = WorkCalendar(special_days={}, covered_years=frozenset(), seasons=(SUMMER,))
    assert calendar.close_of(date(2026, 4, 30)) == at(4, 30, 17, 30)
    assert calendar.sessions_of(date(2026, 4, 30)) == ((time(8, 30), time(17, 30)),)


def test_other_hours_keep_the_days_and_are_made_once():
    plain = WorkCalendar(special_days=CALENDAR.special_days, covered_years=frozenset({2026}))
    there = plain.with_seasons((WINTER, SUMMER))
    assert there == CALENDAR
    assert plain.with_seasons((WINTER, SUMMER)) is there
    assert plain.close_of(date(2026, 7, 6)) == at(7, 6, 17, 30)
