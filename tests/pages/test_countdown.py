"""The countdown of a hazard: words and colour of now, and what it will show next, on both sides of each minute."""

import json
from datetime import datetime, timedelta

import pytest

from core.calendars import get_calendar
from core.clock import SHANGHAI, StillClock
from hazards.case import Case
from hazards.clock_face import RELATED, countdown_of, marks_of
from hazards.clockwork import colour_of
from hazards.countdown import Tone, Warnings, count_down
from hazards.models import Hazard
from hazards.states import OPEN
from tests.support.district import build_district

MINUTE = timedelta(minutes=1)


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# A limit until Friday, its rungs as of 一般: three working days ahead, one, at the end, seven days after.
DUE = moment("2026-12-05T00:00")
RUNGS = Warnings(
    (
        (moment("2026-12-01T08:30"), "blue"),
        (moment("2026-12-03T08:30"), "yellow"),
        (DUE, "orange"),
        (moment("2026-12-12T00:00"), "red"),
    )
)


@pytest.fixture
def calendar(db):
    return get_calendar()


# Both sides of every minute at which something changes.
SHOWN = [
    ("2026-12-01T08:29", "plain", "还剩 3 个工作日", ""),
    ("2026-12-01T08:30", "blue", "还剩 3 个工作日", "蓝色预警"),
    ("2026-12-01T23:59", "blue", "还剩 3 个工作日", "蓝色预警"),
    ("2026-12-02T00:00", "blue", "还剩 2 个工作日", "蓝色预警"),
    ("2026-12-03T08:29", "blue", "还剩 1 个工作日", "蓝色预警"),
    ("2026-12-03T08:30", "yellow", "还剩 1 个工作日", "黄色预警"),
    ("2026-12-04T23:59", "yellow", "今天内到期", "黄色预警"),
    ("2026-12-05T00:00", "orange", "已逾期 1 天", "橙色预警"),
    ("2026-12-11T23:59", "orange", "已逾期 7 天", "橙色预警"),
    ("2026-12-12T00:00", "red", "已逾期 8 天", "红色预警"),
]


@pytest.mark.parametrize(("at", "tone", "words", "warning"), SHOWN)
def test_it_shows_words_and_colour_of_the_minute(calendar, at, tone, words, warning):
    left = count_down(DUE, moment(at), calendar, RUNGS)
    assert (left.tone, left.words, left.warning) == (tone, words, warning)
    assert left.exact == "最晚 12月4日 周五 24:00"


@pytest.mark.parametrize(
    ("at", "tone"),
    [("2026-12-03T23:59", Tone.PLAIN), ("2026-12-04T00:00", Tone.TODAY), ("2026-12-05T00:00", Tone.LATE)],
)
def test_without_a_ladder_there_is_no_colour(calendar, at, tone):
    left = count_down(DUE, moment(at), calendar)
    assert (left.tone, left.warning) == (tone, "")


def test_what_it_will_show_is_what_it_shows_then(calendar):
    """From any minute on, each change foretold is the one that comes, and between two nothing changes."""
    at = moment("2026-11-30T09:00")
    while at < moment("2026-12-14T00:00"):
        left = count_down(DUE, at, calendar, RUNGS)
        assert len(left.changes) <= 4
        before = left.face
        for when, face in left.changes:
            assert count_down(DUE, when - MINUTE, calendar, RUNGS).face == before
            assert count_down(DUE, when, calendar, RUNGS).face == face != before
            before = face
        at += timedelta(hours=7, minutes=13)


def test_changes_are_told_as_the_script_reads_them(calendar):
    told = json.loads(count_down(DUE, moment("2026-12-04T12:00"), calendar, RUNGS).changes_json)
    assert told[0] == ["2026-12-05T00:00:00+08:00", "已逾期 1 天", "orange", "橙色预警"]


def test_a_floor_colours_from_the_beginning(calendar):
    floor = Warnings(RUNGS.moments, "orange")
    assert count_down(DUE, moment("2026-11-24T09:00"), calendar, floor).warning == "橙色预警"
    assert count_down(DUE, moment("2026-12-12T00:00"), calendar, floor).warning == "红色预警"


def every_kind(d):
    for state in ("reported", "returned", "filed", "assigned", "rectifying", "submitted", "verified"):
        d.reach(state)
    d.reach_significant(), d.graded("major", "assigned"), d.filed_outside()
    told = {"lead": d.units["fire"].pk, "requirements": "请处理", "letter": "函1号", "control": "值守"}
    d.do("notify", d.office, d.filed_outside(), **told)
    assert Hazard.objects.filter(state__in=OPEN).count() >= 11


def test_the_colour_of_a_row_is_that_of_the_clock_at_any_moment(db):
    """Not the one stored at the last event: a sweep that is late changes nothing here."""
    every_kind(build_district())
    for days in (0, 1, 2, 3, 5, 9, 16, 31, 61):
        at = StillClock.START + timedelta(days=days, hours=days % 5)
        for hazard in Hazard.objects.filter(state__in=OPEN).select_related(*RELATED):
            case = Case(hazard=Hazard.objects.get(pk=hazard.pk), actor=hazard.reporter, at=at, held=[])
            shown = countdown_of(hazard, at)
            assert shown is not None
            colour = colour_of(case, at)
            assert shown.face.tone == (colour or shown.face.tone), (hazard.state, days)
            assert bool(shown.warning) == bool(colour), (hazard.state, days)


def test_rows_ask_for_no_statement(db, django_assert_num_queries):
    every_kind(build_district())
    at = StillClock.START
    rows = list(Hazard.objects.filter(state__in=OPEN).select_related(*RELATED))
    countdown_of(rows[0], at)  # policies and calendars are kept for a minute
    with django_assert_num_queries(0):
        assert all(countdown_of(hazard, at) and isinstance(marks_of(hazard), list) for hazard in rows)


def test_marks_are_named_in_full(d):
    hazard = d.find(d.reach("rectifying"))
    assert marks_of(hazard) == []
    hazard.listing, hazard.is_suspended, hazard.n_extensions, hazard.taken_over_at = "listed", True, 2, d.at
    hazard.due_at = moment("2031-05-01T00:00")
    assert [(mark.short, mark.full[:7]) for mark in marks_of(hazard)] == [
        ("挂", "挂牌督办中"), ("停", "停用中"), ("延", "已延期 2 次"), ("存量", "存量：系统启用"), ("暂定", "期限暂定：这一"),
    ]  # fmt: skip
    hazard.listing = "proposed"
    assert marks_of(hazard)[0].short == "拟挂"


def test_every_page_shows_the_same_colour(d, signed_in):
    number = d.reach("rectifying")
    due = d.find(number).due_at
    StillClock.set(due - MINUTE)
    for at, colour in ((due - MINUTE, "黄色预警"), (due, "橙色预警")):
        StillClock.set(at)
        for who, address in (
            ("safety", "/"),
            ("office", "/hazards/"),
            ("office", "/process/"),
            ("safety", f"/hazards/{number}/"),
        ):
            assert colour in signed_in(d.people[who]).get(address).content.decode(), (address, colour)
