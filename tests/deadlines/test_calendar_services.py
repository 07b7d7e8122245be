"""Who may change the calendar, what is refused, and that old and new are kept."""

from datetime import date, time

import pytest

from core.calendars import Season, get_calendar
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry
from deadlines.calendar_duty import clear_duty, set_duty
from deadlines.calendar_services import (
    SeasonChoice,
    change_seasons,
    change_term,
    edit_calendar_day,
    import_calendar,
    restore_calendar,
)
from deadlines.calendars import on_duty
from deadlines.models import DutyDay, SchoolTerm, WorkSeason
from organizations.kinds import AdminRole
from tests.support.district import make_person

MORNING = (time(8, 30), time(12))
SUMMER = Season((5, 1), (10, 7), (MORNING, (time(14, 30), time(18))))
AUTUMN = (date(2026, 9, 1), date(2027, 1, 22))


@pytest.fixture
def admin(db):
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def last_entry():
    return AuditEntry.objects.filter(kind="settings").latest("id")


# --- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["office", "director", "leader", "safety", "principal", "security_admin"])
def test_only_the_system_administrator_changes_days_hours_and_terms(district, who):
    actor = district.people.get(who) or make_person(who, None, admin_role=AdminRole.SECURITY)
    edu, at = district.units["edu"], district.at
    with pytest.raises(NotAllowed):
        edit_calendar_day(actor=actor, on=date(2026, 12, 1), mark=(False, "调休"), at=at)
    with pytest.raises(NotAllowed):
        import_calendar(actor=actor, year=2027, raw=b"", filename="a.csv", at=at)
    with pytest.raises(NotAllowed):
        restore_calendar(actor=actor, year=2026, at=at)
    with pytest.raises(NotAllowed):
        change_seasons(actor=actor, unit=edu, seasons=[SeasonChoice("夏季", SUMMER)], at=at)
    with pytest.raises(NotAllowed):
        change_term(actor=actor, unit=edu, school_year=2026, semester=1, days=AUTUMN, at=at)
    assert not AuditEntry.objects.filter(kind="settings").exists()


def test_the_administrator_does_and_his_name_is_kept(district, admin):
    edit_calendar_day(actor=admin, on=date(2026, 12, 1), mark=(False, "调休"), at=district.at)
    assert not get_calendar().is_working_day(date(2026, 12, 1))
    assert (last_entry().actor_name, last_entry().at) == (admin.name, district.at)
    restore_calendar(actor=admin, year=2026, at=district.at)
    assert get_calendar().is_working_day(date(2026, 12, 1))


@pytest.mark.parametrize("year", [2003, 2101, 0, 99999])
def test_a_year_beyond_reason_is_refused(district, admin, year):
    for refused in (
        lambda: import_calendar(actor=admin, year=year, raw=b"", filename="a.csv", at=district.at),
        lambda: restore_calendar(actor=admin, year=year, at=district.at),
    ):
        with pytest.raises(Invalid, match="年份请填 2004 到 2100 之间"):
            refused()


def test_a_refused_file_changes_nothing(district, admin):
    raw = "日期,类型,名称\n2026-10-01,放假,国庆节\n2026-10-01,上班,国庆节".encode()
    with pytest.raises(Invalid, match="矛盾"):
        import_calendar(actor=admin, year=2026, raw=raw, filename="a.csv", at=district.at)
    assert not get_calendar().is_working_day(date(2026, 10, 2))


# --- hours --------------------------------------------------------------------------------------------------------


def test_hours_are_kept_in_words(district, admin):
    edu = district.units["edu"]
    assert change_seasons(actor=admin, unit=edu, seasons=[SeasonChoice(" 夏季 ", SUMMER)], at=district.at)
    entry = last_entry()
    assert (entry.action, entry.subject) == ("calendar.hours_changed", edu.name)
    assert entry.detail == {
        "unit": edu.pk,
        "was": "全年 08:30–17:30",
        "now": "夏季 5月1日—10月7日 08:30–12:00、14:30–18:00",
    }


def season(*sessions, first=(5, 1), last=(10, 7)):
    return Season(first, last, sessions)


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ([SeasonChoice("", SUMMER)], "每套作息须有名称，最多 20 字。"),
        ([SeasonChoice("夏" * 21, SUMMER)], "每套作息须有名称，最多 20 字。"),
        ([SeasonChoice("夏季", season())], "“夏季”须有 1 到 4 段上班时间。"),
        ([SeasonChoice("夏季", season(*[MORNING] * 5))], "“夏季”须有 1 到 4 段上班时间。"),
        ([SeasonChoice("夏季", season((time(12), time(8))))], "“夏季”的上班时间须由早到晚"),
        ([SeasonChoice("夏季", season((time(8), time(8))))], "“夏季”的上班时间须由早到晚"),
        ([SeasonChoice("夏季", season(MORNING, (time(11), time(18))))], "“夏季”的上班时间须由早到晚"),
        ([SeasonChoice("夏季", season(MORNING, last=(2, 30)))], "“夏季”的起止日期不对。"),
        ([SeasonChoice("夏季", season(MORNING, first=(13, 1)))], "“夏季”的起止日期不对。"),
        (
            [SeasonChoice("夏季", SUMMER), SeasonChoice("冬季", season(MORNING, first=(10, 7), last=(4, 30)))],
            "10月7日属于两套作息，起止日期不能重叠。",
        ),
        (
            [SeasonChoice("夏季", SUMMER), SeasonChoice("夏季", season(MORNING, first=(10, 8), last=(4, 30)))],
            "名称不能相同",
        ),
        ([SeasonChoice(f"{n}", season(MORNING, first=(n, 1), last=(n, 2))) for n in range(1, 6)], "最多 4 套作息。"),
    ],
)
def test_hours_that_make_no_sense_are_refused(district, admin, choices, said):
    with pytest.raises(Invalid, match=said):
        change_seasons(actor=admin, unit=district.units["edu"], seasons=choices, at=district.at)
    assert not WorkSeason.objects.exists()


def test_hours_are_the_bureaus(district, admin):
    with pytest.raises(Invalid, match="按教育局设置"):
        change_seasons(actor=admin, unit=district.units["school"], seasons=[], at=district.at)


# --- terms --------------------------------------------------------------------------------------------------------


def keep_term(district, admin, days, *, unit="edu", year=2026, semester=1):
    return change_term(
        actor=admin, unit=district.units[unit], school_year=year, semester=semester, days=days, at=district.at
    )


def test_a_term_is_set_moved_and_taken_back(district, admin):
    moved = (date(2026, 9, 2), AUTUMN[1])
    assert keep_term(district, admin, AUTUMN)
    assert not keep_term(district, admin, AUTUMN)
    assert keep_term(district, admin, moved)
    assert last_entry().subject == f"{district.units['edu'].name}2026—2027学年第一学期"
    assert (last_entry().detail["was"], last_entry().detail["now"]) == (
        "2026-09-01—2027-01-22",
        "2026-09-02—2027-01-22",
    )
    assert keep_term(district, admin, None)
    assert last_entry().detail["now"] == "未设置" and not SchoolTerm.objects.exists()


@pytest.mark.parametrize(
    ("days", "semester", "said"),
    [
        ((date(2026, 9, 1), date(2026, 10, 30)), 1, "60 到 200 天"),
        ((date(2026, 9, 1), date(2027, 3, 21)), 1, "60 到 200 天"),
        ((date(2027, 1, 22), date(2026, 9, 1)), 1, "60 到 200 天"),
        ((date(2025, 9, 1), date(2026, 1, 22)), 1, "须在所选学年内"),
        ((date(2026, 7, 31), date(2027, 1, 22)), 1, "须在所选学年内"),
        ((date(2027, 6, 1), date(2027, 9, 1)), 2, "须在所选学年内"),
        ((date(2027, 1, 22), date(2027, 7, 2)), 2, "与2026—2027学年第一学期重叠"),
        ((date(2027, 3, 1), date(2027, 7, 2)), 3, "请选择学年和学期"),
    ],
)
def test_a_term_that_cannot_be_is_refused(district, admin, days, semester, said):
    keep_term(district, admin, AUTUMN)
    with pytest.raises(Invalid, match=said):
        keep_term(district, admin, days, semester=semester)
    assert SchoolTerm.objects.count() == 1


@pytest.mark.parametrize("n_days", [60, 200])
def test_the_shortest_and_the_longest_term_are_taken(district, admin, n_days):
    end = date.fromordinal(AUTUMN[0].toordinal() + n_days)
    assert keep_term(district, admin, (AUTUMN[0], end))


def test_terms_in_the_wrong_order_are_refused(district, admin):
    keep_term(district, admin, (date(2026, 9, 1), date(2026, 12, 1)), semester=2)
    with pytest.raises(Invalid, match="晚于2026—2027学年第二学期"):
        keep_term(district, admin, (date(2027, 3, 1), date(2027, 7, 2)))
    keep_term(district, admin, None, semester=2)
    keep_term(district, admin, (date(2027, 3, 1), date(2027, 7, 2)))
    with pytest.raises(Invalid, match="早于2026—2027学年第一学期"):
        keep_term(district, admin, (date(2026, 9, 1), date(2026, 12, 1)), semester=2)


def test_a_department_has_no_terms(district, admin):
    with pytest.raises(Invalid, match="学期按教育局设置"):
        keep_term(district, admin, AUTUMN, unit="fire")


# --- roster -------------------------------------------------------------------------------------------------------


def enter(district, who, unit="school", **more):
    facts = {
        "first": date(2026, 11, 28),
        "last": date(2026, 11, 29),
        "leader_name": "测试principal",
        "phone": "13800000001",
    }
    return set_duty(actor=who, unit=district.units[unit], at=district.at, **{**facts, **more})


@pytest.mark.parametrize(
    ("who", "unit"), [("safety", "school"), ("principal", "school"), ("office", "edu"), ("director", "edu")]
)
def test_a_units_own_people_keep_its_roster(district, who, unit):
    assert enter(district, district.people[who], unit) == 2
    assert on_duty(district.units[unit].pk, date(2026, 11, 29)).leader_name == "测试principal"
    assert on_duty(district.units[unit].pk, date(2026, 11, 30)) is None


@pytest.mark.parametrize(
    ("who", "unit"), [("teacher", "school"), ("office", "school"), ("safety", "edu"), ("leader", "edu")]
)
def test_others_do_not(district, who, unit):
    with pytest.raises(NotAllowed):
        enter(district, district.people[who], unit)
    with pytest.raises(NotAllowed):
        clear_duty(actor=district.people[who], unit=district.units[unit], on=date(2026, 11, 28), at=district.at)
    assert not DutyDay.objects.exists()


def test_a_name_of_the_unit_is_tied_to_the_account(district):
    enter(district, district.safety)
    school = district.units["school"].pk
    assert on_duty(school, date(2026, 11, 28)).leader == district.principal
    enter(district, district.safety, leader_name="王外聘")
    assert on_duty(school, date(2026, 11, 28)).leader is None


def test_two_of_a_name_are_tied_to_nobody(district):
    district.teacher.name = district.principal.name
    district.teacher.save()
    enter(district, district.safety)
    assert on_duty(district.units["school"].pk, date(2026, 11, 28)).leader is None


def test_what_changed_is_kept_for_each_day_without_whole_numbers(district):
    assert enter(district, district.safety) == 2
    assert enter(district, district.safety) == 0
    assert enter(district, district.safety, first=date(2026, 11, 29), phone="0793-1234567") == 1
    entry = last_entry()
    assert (entry.action, entry.subject) == ("duty.changed", f"{district.units['school'].name} 2026-11-29")
    assert (entry.detail["was"], entry.detail["now"]) == ("测试principal 138****0001", "测试principal 079****4567")
    clear_duty(actor=district.safety, unit=district.units["school"], on=date(2026, 11, 29), at=district.at)
    assert last_entry().detail["now"] == "无"
    assert on_duty(district.units["school"].pk, date(2026, 11, 29)) is None
    n_entries = AuditEntry.objects.count()
    clear_duty(actor=district.safety, unit=district.units["school"], on=date(2026, 11, 29), at=district.at)
    assert AuditEntry.objects.count() == n_entries


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"first": date(2026, 11, 22)}, "first"),
        ({"last": date(2026, 11, 27)}, "last"),
        ({"last": date(2027, 1, 29)}, "last"),
        ({"leader_name": ""}, "leader_name"),
        ({"leader_name": "长" * 41}, "leader_name"),
        ({"phone": "打总机"}, "phone"),
        ({"phone": ""}, "phone"),
        ({"phone": "1"}, "phone"),
    ],
)
def test_a_roster_that_reaches_nobody_is_refused(district, more, field):
    with pytest.raises(Invalid) as refusal:
        enter(district, district.safety, **more)
    assert list(refusal.value.fields) == [field]
    assert not DutyDay.objects.exists()


def test_today_and_62_days_can_be_entered(district):
    assert enter(district, district.safety, first=date(2026, 11, 23), last=date(2027, 1, 23)) == 62


def test_the_past_stays(district, clock):
    enter(district, district.safety, first=date(2026, 11, 23))
    clock.set(district.at.replace(day=24))
    with pytest.raises(Invalid, match="过去的值班不能改"):
        clear_duty(actor=district.safety, unit=district.units["school"], on=date(2026, 11, 23), at=district.at)
    clear_duty(actor=district.safety, unit=district.units["school"], on=date(2026, 11, 24), at=district.at)
