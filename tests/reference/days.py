"""Working days of late 2026 and after: Monday to Friday, as no feast falls into the weeks that the reference plays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
# Local moments without a zone.
BEFORE, NEVER = datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2900-01-01")
OPENS, CLOSES = time(8, 30), time(17, 30)


def is_worked(day: date) -> bool:
    return day.weekday() < 5


def next_worked(day: date) -> date:
    while not is_worked(day):
        day += DAY
    return day


def after_days(start: datetime, n: int) -> datetime:
    """Close of business of the n-th working day after that of the event; what comes late counts for the next."""
    day = start.date()
    if is_worked(day) and start.time() >= CLOSES:
        day += DAY
    day = next_worked(day)
    for _ in range(n):
        day = next_worked(day + DAY)
    return datetime.combine(day, CLOSES)


def after_office_hours(start: datetime, n: int) -> datetime:
    left, day = timedelta(hours=n), start.date()
    while True:
        day = next_worked(day)
        begin = max(start, datetime.combine(day, OPENS))
        room = datetime.combine(day, CLOSES) - begin
        if room > timedelta(0) and left <= room:
            return begin + left
        left -= max(room, timedelta(0))
        day += DAY


def after_hours(start: datetime, n: int) -> datetime:
    return start + timedelta(hours=n)


def after_calendar_days(start: datetime, n: int, *, rolls: bool) -> datetime:
    day = start.date() + n * DAY
    return end_of(next_worked(day) if rolls else day)


def end_of(day: date) -> datetime:
    return datetime.combine(day + DAY, time(0))


# process.md a.3: how long one may take to sign, to answer a letter, to agree, to ask to be rid of it, to appeal.
SIGN = {
    "general": lambda at: after_days(at, 1), "significant": lambda at: after_office_hours(at, 4),
    "major": lambda at: after_hours(at, 2),
}  # fmt: skip
COUNTERSIGN = {
    "general": lambda at: after_days(at, 1), "significant": lambda at: after_days(at, 1), "major": lambda at: after_hours(at, 4),
}  # fmt: skip
NOTICE = {"general": 5, "significant": 5, "major": 1}
ASK_RETURN = {
    "general": lambda at: after_days(at, 1), "significant": lambda at: after_days(at, 1), "major": lambda at: after_hours(at, 4),
}  # fmt: skip
APPEAL_DAYS = 5


# What was fixed on the spot.
ON_SPOT = 3
RECTIFY = {"general": 15, "significant": 60, "major": 180}
REWORK = {"general": 7, "significant": 10, "major": 15}


# A listing whose hazard is overdue gets a term of its own.
LISTING_TERM = {"general": 30, "significant": 60, "major": 180}
# How often more time may be granted, and how much: a share of the first limit, of 重大 a number of days.
EXTENSIONS = {"general": 1, "significant": 1, "major": 2}
EXTENSION_SHARE = {"general": 50, "significant": 100}
EXTENSION_DAYS = 365


def limit(start: datetime, level: str) -> datetime:
    """How long the work may take."""
    return after_calendar_days(start, RECTIFY[level], rolls=level != "major")


def resumed(now: datetime, due_at: datetime, told_at: datetime, *, at_least: datetime = BEFORE) -> datetime:
    """The clock that stopped goes on with the time already used; after a failure with no less than for rework."""
    rest = max(now + (due_at - told_at), at_least)
    return end_of((rest - timedelta(microseconds=1)).date())


def reply_day(start: datetime, level: str) -> date:
    """The last day on which a letter is answered in time."""
    due = after_days(start, NOTICE[level])
    return (due - timedelta(microseconds=1)).date()
