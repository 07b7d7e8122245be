"""The national days change by services alone: kept with old and new, told to whoever counts in them."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from core.calendar_rows import change_day, import_year, load_calendar, restore_year
from core.calendars import get_calendar, published_days
from core.errors import Invalid
from core.models import AuditEntry, CalendarDay, CalendarYear

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    """What the hook hears: (days, moment, what the calendar then says of the first)."""
    heard = []

    def hear(days, at):
        heard.append((days, at, get_calendar().is_working_day(min(days))))

    monkeypatch.setattr("core.calendar_rows.calendar_changed", [hear])
    return heard


def settings_entries():
    return list(AuditEntry.objects.filter(kind="settings").order_by("id"))


def test_a_day_is_made_free_worked_and_ordinary_again(told):
    monday = date(2026, 11, 30)
    change_day(on=monday, mark=(False, "校运会调休"), actor=None, at=AT)
    assert not get_calendar().is_working_day(monday)
    change_day(on=monday, mark=None, actor=None, at=AT)
    assert get_calendar().is_working_day(monday)
    assert not CalendarDay.objects.filter(on=monday).exists()
    assert [(entry.subject, entry.detail["was"], entry.detail["now"]) for entry in settings_entries()] == [
        ("2026-11-30", "按星期", "放假（校运会调休）"),
        ("2026-11-30", "放假（校运会调休）", "按星期"),
    ]
    assert told == [(frozenset({monday}), AT, False), (frozenset({monday}), AT, True)]


def test_a_new_name_alone_moves_no_limit(told):
    change_day(on=date(2026, 10, 1), mark=(False, "国庆"), actor=None, at=AT)
    assert CalendarDay.objects.get(on=date(2026, 10, 1)).name == "国庆"
    assert len(settings_entries()) == 1 and told == []


def test_a_weekend_marked_free_moves_no_limit(told):
    change_day(on=date(2026, 11, 28), mark=(False, "调休"), actor=None, at=AT)
    assert told == []


def test_nothing_changed_is_not_recorded(told):
    change_day(on=date(2026, 10, 1), mark=(False, "国庆节"), actor=None, at=AT)
    change_day(on=date(2026, 11, 24), mark=None, actor=None, at=AT)
    assert not settings_entries() and told == []


@pytest.mark.parametrize(
    ("mark", "field"), [((True, "补班"), "kind"), ((False, ""), "name")]
)  # fmt: skip
def test_a_day_that_says_nothing_is_refused(mark, field):
    with pytest.raises(Invalid) as refusal:
        change_day(on=date(2026, 11, 24), mark=mark, actor=None, at=AT)
    assert list(refusal.value.fields) == [field]


def test_a_saturday_can_be_worked():
    change_day(on=date(2026, 11, 28), mark=(True, "补班"), actor=None, at=AT)
    assert get_calendar().is_working_day(date(2026, 11, 28))


def test_a_year_without_data_is_covered_by_an_import(told):
    assert get_calendar().is_provisional(date(2027, 1, 4))
    marks = {date(2027, 1, 1): (False, "元旦"), date(2027, 1, 9): (True, "元旦")}
    import_year(year=2027, marks=marks, source="2027.csv", actor=None, at=AT)
    assert not get_calendar().is_provisional(date(2027, 1, 4))
    assert not get_calendar().lacks_next_year(date(2026, 12, 1))
    assert not get_calendar().is_working_day(date(2027, 1, 1)) and get_calendar().is_working_day(date(2027, 1, 9))
    (days, _at, _worked) = told[0]
    # Every limit of that year was 暂定.
    assert len(days) == 365 and {day.year for day in days} == {2027}
    (entry,) = settings_entries()
    assert entry.detail["message"] == "2027 年，来源：2027.csv，共改 2 天"
    assert entry.detail["days"] == [
        ["2027-01-01", "按星期", "放假（元旦）"],
        ["2027-01-09", "按星期", "上班（元旦）"],
    ]


def test_an_import_replaces_the_whole_year_and_can_be_taken_back(told):
    import_year(year=2026, marks={date(2026, 10, 1): (False, "国庆节")}, source="错.csv", actor=None, at=AT)
    assert get_calendar().is_working_day(date(2026, 10, 2))
    assert not get_calendar().is_working_day(date(2026, 10, 10))
    assert not get_calendar().is_working_day(date(2025, 10, 2))
    restore_year(year=2026, actor=None, at=AT)
    rows = CalendarDay.objects.filter(on__year=2026).values_list("on", "is_working", "name")
    assert {on: (is_working, name) for on, is_working, name in rows} == published_days([2026])
    assert CalendarYear.objects.get(year=2026).source == "chinesecalendar"
    # Both ways the same days: weekdays that became worked, make-up days that became free.
    assert told[0][0] == told[1][0] and date(2026, 10, 2) in told[0][0] and date(2026, 10, 3) not in told[0][0]
    assert [entry.action for entry in settings_entries()] == ["calendar.imported", "calendar.restored"]


def test_a_year_that_was_never_published_cannot_be_restored():
    with pytest.raises(Invalid, match="2027 年没有随软件发布的数据"):
        restore_year(year=2027, actor=None, at=AT)


def test_what_fails_leaves_no_row_and_no_kept_calendar(monkeypatch):
    def fail(days, at):
        assert not get_calendar().is_working_day(date(2026, 11, 30))
        raise RuntimeError("a limit cannot be recomputed")

    monkeypatch.setattr("core.calendar_rows.calendar_changed", [fail])
    with pytest.raises(RuntimeError):
        change_day(on=date(2026, 11, 30), mark=(False, "调休"), actor=None, at=AT)
    assert get_calendar().is_working_day(date(2026, 11, 30))
    assert not settings_entries()


def test_what_hooks_do_after_the_commit_counts_in_the_new_days(monkeypatch, django_capture_on_commit_callbacks):
    seen = []

    def hook(days, at):
        transaction.on_commit(lambda: seen.append(get_calendar().is_working_day(min(days))))

    monkeypatch.setattr("core.calendar_rows.calendar_changed", [hook])
    old = get_calendar()
    with django_capture_on_commit_callbacks() as callbacks:
        change_day(on=date(2026, 11, 30), mark=(False, "调休"), actor=None, at=AT)
    # Another thread read the old rows before the commit.
    get_calendar.cache_clear()
    monkeypatch.setattr(get_calendar, "_read", lambda: old)
    get_calendar()
    monkeypatch.undo()
    assert get_calendar() is old
    for callback in callbacks:
        callback()
    assert seen == [False]


def test_loading_what_stands_is_not_recorded(told):
    load_calendar(years=[2025, 2026], at=AT)
    assert not settings_entries() and told == []
