from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command

from core.calendar_rows import load_calendar
from core.calendars import FixedDateShift, WorkCalendar, get_calendar
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


# From the State Council's notices, (f) 2: first and last day of each holiday, and the make-up workdays.
HOLIDAYS = {
    2025: [
        ((1, 1), (1, 1)),
        ((1, 28), (2, 4)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((5, 31), (6, 2)),
        ((10, 1), (10, 8)),
    ],
    2026: [
        ((1, 1), (1, 3)),
        ((2, 15), (2, 23)),
        ((4, 4), (4, 6)),
        ((5, 1), (5, 5)),
        ((6, 19), (6, 21)),
        ((9, 25), (9, 27)),
        ((10, 1), (10, 7)),
    ],
}
MAKE_UP = {
    2025: [(1, 26), (2, 8), (4, 27), (9, 28), (10, 11)],
    2026: [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)],
}


def days_of(year):
    return [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@pytest.mark.parametrize(("year", "n_worked"), [(2025, 248), (2026, 248)])
def test_every_day_is_as_the_notice_says(calendar, year, n_worked):
    rest = {day for day in days_of(year) for first, last in HOLIDAYS[year] if first <= (day.month, day.day) <= last}
    made_up = {date(year, *day) for day in MAKE_UP[year]}
    expected = {day: day in made_up or (day.weekday() < 5 and day not in rest) for day in days_of(year)}
    assert len(expected) == 365
    assert {day: calendar.is_working_day(day) for day in days_of(year)} == expected
    assert sum(expected.values()) == n_worked
    assert calendar.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == n_worked


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
    with pytest.raises(ValueError):
        calendar.after_calendar_days(AT, -1, roll=False)
    with pytest.raises(ValueError):
        calendar.before_working_days(date(2026, 11, 23), -1)


def test_working_days_between_leave_the_first_day_out(calendar):
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 23)) == 0
    assert calendar.working_days_between(date(2026, 11, 23), date(2026, 11, 30)) == 5
    assert calendar.working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert calendar.working_days_between(date(2026, 11, 30), date(2026, 11, 23)) == -5


@pytest.mark.parametrize(
    ("month", "advanced", "postponed"),
    [
        (1, at(1, 6), at(1, 6)),
        (2, at(2, 6), at(2, 6)),
        (3, at(3, 6), at(3, 6)),
        # 清明: Sunday the 5th and Saturday the 4th are free; Friday the 3rd is the last day of work.
        (4, at(4, 4), at(4, 8)),
        (5, at(5, 1), at(5, 7)),
        (6, at(6, 6), at(6, 6)),
        (7, at(7, 4), at(7, 7)),
        (8, at(8, 6), at(8, 6)),
        (9, at(9, 5), at(9, 8)),
        (10, at(10, 1), at(10, 9)),
        (11, at(11, 6), at(11, 6)),
        (12, at(12, 5), at(12, 8)),
    ],
)
def test_before_the_5th_moves_off_rest_days(calendar, month, advanced, postponed):
    on = date(2026, month, 5)
    assert calendar.fixed_date(on) == advanced
    assert calendar.fixed_date(on, FixedDateShift.POSTPONE) == postponed
    assert calendar.fixed_date(on, FixedDateShift.NONE) == at(month, 6)


def test_before_10_december_stays_where_it_is(calendar):
    for shift in FixedDateShift:
        assert calendar.fixed_date(date(2026, 12, 10), shift) == at(12, 11)


@pytest.mark.parametrize(
    ("day", "n", "found"),
    [
        (date(2026, 11, 30), 0, date(2026, 11, 30)),
        (date(2026, 11, 30), 1, date(2026, 11, 27)),
        (date(2026, 11, 29), 0, date(2026, 11, 27)),
        (date(2026, 11, 29), 1, date(2026, 11, 27)),
        (date(2026, 11, 29), 2, date(2026, 11, 26)),
        # Sunday 20 September is worked, 1 to 7 October are free.
        (date(2026, 9, 21), 1, date(2026, 9, 20)),
        (date(2026, 10, 8), 1, date(2026, 9, 30)),
    ],
)
def test_days_before_a_day_leave_it_out(calendar, day, n, found):
    assert calendar.before_working_days(day, n) == found


@pytest.mark.parametrize("year", [1, 1949, 1990, 2003, 2027, 2100, 9998])
def test_no_year_is_too_far(calendar, year):
    start = at(3, 1, 9, year=year) if year > 1 else at(3, 1, 9, year=year).astimezone(UTC)
    assert calendar.after_working_days(start, 10) > start
    assert calendar.after_calendar_days(start, 10, roll=True) > start
    assert calendar.after_working_hours(start, 30) > start
    assert calendar.before_working_days(date(year, 6, 30), 10) < date(year, 6, 30)
    assert calendar.working_days_between(date(year, 3, 1), date(year, 6, 30)) > 80
    assert calendar.fixed_date(date(year, 7, 5)) > start
    assert calendar.is_provisional(date(year, 3, 1)) is (year not in range(2004, 2027))


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
