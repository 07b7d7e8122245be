"""Whose hours and terms hold for a unit: the nearest unit's, over the national days."""

from datetime import date, datetime, time, timedelta

import pytest

from core.calendars import Season, get_calendar
from core.clock import SHANGHAI
from deadlines.calendar_services import SeasonChoice, change_seasons, change_term
from deadlines.calendars import (
    calendar_of,
    next_term_start,
    terms_of,
    vacation_at,
)
from organizations.kinds import UnitKind
from tests.support.district import make_unit

SUMMER = Season((5, 1), (10, 7), ((time(8, 30), time(12)), (time(14, 30), time(18))))
WINTER = Season((10, 8), (4, 30), ((time(8), time(12)), (time(14), time(17))))
AUTUMN, SPRING = (date(2026, 9, 1), date(2027, 1, 22)), (date(2027, 3, 1), date(2027, 7, 2))


def at(month, day, hour=0, minute=0, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def keep_hours(district, *seasons):
    choices = [SeasonChoice(f"第{n}套", season) for n, season in enumerate(seasons)]
    return change_seasons(actor=None, unit=district.units["edu"], seasons=choices, at=district.at)


def keep_term(district, name, year, semester, days):
    return change_term(
        actor=None, unit=district.units[name], school_year=year, semester=semester, days=days, at=district.at
    )


@pytest.fixture
def terms(district):
    keep_term(district, "edu", 2026, 1, AUTUMN)
    keep_term(district, "edu", 2026, 2, SPRING)
    return district.units["school"].path


def test_without_rows_every_unit_works_as_the_country_does(district):
    assert calendar_of(district.units["school"].path) is get_calendar()
    assert calendar_of([]) is get_calendar()


def test_a_bureaus_hours_hold_below_it_and_nowhere_else(district):
    other = make_unit(UnitKind.EDU, "邻县教育局", None)
    keep_hours(district, SUMMER, WINTER)
    school = calendar_of(district.units["school"].path)
    assert school.close_of(date(2026, 7, 6)) == at(7, 6, 18)
    assert school.close_of(date(2026, 11, 23)) == at(11, 23, 17)
    assert school.after_working_days(at(7, 6, 17, 45), 1) == at(7, 7, 18)
    assert calendar_of(other.path).close_of(date(2026, 7, 6)) == at(7, 6, 17, 30)
    assert calendar_of(district.units["fire"].path).close_of(date(2026, 7, 6)) == at(7, 6, 17, 30)


def test_hours_can_be_taken_back(district):
    keep_hours(district, SUMMER)
    keep_hours(district)
    assert calendar_of(district.units["school"].path) is get_calendar()


def test_a_warm_calendar_asks_nothing(district, terms, django_assert_num_queries):
    keep_hours(district, SUMMER)
    calendar_of(terms), vacation_at(terms, date(2027, 2, 1))
    with django_assert_num_queries(0):
        calendar_of(terms)
        calendar_of(district.units["edu"].path)
        vacation_at(terms, date(2027, 2, 1))
        next_term_start(terms, date(2027, 2, 1))


@pytest.mark.parametrize(
    ("day", "is_vacation"),
    [
        (date(2026, 9, 1), False),
        (date(2027, 1, 22), False),
        (date(2027, 1, 23), True),
        (date(2027, 2, 28), True),
        (date(2027, 3, 1), False),
        (date(2027, 7, 2), False),
        (date(2027, 7, 3), True),
        # The autumn term of 2027 was not entered: the summer is not taken to last for ever.
        (date(2027, 9, 15), True),
        (date(2027, 9, 16), False),
        # Before all that is known.
        (date(2026, 8, 31), False),
        (date(2099, 1, 1), False),
    ],
)
def test_vacation_lies_between_terms(terms, day, is_vacation):
    assert vacation_at(terms, day) is is_vacation


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 8, 31), date(2026, 9, 1)),
        (date(2026, 9, 1), date(2027, 3, 1)),
        (date(2027, 2, 28), date(2027, 3, 1)),
        (date(2027, 3, 1), None),
        (date(2099, 1, 1), None),
        (date(1999, 1, 1), date(2026, 9, 1)),
    ],
)
def test_the_next_term_begins_after_the_day(terms, day, start):
    assert next_term_start(terms, day) == start


def test_a_winter_whose_end_is_unknown_lasts_sixty_days(district):
    keep_term(district, "edu", 2026, 1, AUTUMN)
    path = district.units["school"].path
    assert vacation_at(path, date(2027, 3, 23)) and not vacation_at(path, date(2027, 3, 24))


def test_a_place_without_terms_has_neither(district):
    assert next_term_start(district.units["school"].path, date(2027, 1, 25)) is None
    assert not vacation_at(district.units["school"].path, date(2027, 1, 25))
    assert terms_of([]) == ()


def test_a_schools_own_term_holds_and_the_others_stay_its_bureaus(district, terms):
    keep_term(district, "school", 2026, 1, (date(2026, 9, 7), date(2027, 1, 29)))
    school = district.units["school"].path
    assert [term.starts_on for term in terms_of(school)] == [date(2026, 9, 7), SPRING[0]]
    assert not vacation_at(school, date(2027, 1, 29)) and vacation_at(school, date(2027, 1, 30))
    assert vacation_at(district.units["edu"].path, date(2027, 1, 29))
    keep_term(district, "school", 2026, 1, None)
    assert terms_of(school) == terms_of(district.units["edu"].path)


def test_windows_of_a_term(terms):
    autumn, spring = terms_of(terms)
    assert autumn.label == "2026—2027学年第一学期" and spring.label == "2026—2027学年第二学期"
    assert spring.opening_check == (date(2027, 2, 19), date(2027, 2, 28))
    assert autumn.beginning == (date(2026, 9, 1), date(2026, 9, 14))
    assert autumn.ending == (date(2027, 1, 9), date(2027, 1, 22))
    assert autumn.ending[1] - autumn.ending[0] == timedelta(days=13)


def test_who_counts_in_it_hears_of_a_change(district, monkeypatch):
    heard = []

    def hear(unit_id, at):
        path = district.units["school"].path
        heard.append((unit_id, at, calendar_of(path).close_of(date(2026, 7, 6)), len(terms_of(path))))

    monkeypatch.setattr("deadlines.calendar_services.unit_calendar_changed", [hear])
    keep_hours(district, SUMMER)
    keep_hours(district, SUMMER)
    keep_term(district, "edu", 2026, 1, AUTUMN)
    keep_term(district, "edu", 2026, 1, AUTUMN)
    edu = district.units["edu"].pk
    assert heard == [(edu, district.at, at(7, 6, 18), 0), (edu, district.at, at(7, 6, 18), 1)]


def test_what_fails_is_not_kept(district, monkeypatch):
    def fail(unit_id, at):
        calendar_of(district.units["school"].path)
        raise RuntimeError("a limit cannot be recomputed")

    monkeypatch.setattr("deadlines.calendar_services.unit_calendar_changed", [fail])
    with pytest.raises(RuntimeError):
        keep_hours(district, SUMMER)
    assert calendar_of(district.units["school"].path) is get_calendar()
