from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import SHANGHAI, StillClock, SystemClock, clock, local, now, today

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def still(settings):
    settings.CLOCK = "core.clock.StillClock"
    StillClock.reset()
    yield
    StillClock.reset()


def test_the_clock_is_the_one_named_in_settings_and_one_object(settings):
    assert isinstance(clock(), StillClock)
    assert clock() is clock()
    settings.CLOCK = "core.clock.SystemClock"
    assert isinstance(clock(), SystemClock)
    assert now().tzinfo is UTC


def test_the_still_clock_stands_until_set_or_advanced():
    first = now()
    assert now() == first
    StillClock.advance(timedelta(hours=3))
    assert now() - first == timedelta(hours=3)
    StillClock.set(datetime(2026, 1, 1, 8, 0, tzinfo=SHANGHAI))
    assert now() == datetime(2026, 1, 1, 0, 0, tzinfo=UTC)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError):
        StillClock.set(AT.replace(tzinfo=None))


def test_today_turns_at_midnight_in_shanghai():
    assert today(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert today(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)) == date(2026, 3, 2)
    assert local(datetime(2026, 3, 1, 16, 0, tzinfo=UTC)).hour == 0
