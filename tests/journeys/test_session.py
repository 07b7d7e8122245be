"""Sessions that end, and the first password."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from playwright.sync_api import expect

from hazards.models import Hazard
from organizations.kinds import PostKind
from tests.journeys.person import fill
from tests.support.district import make_person

NEW_PASSWORD = "闭环Xiaoyuan2026"


def test_who_was_away_too_long_logs_in_again_and_goes_on_where_he_was(d, arrive, clock):
    number = d.reach("filed")
    office = arrive("office").log_in()
    page = office.page
    page.goto(f"/hazards/{number}/")
    clock.advance(settings.SESSION_IDLE_LIMIT)
    page.reload()
    expect(page.get_by_text("您有一段时间没有操作")).to_be_visible()
    office.fill_login()
    expect(page.locator(".bh-head")).to_contain_text(d.find(number).file_number)


def test_a_session_of_a_whole_day_ends_although_it_was_used(d, arrive, clock):
    teacher = arrive("teacher").log_in()
    n_uses = settings.SESSION_ABSOLUTE_LIMIT // timedelta(hours=1)
    for _ in range(n_uses - 1):
        clock.advance(timedelta(hours=1))
        teacher.page.reload()
        expect(teacher.heading("工作台")).to_be_visible()
    clock.advance(timedelta(hours=1))
    teacher.page.reload()
    expect(teacher.page.get_by_text("本次登录已到最长时限")).to_be_visible()


def test_a_report_half_written_survives_the_end_of_the_session(d, arrive, clock, take_photo):
    teacher = arrive("teacher").log_in()
    page = teacher.page
    teacher.follow("上报隐患")
    teacher.add_photos(page, take_photo())
    page.get_by_label("一句话说明").fill("二楼栏杆松动")
    page.get_by_label("部位").fill("教学楼二楼")
    teacher.choose_domain("校舍安全")
    teacher.wait_until(lambda: "教学楼" in teacher.kept_on_device(), "no draft")
    clock.advance(settings.SESSION_IDLE_LIMIT)
    teacher.press("上报")
    expect(page.get_by_text("您有一段时间没有操作")).to_be_visible()
    teacher.fill_login()
    expect(page.get_by_label("一句话说明")).to_have_value("二楼栏杆松动")
    expect(page.locator("[data-photo]")).to_have_count(1)
    teacher.press("上报")
    teacher.has_receipt()
    assert Hazard.objects.get().evidence.count() == 1


def test_an_act_half_written_survives_it_too(d, arrive, clock, take_photo):
    number = d.reach("rectifying")
    principal = arrive("principal").log_in()
    principal.page.goto(f"/hazards/{number}/")
    form = principal.form("submit")
    principal.add_photos(form, take_photo())
    fill(form, "report", "三处焊点重新焊接，并加固立柱")
    clock.advance(settings.SESSION_IDLE_LIMIT)
    form.get_by_role("button", name="提请复查").click()
    expect(principal.page.get_by_text("您有一段时间没有操作")).to_be_visible()
    principal.fill_login()
    expect(form.locator("[name=report]")).to_have_value("三处焊点重新焊接，并加固立柱")
    expect(form.locator("[data-photo]")).to_have_count(1)
    principal.act(
        "submit", says="提请复查", cost="860", responsibility="校长负责", measures="焊接", funding="公用经费",
        deadline="当日", contingency="封闭走廊",
    )  # fmt: skip
    assert principal.kept_on_device().count("bihuan") == 0


def test_words_for_a_restricted_hazard_do_not_stay(d, arrive, clock):
    number = d.report(domain="08", description="后门无人值守")
    confidant = arrive("bureau_confidant").log_in()
    confidant.page.goto(f"/hazards/{number}/")
    form = confidant.form("record_control")
    fill(form, "interim_control", "加装门锁")
    clock.advance(settings.SESSION_IDLE_LIMIT)
    form.get_by_role("button", name="采取管控措施").click()
    expect(confidant.page.get_by_text("您有一段时间没有操作")).to_be_visible()
    assert "门锁" not in confidant.kept_on_device()


def test_a_photo_after_the_end_of_the_session_says_so(d, arrive, clock, take_photo):
    teacher = arrive("teacher").log_in()
    teacher.follow("上报隐患")
    clock.advance(settings.SESSION_IDLE_LIMIT)
    teacher.add_photos(teacher.page, take_photo(), said="请重新登录")


def test_the_first_login_sets_the_password(d, arrive):
    new = make_person("newcomer", d.units["school"], PostKind.SAFETY)
    new.must_set_password = True
    new.save()
    person = arrive("newcomer")
    page = person.page
    page.goto("/")
    person.fill_login()
    expect(person.heading("设定自己的密码")).to_be_visible()
    page.goto("/hazards/")
    expect(person.heading("设定自己的密码")).to_be_visible()
    passwords = page.locator("[type=password]")
    for field in passwords.all():
        field.fill("12345678")
    person.press("保存密码")
    expect(page.locator(".bh-error").first).to_be_visible()
    for field in passwords.all():
        field.fill(NEW_PASSWORD)
    person.press("保存密码")
    expect(page.get_by_text("密码已设定")).to_be_visible()
    expect(person.heading("工作台")).to_be_visible()
    arrive("newcomer").log_in(NEW_PASSWORD)
