"""The one clock: only outermost callers (views, commands, tasks) read it; services are given the moment."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.module_loading import import_string

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    def now(self) -> datetime: ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class StillClock:
    """Stands still until it is set; one moment for the whole process, all threads see it."""

    START = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI).astimezone(UTC)
    _at = START

    @classmethod
    def now(cls) -> datetime:
        return cls._at

    @classmethod
    def set(cls, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("the clock needs an aware moment")
        cls._at = at.astimezone(UTC)

    @classmethod
    def advance(cls, length: timedelta) -> datetime:
        cls._at += length
        return cls._at

    @classmethod
    def reset(cls) -> None:
        cls._at = cls.START


@cache
def _clock_named(path: str) -> Clock:
    return cast(Clock, import_string(path)())


def clock() -> Clock:
    return _clock_named(settings.CLOCK)


def now() -> datetime:
    return clock().now()


def local(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)


def today(at: datetime) -> date:
    """The day in Asia/Shanghai on which `at` falls."""
    return local(at).date()
