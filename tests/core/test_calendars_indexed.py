"""What is looked up equals what a walk from day to day finds, whatever the special days and the hours."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import ALL_DAY, Season, WorkCalendar
from core.clock import SHANGHAI

DAY = timedelta(days=1)
FIRST, LAST = date(2025, 11, 1), date(2027, 3, 1)


class Walk:
    """The same rules, one day after another."""

    def __init__(self, special, seasons):
        self.special, self.seasons = special, seasons

    def worked(self, day):
        return self.special.get(day, day.isoweekday() <= 5)

    def hours(self, day):
        for season in self.seasons:
            turn = season.from_month_day > season.to_month_day
            after, before = (day.month, day.day) >= season.from_month_day, (day.month, day.day) <= season.to_month_day
            if (after or before) if turn else (after and before):
                return season.sessions
        return ALL_DAY

    def next(self, day, step=DAY):
        while not self.worked(day):
            day += step
        return day

    def after_days(self, start, n):
        at = start.astimezone(SHANGHAI)
        day = at.date()
        if self.worked(day) and at.time() >= self.hours(day)[-1][1]:
            day += DAY
        day = self.next(day)
        for _ in range(n):
            day = self.next(day + DAY)
        return datetime.combine(day, self.hours(day)[-1][1], SHANGHAI)

    def after_minutes(self, start, n):
        """Minute by minute; `start` is a whole one."""
        at = start.astimezone(SHANGHAI)
        while True:
            if self.worked(at.date()):
                for opens, closes in self.hours(at.date()):
                    if opens <= at.time() < closes:
                        if n == 0:
                            return at
                        n -= 1
                        if n == 0:
                            return at + timedelta(minutes=1)
            at += timedelta(minutes=1)
            if at.time() == time(0):
                at = datetime.combine(self.next(at.date()), time(0), SHANGHAI)

    def between(self, first, last):
        if last < first:
            return -self.between(last, first)
        return sum(self.worked(first + n * DAY) for n in range(1, (last - first).days + 1))

    def before(self, day, n):
        for _ in range(n):
            day = self.next(day - DAY, -DAY)
        return self.next(day, -DAY)


days = st.dates(FIRST, LAST)
special_days = st.dictionaries(days, st.booleans(), max_size=60)
marks = st.sampled_from([time(8), time(8, 30), time(11, 30), time(12), time(14), time(14, 30), time(17, 30), time(18)])
month_days = st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(lambda day: (day.month, day.day))


@st.composite
def all_seasons(draw):
    found = []
    for _ in range(draw(st.integers(0, 2))):
        n_sessions = draw(st.integers(1, 2))
        edges = sorted(draw(st.sets(marks, min_size=2 * n_sessions, max_size=2 * n_sessions)))
        sessions = tuple(zip(edges[::2], edges[1::2], strict=True))
        found.append(Season(draw(month_days), draw(month_days), sessions))
    return tuple(found)


def both(special, seasons):
    return WorkCalendar(special_days=special, covered_years=frozenset(), seasons=seasons), Walk(special, seasons)


def at(day, minute):
    return datetime.combine(day, time(minute // 60, minute % 60), SHANGHAI).astimezone(UTC)


@settings(max_examples=150, deadline=None)
@given(special_days, all_seasons(), days, st.integers(0, 1439), st.integers(0, 60))
def test_working_days(special, seasons, day, minute, n):
    calendar, walk = both(special, seasons)
    assert calendar.after_working_days(at(day, minute), n) == walk.after_days(at(day, minute), n)
    assert calendar.next_working_day(day) == walk.next(day)
    assert calendar.previous_working_day(day) == walk.next(day, -DAY)
    assert calendar.before_working_days(day, n) == walk.before(day, n)


@settings(max_examples=40, deadline=None)
@given(special_days, all_seasons(), days, st.integers(0, 1439), st.integers(0, 40 * 60))
def test_working_hours(special, seasons, day, minute, n_minutes):
    calendar, walk = both(special, seasons)
    assert calendar.after_working_hours(at(day, minute), n_minutes / 60) == walk.after_minutes(
        at(day, minute), n_minutes
    )


@settings(max_examples=100, deadline=None)
@given(special_days, days, days)
def test_days_between(special, first, last):
    calendar, walk = both(special, ())
    assert calendar.working_days_between(first, last) == walk.between(first, last)


@settings(max_examples=100, deadline=None)
@given(special_days, days, st.integers(0, 200))
def test_what_is_counted_forward_is_counted_back(special, day, n):
    calendar, _walk = both(special, ())
    begin = calendar.next_working_day(day)
    end = calendar.after_working_days(at(begin, 600), n).astimezone(SHANGHAI).date()
    assert calendar.working_days_between(begin, end) == n
    assert calendar.before_working_days(end, n) == begin


@settings(max_examples=100, deadline=None)
@given(special_days, all_seasons(), days, st.integers(0, 1439), st.integers(0, 60))
def test_a_longer_limit_never_ends_earlier(special, seasons, day, minute, n):
    calendar, _walk = both(special, seasons)
    start = at(day, minute)
    assert start < calendar.after_working_days(start, n) < calendar.after_working_days(start, n + 1)
    assert start <= calendar.after_working_hours(start, n) < calendar.after_working_hours(start, n + 1)
    for roll in (True, False):
        assert start < calendar.after_calendar_days(start, n, roll) <= calendar.after_calendar_days(start, n + 1, roll)
