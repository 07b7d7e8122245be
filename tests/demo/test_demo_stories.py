"""What the demo is made of, and what it refuses."""

import random
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from config.launcher.embedded import ROOT
from core.calendars import get_calendar
from core.clock import SHANGHAI, now, today
from demo import loading
from demo.cast import PEOPLE
from demo.loading import STORIES, is_loaded
from demo.player import BrokenStory, WorkDays
from demo.script import report


def test_it_refuses_outside_demo_mode(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="只能在演示模式"):
        call_command("load_demo")
    assert not is_loaded()


def test_a_refused_step_leaves_nothing_behind(demo_mode, monkeypatch):
    broken = STORIES[0].then(report("first.teacher", 0))
    monkeypatch.setattr(loading, "STORIES", (broken,))
    with pytest.raises(BrokenStory, match="第 5 步 report"):
        call_command("load_demo")
    assert not is_loaded()


@pytest.mark.parametrize(
    "moment",
    # A Saturday night, the first minute of work after a holiday, before work on a Monday, a make-up Sunday.
    ["2026-11-21T23:50", "2026-10-08T08:41", "2026-11-23T06:00", "2026-02-14T09:00"],
)
def test_days_of_work_lie_before_the_load_and_rise(db, clock, moment):
    clock.set(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI))
    for number, story in enumerate(STORIES):
        days = WorkDays(now(), get_calendar())
        moments = list(days.moments([step.day for step in story.steps], random.Random(number)))
        assert moments == sorted(set(moments))
        assert moments[-1] <= now()
        assert all(get_calendar().is_working_day(today(at)) for at in moments)


def test_no_name_of_a_real_official_is_used(db):
    """The source documents, where they lie beside the checkout, name real people."""
    texts = "".join(path.read_text(errors="ignore") for path in ROOT.parent.glob("shared/seeds/*.txt"))
    assert not [row.name for row in PEOPLE if row.name in texts]


def test_no_week_is_played_outside_demo_mode_or_without_the_county(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="演示模式"):
        call_command("play_week", "village")
    settings.DEMO = True
    with pytest.raises(CommandError, match="load_demo"):
        call_command("play_week", "village")
