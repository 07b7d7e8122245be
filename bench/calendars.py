"""A million limits for each way of counting, beside the same counted day by day with chinesecalendar alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from itertools import cycle, islice

from chinese_calendar import get_workdays, is_workday

from bench.report import Report, lower_quartile
from core.calendars import ONE_DAY, Season, WorkCalendar, published_days, published_years
from core.clock import SHANGHAI

N_LIMITS = 1_000_000
# So many are enough of the walk, whose rate does not hang on how many there are.
N_WALKED = 3_000
RUNS = 3
N_STARTS = 9_973
# Lengths as policies have them, in days or hours.
LENGTHS = (1, 2, 3, 5, 10, 15, 20, 30)
OPENS, CLOSES = clock_time(8, 30), clock_time(17, 30)
# Limits begin in the years that both know whole, and the longest ends in them.
FIRST, N_DAYS = datetime(2024, 1, 1, tzinfo=SHANGHAI), 960
HOURS = (
    Season((5, 1), (9, 30), ((OPENS, clock_time(12)), (clock_time(14, 30), clock_time(18)))),
    Season((10, 1), (4, 30), ((OPENS, clock_time(12)), (clock_time(14), CLOSES))),
)

Count = Callable[[datetime, int], object]


def measure_calendars(report: Report) -> None:
    """Rates are limits a second; who counts otherwise than the walk does is no faster, but wrong."""
    years = published_years()
    special = {on: is_worked for on, (is_worked, _name) in published_days(years).items()}
    plain = WorkCalendar(special_days=special, covered_years=frozenset(years))
    by_season = plain.with_seasons(HOURS)
    pairs: dict[str, tuple[Count, Count | None]] = {
        "after_working_days": (plain.after_working_days, _walk_working_days),
        "after_calendar_days, rolled": (lambda at, n: plain.after_calendar_days(at, n, True), _walk_calendar_days),
        "after_working_hours": (plain.after_working_hours, _walk_working_hours),
        "working_days_between": (
            lambda at, n: plain.working_days_between(at.date(), at.date() + n * ONE_DAY),
            _walk_between,
        ),
        # What chinesecalendar has no say in.
        "after_hours": (plain.after_hours, None),
        "after_working_hours, by season": (by_season.after_working_hours, None),
    }
    for name, (count, walk) in pairs.items():
        _measure(report, name, count, walk)


def _measure(report: Report, name: str, count: Count, walk: Count | None) -> None:
    for at, n in _limits(200) if walk else ():
        assert walk is not None and count(at, n) == walk(at, n), (name, at, n)
    ours, walked = [], []
    for _run in range(RUNS):
        ours.append(_rate(count, N_LIMITS // RUNS))
        if walk:
            walked.append(_rate(walk, N_WALKED // RUNS))
    rate = lower_quartile(ours)
    report.add(f"calendar: {name}, {N_LIMITS // 1_000_000} million", rate, "limits/s")
    if walked:
        report.add(f"calendar: {name}, beside chinesecalendar alone", rate / lower_quartile(walked), "times")


def _limits(n_limits: int) -> Iterator[tuple[datetime, int]]:
    """Moments of day and night in no order."""
    starts = [FIRST + timedelta(days=n * 7919 % N_DAYS, minutes=n * 6151 % 1440) for n in range(N_STARTS)]
    return islice(zip(cycle(starts), cycle(LENGTHS), strict=False), n_limits)


def _rate(count: Count, n_limits: int) -> float:
    limits = list(_limits(n_limits))
    begin = time.perf_counter()
    for at, n in limits:
        count(at, n)
    return n_limits / (time.perf_counter() - begin)


# --- the same with chinesecalendar alone --------------------------------------------------------------------------


def _next(day: date) -> date:
    while not is_workday(day):
        day += ONE_DAY
    return day


def _walk_working_days(at: datetime, n: int) -> datetime:
    day = at.date()
    if at.time() >= CLOSES and is_workday(day):
        day += ONE_DAY
    day = _next(day)
    for _ in range(n):
        day = _next(day + ONE_DAY)
    return datetime.combine(day, CLOSES, SHANGHAI)


def _walk_calendar_days(at: datetime, n: int) -> datetime:
    return datetime.combine(_next(at.date() + n * ONE_DAY) + ONE_DAY, clock_time(0), SHANGHAI)


def _walk_working_hours(at: datetime, n: int) -> datetime:
    left, day = timedelta(hours=n), at.date()
    while True:
        day = _next(day)
        begin, end = max(at, datetime.combine(day, OPENS, SHANGHAI)), datetime.combine(day, CLOSES, SHANGHAI)
        if begin < end:
            if left <= end - begin:
                return begin + left
            left -= end - begin
        day += ONE_DAY


def _walk_between(at: datetime, n: int) -> int:
    return len(get_workdays(at.date() + ONE_DAY, at.date() + n * ONE_DAY))
