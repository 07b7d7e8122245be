"""When nothing but what is urgent goes out past the inbox."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from core.calendars import ONE_DAY, WorkCalendar, get_calendar
from core.clock import SHANGHAI, local
from notifications import hooks
from notifications.models import Quiet

NIGHT_BEGINS, NIGHT_ENDS = time(21), time(7)


def quiet_until(quiet: str, user_id: int, at: datetime) -> datetime | None:
    """The first moment at which it may go out, by the hours of the person's unit; None where it may now."""
    if quiet == Quiet.NIGHT:
        return _night_until(at)
    if quiet == Quiet.OUTSIDE_HOURS:
        return next_opening(_calendar_of(user_id), at)
    return None


def _calendar_of(user_id: int) -> WorkCalendar:
    return hooks.working_hours_of[0](user_id) if hooks.working_hours_of else get_calendar()


def _night_until(at: datetime) -> datetime | None:
    here = local(at)
    if NIGHT_ENDS <= here.time() < NIGHT_BEGINS:
        return None
    morning = here.date() if here.time() < NIGHT_ENDS else here.date() + ONE_DAY
    return datetime.combine(morning, NIGHT_ENDS, SHANGHAI)


def next_opening(calendar: WorkCalendar, at: datetime) -> datetime | None:
    """When the next session of a working day begins, the one after the noon break too; None within a session."""
    here = local(at)
    day, now = here.date(), here.time()
    if calendar.is_working_day(day):
        for opens, closes in calendar.sessions_of(day):
            if now < opens:
                return datetime.combine(day, opens, SHANGHAI)
            if now < closes:
                return None
    return calendar.opens_at(calendar.next_working_day(day + timedelta(days=1)))
