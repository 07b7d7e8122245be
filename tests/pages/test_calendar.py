"""工作日历: read by everybody for his own unit, changed by the administrator; the roster is the unit's own."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.calendar_rows import import_year
from core.calendars import Season, get_calendar, published_days
from core.clock import SHANGHAI
from core.models import AuditEntry, CalendarDay
from deadlines.calendar_services import SeasonChoice, change_seasons, change_term
from deadlines.calendars import on_duty, terms_of
from deadlines.models import DutyDay, WorkSeason
from organizations.kinds import AdminRole
from tests.support.district import make_person

EDITS = ("/calendar/days/", "/calendar/hours/", "/calendar/terms/", "/calendar/file/")


@pytest.fixture
def admin(d):
    return make_person("sysadmin", None, admin_role=AdminRole.SYSTEM)


def cell(page, on):
    months = page.context["months"]
    return next(cell for week in months[on.month - 1].weeks for cell in week if cell and cell.on == on)


def text(answer):
    return answer.content.decode()


def test_a_visitor_is_asked_to_log_in(client, db):
    for address in ("/calendar/", "/calendar/duty/", *EDITS):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("who", ["teacher", "safety", "office", "leader", "fire"])
def test_everybody_reads_this_year(d, signed_in, who):
    page = signed_in(d.people[who]).get("/calendar/")
    assert page.status_code == 200 and page.context["year"] == 2026
    assert len(page.context["months"]) == 12
    assert "1月1日—3日放假，1月4日上班" in text(page)
    assert "修改放假安排" not in text(page)


def test_each_day_says_what_it_is(d, signed_in):
    page = signed_in(d.teacher).get("/calendar/")
    assert (cell(page, date(2026, 10, 1)).mark, cell(page, date(2026, 10, 1)).is_free) == ("休", True)
    assert (cell(page, date(2026, 10, 10)).mark, cell(page, date(2026, 10, 10)).is_free) == ("班", False)
    assert (cell(page, date(2026, 11, 28)).mark, cell(page, date(2026, 11, 28)).is_free) == ("", True)
    assert (cell(page, date(2026, 11, 24)).words, cell(page, date(2026, 11, 24)).is_free) == ("", False)
    assert cell(page, date(2026, 11, 23)).is_today
    n_days = sum(1 for month in page.context["months"] for week in month.weeks for one in week if one)
    assert n_days == 365


@pytest.mark.parametrize(("year", "is_provisional"), [("2025", False), ("2026", False), ("2027", True)])
def test_a_year_without_data_is_marked(d, signed_in, year, is_provisional):
    page = signed_in(d.teacher).get("/calendar/", {"year": year})
    assert page.context["year"] == int(year)
    assert ("只按周末休息计算" in text(page)) is is_provisional
    assert ("暂定" in text(page)) is is_provisional


@pytest.mark.parametrize("year", ["", "0", "-1", "1999", "2101", "99999999999999999999", "二〇二六", "2026'"])
def test_a_year_that_is_none_shows_this_one(d, signed_in, year):
    page = signed_in(d.teacher).get("/calendar/", {"year": year})
    assert page.status_code == 200 and page.context["year"] == 2026


def test_hours_terms_and_vacations_of_ones_unit(d, signed_in):
    edu = d.units["edu"]
    summer = Season((5, 1), (10, 7), ((time(8, 30), time(12)), (time(14, 30), time(18))))
    change_seasons(actor=None, unit=edu, seasons=[SeasonChoice("夏季", summer)], at=d.at)
    change_term(actor=None, unit=edu, school_year=2026, semester=1, days=(date(2026, 9, 1), date(2027, 1, 22)), at=d.at)
    change_term(actor=None, unit=edu, school_year=2026, semester=2, days=(date(2027, 3, 1), date(2027, 7, 2)), at=d.at)
    page = signed_in(d.teacher).get("/calendar/", {"year": "2027"})
    for said in ("08:30–12:00、14:30–18:00", "5月1日—10月7日", "2026—2027学年第一学期", "寒假"):
        assert said in text(page)
    assert cell(page, date(2027, 2, 1)).is_vacation and not cell(page, date(2027, 3, 1)).is_vacation
    assert "夏季" not in text(signed_in(d.fire).get("/calendar/"))


def test_only_the_roster_of_ones_own_unit_is_shown(d, signed_in):
    DutyDay.objects.create(unit=d.units["school"], on=date(2026, 11, 23), leader_name="王值班", phone="13800000001")
    DutyDay.objects.create(unit=d.units["school"], on=date(2026, 12, 8), leader_name="李太远", phone="13800000002")
    page = text(signed_in(d.teacher).get("/calendar/"))
    assert "王值班" in page and 'href="tel:13800000001"' in page and "李太远" not in page
    for who in (d.office, d.fire):
        assert "王值班" not in text(signed_in(who).get("/calendar/", {"unit": d.units["school"].pk}))


# --- the administrator --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["teacher", "office", "director", "leader"])
def test_others_cannot_change_it(d, signed_in, who):
    client = signed_in(d.people[who])
    for address in EDITS:
        assert client.get(address).status_code == 403
    sent = {"do": "day", "on": "2026-12-01", "kind": "rest", "name": "调休"}
    assert client.post("/calendar/days/", sent).status_code == 403
    assert get_calendar().is_working_day(date(2026, 12, 1))


def test_a_day_is_changed(d, admin, signed_in):
    client = signed_in(admin)
    sent = {"do": "day", "on": "2026-12-01", "kind": "rest", "name": "调休", "seen": "2026-12-01 rest 调休"}
    page = client.post("/calendar/days/", sent, follow=True)
    assert page.redirect_chain[0][0] == "/calendar/?year=2026"
    assert "已改 1 天，立即生效" in text(page) and cell(page, date(2026, 12, 1)).mark == "休"
    sent = {"do": "day", "on": "2026-12-01", "kind": "plain", "seen": "2026-12-01 plain"}
    page = client.post("/calendar/days/", sent, follow=True)
    assert cell(page, date(2026, 12, 1)).mark == ""
    assert "没有改动" in text(
        client.post("/calendar/days/", {"do": "day", "on": "2026-12-01", "kind": "plain"}, follow=True)
    )


def test_what_a_day_would_move_is_seen_before_it_is_saved(d, admin, signed_in):
    number, client = d.report(), signed_in(admin)
    sent = {"do": "day", "on": "2026-11-24", "kind": "rest", "name": "调休"}
    page = client.post("/calendar/days/", sent)
    assert page.status_code == 200 and "还没有保存" in text(page)
    assert "未办完的期限有 1 个推后、0 个提前" in text(page)
    assert 'name="seen" value="2026-11-24 rest 调休"' in text(page)
    assert get_calendar().is_working_day(date(2026, 11, 24)) and not AuditEntry.objects.filter(subject="2026-11-24")
    # What was changed after it was seen is shown once more.
    other = {**sent, "on": "2026-11-26", "seen": "2026-11-24 rest 调休"}
    assert "未办完的期限都不变" in text(client.post("/calendar/days/", other))
    client.post("/calendar/days/", {**sent, "seen": "2026-11-24 rest 调休"})
    assert not get_calendar().is_working_day(date(2026, 11, 24))
    assert d.find(number).due_at


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"on": "2026-12-01", "kind": "work", "name": "补班"}, "本来就上班"),
        ({"on": "2026-12-01", "kind": "rest", "name": ""}, "请写明是哪个节日"),
        ({"on": "2026-02-30", "kind": "rest", "name": "节"}, "2026-02-30"),
        ({"on": "2001-01-01", "kind": "rest", "name": "节"}, "年份请填 2004 到 2100 之间"),
        ({"on": "2026-12-01", "kind": "half", "name": "节"}, "half"),
        ({"on": "", "kind": "", "name": ""}, "有内容需要更正"),
    ],
)
def test_a_wrong_day_comes_back_as_typed(d, admin, signed_in, sent, said):
    answer = signed_in(admin).post("/calendar/days/", {"do": "day", **sent})
    assert answer.status_code == 422 and said in text(answer)
    assert f'value="{sent["name"]}"' in text(answer) or not sent["name"]
    assert get_calendar().is_working_day(date(2026, 12, 1))


def csv_file(rows):
    raw = "\n".join(["日期,类型,名称", *rows]).encode("utf-8-sig")
    return SimpleUploadedFile("放假.csv", raw, content_type="text/csv")


def test_a_year_goes_out_and_comes_in_as_a_file(d, admin, signed_in):
    client = signed_in(admin)
    raw = client.get("/calendar/file/", {"year": "2026"}).content
    CalendarDay.objects.filter(on=date(2026, 10, 1)).delete()
    file = SimpleUploadedFile("2026.xlsx", raw)
    page = client.post("/calendar/days/", {"do": "file", "year": "2026", "file": file}, follow=True)
    assert "已改 1 天" in text(page) and "导入文件 2026.xlsx" in text(page)
    rows = CalendarDay.objects.filter(on__year=2026).values_list("on", "is_working", "name")
    assert {on: (is_working, name) for on, is_working, name in rows} == published_days([2026])
    page = client.post("/calendar/days/", {"do": "restore", "year": "2026"}, follow=True)
    assert "没有改动" in text(page) and "导入文件" not in text(page)


def test_a_file_is_refused_row_by_row(d, admin, signed_in):
    file = csv_file(["2026-10-01,放假,国庆节", "2026-10-01,上班,国庆节", "2027-01-01,放假,元旦"])
    answer = signed_in(admin).post("/calendar/days/", {"do": "file", "year": "2026", "file": file})
    assert answer.status_code == 422
    assert "第 3 行：2026-10-01 与第 2 行矛盾" in text(answer) and "第 4 行：2027-01-01 不在 2026 年" in text(answer)
    assert 'value="2026"' in text(answer)


@pytest.mark.parametrize("sent", [{"year": "2026"}, {"year": "", "file": "x"}, {"year": "1999", "file": "x"}])
def test_a_file_needs_its_year(d, admin, signed_in, sent):
    sent = {**sent, "file": csv_file(["2026-10-01,放假,国庆节"])} if "file" in sent else sent
    assert signed_in(admin).post("/calendar/days/", {"do": "file", **sent}).status_code == 422


@pytest.mark.parametrize("do", ["", "nothing"])
def test_nothing_asked_is_nothing_done(d, admin, signed_in, do):
    assert signed_in(admin).post("/calendar/days/", {"do": do}).status_code == 200


def hours(n_unit, **more):
    typed = {"name_0": "夏季", "from_0": "5月1日", "to_0": "10-7", "sessions_0": "08:30-12:00 14:30-18:00"}
    return {"unit": n_unit, **typed, **more}


def test_hours_are_changed(d, admin, signed_in):
    edu = d.units["edu"]
    page = signed_in(admin).post("/calendar/hours/", hours(edu.pk), follow=True)
    assert "已保存" in text(page) and "08:30–12:00、14:30–18:00" in text(page)
    row = WorkSeason.objects.get(unit=edu)
    assert (row.from_month, row.from_day, row.to_month, row.to_day) == (5, 1, 10, 7)
    page = text(signed_in(admin).get("/calendar/hours/"))
    assert 'value="5月1日"' in page and 'value="08:30-12:00 14:30-18:00"' in page


@pytest.mark.parametrize(
    "typed",
    [
        "8:30-12:00 14:30-18:00",
        "08:30 - 12:00，14:30—18:00",
        "08:30至12:00、14:30到18:00",
        "08：30-12：00；14：30~18：00",
    ],
)
def test_hours_are_read_as_people_write_them(d, admin, signed_in, typed):
    signed_in(admin).post("/calendar/hours/", hours(d.units["edu"].pk, sessions_0=typed))
    assert WorkSeason.objects.get().sessions == [[time(8, 30), time(12)], [time(14, 30), time(18)]]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"from_0": "五一"}, "请写成：5月1日"),
        ({"to_0": "2月30日"}, "请写成：9月30日"),
        ({"sessions_0": "上午"}, "请写成：08:30-12:00"),
        ({"sessions_0": "25:00-26:00"}, "请写成：08:30-12:00"),
        ({"sessions_0": "14:00-08:00"}, "由早到晚"),
        ({"name_0": ""}, "每套作息须有名称"),
        ({"name_1": "冬季", "from_1": "10-1", "to_1": "4-30", "sessions_1": "08:00-12:00"}, "10月1日属于两套作息"),
    ],
)
def test_wrong_hours_come_back_as_typed(d, admin, signed_in, more, said):
    sent = hours(d.units["edu"].pk, **more)
    answer = signed_in(admin).post("/calendar/hours/", sent)
    assert answer.status_code == 422 and said in text(answer)
    for name, value in sent.items():
        assert name == "unit" or not value or f'value="{value}"' in text(answer)
    assert not WorkSeason.objects.exists()


def term(unit, **more):
    return {
        "unit": unit.pk,
        "school_year": "2026",
        "semester": "1",
        "starts_on": "2026-09-01",
        "ends_on": "2027-01-22",
        **more,
    }


def test_terms_of_a_bureau_and_of_a_school(d, admin, signed_in):
    client, edu, school = signed_in(admin), d.units["edu"], d.units["school"]
    client.post("/calendar/terms/", term(edu))
    page = client.post("/calendar/terms/", term(school, starts_on="2026-09-07"), follow=True)
    assert page.context["unit"] == school and "2026—2027学年第一学期" in text(page)
    assert [one.starts_on for one in terms_of(school.path)] == [date(2026, 9, 7)]
    client.post("/calendar/terms/", {"do": "remove", "unit": school.pk, "school_year": "2026", "semester": "1"})
    assert [one.starts_on for one in terms_of(school.path)] == [date(2026, 9, 1)]
    assert "按教育局的学期" in text(client.get("/calendar/terms/", {"unit": school.pk}))


@pytest.mark.parametrize(
    "more",
    [
        {"ends_on": "2026-09-30"},
        {"starts_on": "2025-09-01"},
        {"semester": "3"},
        {"school_year": "1999"},
        {"ends_on": "放假"},
    ],
)
def test_a_wrong_term_comes_back_as_typed(d, admin, signed_in, more):
    sent = term(d.units["edu"], **more)
    answer = signed_in(admin).post("/calendar/terms/", sent)
    assert answer.status_code == 422
    assert f'value="{sent["ends_on"]}"' in text(answer)
    assert terms_of(d.units["edu"].path) == ()


def test_a_term_that_cannot_be_read_is_not_taken_back(d, admin, signed_in):
    sent = {"do": "remove", "unit": d.units["edu"].pk, "school_year": "x", "semester": "9"}
    assert "没有改动" in text(signed_in(admin).post("/calendar/terms/", sent, follow=True))


def test_a_department_is_offered_no_terms(d, admin, signed_in):
    page = signed_in(admin).get("/calendar/terms/", {"unit": d.units["fire"].pk})
    assert page.context["unit"] == d.units["edu"]


# --- the roster ---------------------------------------------------------------------------------------------------


def roster(**more):
    typed = {"first": "2026-11-28", "last": "2026-11-29", "leader_name": "测试principal", "phone": "13800000001"}
    return {**typed, **more}


def test_the_school_keeps_its_roster(d, signed_in):
    client = signed_in(d.safety)
    page = client.post("/calendar/duty/", roster(), follow=True)
    assert "共改 2 天" in text(page) and "测试principal 13800000001" in text(page)
    assert on_duty(d.units["school"].pk, date(2026, 11, 29)).leader == d.principal
    page = client.post("/calendar/duty/", {"do": "clear", "on": "2026-11-29"}, follow=True)
    assert "已清空" in text(page)
    assert [row.on for row in page.context["rows"]] == [date(2026, 11, 28)]


@pytest.mark.parametrize("who", ["teacher", "leader"])
def test_who_does_not_keep_it_is_refused(d, signed_in, who):
    client = signed_in(d.people[who])
    assert client.get("/calendar/duty/").status_code == 403
    assert client.post("/calendar/duty/", roster()).status_code == 403
    assert not DutyDay.objects.exists()


def test_an_administrator_keeps_no_roster(admin, signed_in):
    assert signed_in(admin).get("/calendar/duty/").status_code == 403


def test_nobody_reaches_another_units_roster(d, signed_in):
    signed_in(d.office).post("/calendar/duty/", roster(unit=d.units["school"].pk))
    assert set(DutyDay.objects.values_list("unit_id", flat=True)) == {d.units["edu"].pk}


@pytest.mark.parametrize(
    "more", [{"phone": "总机"}, {"first": "2026-11-01"}, {"last": "2026-11-01"}, {"leader_name": ""}]
)
def test_a_wrong_roster_comes_back_as_typed(d, signed_in, more):
    sent = roster(**more)
    answer = signed_in(d.safety).post("/calendar/duty/", sent)
    assert answer.status_code == 422
    for value in sent.values():
        assert not value or f'value="{value}"' in text(answer)
    assert not DutyDay.objects.exists()


@pytest.mark.parametrize("on", ["", "x", "2026-11-22"])
def test_a_day_that_is_over_is_not_cleared(d, signed_in, on):
    page = signed_in(d.safety).post("/calendar/duty/", {"do": "clear", "on": on}, follow=True)
    assert "过去的值班不能改" in text(page)


# --- the warning --------------------------------------------------------------------------------------------------

WARNING = "2027 年的放假安排还没有导入，落在该年的期限"


@pytest.mark.parametrize(
    ("moment", "is_told"),
    [
        (datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI), False),
        (datetime(2026, 12, 1, tzinfo=SHANGHAI), True),
    ],
)
def test_administrators_are_told_from_1_december(d, admin, signed_in, clock, moment, is_told):
    clock.set(moment)
    assert (WARNING in text(signed_in(admin).get("/calendar/"))) is is_told
    assert WARNING not in text(signed_in(d.office).get("/calendar/"))


def test_the_warning_ends_with_the_import(d, admin, signed_in, clock):
    clock.set(datetime(2026, 12, 1, tzinfo=SHANGHAI))
    import_year(year=2027, marks={date(2027, 1, 1): (False, "元旦")}, source="2027.csv", actor=admin, at=d.at)
    assert WARNING not in text(signed_in(admin).get("/calendar/"))
