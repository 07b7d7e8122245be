from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from core.calendars import FixedDateShift, WorkCalendar, get_calendar, load_calendar
from core.clock import SHANGHAI
from core.models import CalendarDay, CalendarYear

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def at(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


@pytest.fixture
def calendar() -> WorkCalendar:
    """The seeded rows, as every site has them."""
    get_calendar.cache_clear()
    return get_calendar()


# (f) 2, from the State Council's notice for 2026: first and last day of each holiday, and the make-up workdays.
HOLIDAYS = [
    ((1, 1), (1, 3)),
    ((2, 15), (2, 23)),
    ((4, 4), (4, 6)),
    ((5, 1), (5, 5)),
    ((6, 19), (6, 21)),
    ((9, 25), (9, 27)),
    ((10, 1), (10, 7)),
]
MAKE_UP = {date(2026, *day) for day in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]}


def test_every_day_of_2026_is_as_the_notice_says(calendar):
    rest = set()
    for first, last in HOLIDAYS:
        day = date(2026, *first)
        while day <= date(2026, *last):
            rest.add(day)
            day += timedelta(days=1)
    day = date(2026, 1, 1)
    while day.year == 2026:
        expected = day in MAKE_UP or (day.weekday() < 5 and day not in rest)
        assert calendar.is_working_day(day) is expected, day
        day += timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        # Monday; the last minute of work still counts as that day, close of business no longer.
        (at(11, 23, 0, 0), 1, at(11, 24, 17, 30)),
        (at(11, 23, 17, 29, 59), 1, at(11, 24, 17, 30)),
        (at(11, 23, 17, 30), 1, at(11, 25, 17, 30)),
        (at(11, 23, 23, 59), 1, at(11, 25, 17, 30)),
        # Friday, Friday evening, and the weekend.
        (at(11, 27, 17, 29), 1, at(11, 30, 17, 30)),
        (at(11, 27, 17, 30), 1, at(12, 1, 17, 30)),
        (at(11, 28, 9, 0), 1, at(12, 1, 17, 30)),
        (at(11, 29, 18, 0), 1, at(12, 1, 17, 30)),
        # Across 国庆 with its make-up Saturday 10 October.
        (at(9, 30, 10, 0), 1, at(10, 8, 17, 30)),
        (at(9, 30, 17, 30), 1, at(10, 9, 17, 30)),
        (at(10, 9, 10, 0), 1, at(10, 10, 17, 30)),
        (at(10, 10, 10, 0), 1, at(10, 12, 17, 30)),
        # Across 春节: Saturday 14 and 28 February are worked.
        (at(2, 13, 10, 0), 2, at(2, 24, 17, 30)),
        (at(2, 14, 17, 30), 1, at(2, 25, 17, 30)),
        (at(2, 27, 10, 0), 1, at(2, 28, 17, 30)),
        (at(11, 23, 9, 0), 0, at(11, 23, 17, 30)),
        (at(11, 23, 9, 0), 15, at(12, 14, 17, 30)),
    ],
)
def test_working_days(calendar, start, n, due):
    assert calendar.after_working_days(start, n) == due


def test_the_day_is_shanghais_whatever_zone_the_moment_comes_in(calendar):
    start = at(11, 23, 17, 30).astimezone(UTC)
    due = calendar.after_working_days(start, 1)
    assert due == at(11, 25, 17, 30)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("start", "n", "roll", "due"),
    [
        (at(11, 23, 0, 0), 3, True, at(11, 27)),
        (at(11, 23, 23, 59, 59), 3, True, at(11, 27)),
        (at(11, 24, 0, 0), 3, True, at(11, 28)),
        # The last day is Saturday 28 November.
        (at(11, 25, 9, 0), 3, True, at(12, 1)),
        (at(11, 25, 9, 0), 3, False, at(11, 29)),
        # The last day is 1 October; then Saturday 10 October, which is worked.
        (at(9, 28, 9, 0), 3, True, at(10, 9)),
        (at(9, 28, 9, 0), 3, False, at(10, 2)),
        (at(10, 7, 9, 0), 3, True, at(10, 11)),
        (at(11, 23, 9, 0), 0, False, at(11, 24)),
    ],
)
def test_calendar_days_end_at_24_and_roll_over_where_told(calendar, start, n, roll, due):
    assert calendar.after_calendar_days(start, n, roll) == due


def test_clock_hours_run_at_night_and_on_holidays(calendar):
    assert calendar.after_hours(at(9, 30, 20, 0), 24) == at(10, 1, 20, 0)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (at(11, 23, 9, 0), 2, at(11, 23, 11, 0)),
        (at(11, 23, 15, 30), 2, at(11, 23, 17, 30)),
        (at(11, 23, 15, 31), 2, at(11, 24, 8, 31)),
        (at(11, 23, 17, 30), 2, at(11, 24, 10, 30)),
        (at(11, 23, 6, 0), 2, at(11, 23, 10, 30)),
        (at(11, 27, 17, 0), 1, at(11, 30, 9, 0)),
        (at(11, 28, 12, 0), 24, at(12, 2, 14, 30)),
        (at(10, 9, 17, 0), 1, at(10, 10, 9, 0)),
        (at(11, 23, 9, 0), 0, at(11, 23, 9, 0)),
    ],
)
def test_working_hours(calendar, start, n, due):
    assert calendar.after_working_hours(start, n) == due


def test_a_limit_is_counted_forward(calendar):
    for count in (calendar.after_working_days, calendar.after_hours, calendar.after_working_hours):
        with pytest.raises(ValueError):
            count(AT, -1)


def test_working_days_between_leave_the_first_day_out(calendar):
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 23)) == 0
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 30)) == 5
    assert calendar.working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert calendar.working_days_between(date(2026, 11, 30), date(2026, 11, 23)) == -5


@pytest.mark.parametrize(
    ("month", "advanced", "postponed"),
    [
        (3, at(3, 6), at(3, 6)),
        (4, at(4, 4), at(4, 8)),
        (5, at(5, 1), at(5, 7)),
        (7, at(7, 4), at(7, 7)),
        (9, at(9, 5), at(9, 8)),
        (10, at(10, 1), at(10, 9)),
        (12, at(12, 5), at(12, 8)),
    ],
)
def test_before_the_5th_moves_off_rest_days(calendar, month, advanced, postponed):
    on = date(2026, month, 5)
    assert calendar.fixed_date(on) == advanced
    assert calendar.fixed_date(on, FixedDateShift.POSTPONE) == postponed
    assert calendar.fixed_date(on, FixedDateShift.NONE) == at(month, 6)


def test_a_year_without_data_counts_weekdays_and_is_provisional():
    calendar = WorkCalendar(special_days={date(2026, 10, 1): False}, covered_years=frozenset({2026}))
    assert calendar.is_working_day(date(2027, 10, 1))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))
    assert calendar.is_provisional(date(2026, 12, 28), date(2027, 1, 5))
    assert calendar.is_provisional(date(2025, 12, 28), date(2026, 1, 5))


def test_a_missing_year_is_told_from_1_december():
    calendar = WorkCalendar(special_days={}, covered_years=frozenset({2026}))
    assert not calendar.lacks_next_year(date(2026, 11, 30))
    assert calendar.lacks_next_year(date(2026, 12, 1))
    assert not calendar.lacks_next_year(date(2025, 12, 1))


def test_loading_again_changes_nothing_and_corrects_what_was_wrong():
    before = set(CalendarDay.objects.values_list("on", "is_working", "name"))
    CalendarDay.objects.filter(on=date(2026, 10, 1)).update(is_working=True)
    CalendarDay.objects.create(on=date(2026, 8, 8), is_working=True, name="错误")
    CalendarDay.objects.filter(on=date(2026, 5, 9)).delete()
    assert load_calendar(years=[2026, 2099], at=AT) == [2026]
    assert load_calendar(years=[2026], at=AT) == [2026]
    assert set(CalendarDay.objects.values_list("on", "is_working", "name")) == before
    assert not CalendarYear.objects.filter(year=2099).exists()


def test_loading_shows_at_once(calendar):
    CalendarDay.objects.filter(on=date(2026, 10, 1)).update(is_working=True)
    load_calendar(years=[2026], at=AT)
    assert not get_calendar().is_working_day(date(2026, 10, 1))
    assert CalendarDay.objects.get(on=date(2026, 10, 1)).name == "国庆节"


def test_the_command_says_which_years_it_loaded(capsys):
    call_command("load_calendar", "2026", "2099")
    printed = capsys.readouterr()
    assert "2026" in printed.out
    assert "2099" in printed.err


def test_the_calendar_is_read_once(calendar, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert get_calendar() is calendar
