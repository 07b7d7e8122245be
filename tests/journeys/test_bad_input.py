"""What is refused is told where it is wrong, and nothing that was typed or taken is lost."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from hazards.models import Hazard
from tests.journeys.person import Person, fill

SENTENCE = "二楼东侧栏杆松动"


def test_a_report_without_its_domain_comes_back_as_it_was_written(d, arrive, take_photo):
    teacher = arrive("teacher").log_in()
    page = teacher.page
    teacher.follow("上报隐患")
    teacher.add_photos(page, [take_photo(), take_photo()])
    page.get_by_label("一句话说明").fill(SENTENCE)
    page.get_by_label("部位").fill("教学楼")
    page.get_by_label("已采取的管控措施").fill("已拉警戒线")
    page.locator("summary", has_text="更多").click()
    page.get_by_role("checkbox", name="直报教育局").check()
    page.get_by_label("发现日期").fill("2026-11-10")
    teacher.press("上报")
    tells_two_errors(teacher)
    expect(page.get_by_label("一句话说明")).to_have_value(SENTENCE)
    expect(page.get_by_label("部位")).to_have_value("教学楼")
    expect(page.get_by_label("已采取的管控措施")).to_have_value("已拉警戒线")
    expect(page.get_by_role("checkbox", name="直报教育局")).to_be_checked()
    expect(page.locator("[data-photo]")).to_have_count(2)
    teacher.choose_domain("校舍安全")
    page.get_by_label("补录原因").fill("当天未登记")
    teacher.press("上报")
    teacher.has_receipt()
    hazard = Hazard.objects.get()
    assert (hazard.evidence.count(), hazard.channel, str(hazard.found_on)) == (2, "direct", "2026-11-10")


def tells_two_errors(person: Person) -> None:
    """Summed up on top, in focus; each entry leads to its field, where it is said again."""
    page = person.page
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("有 2 处需要更正")
    expect(page.locator(".bh-wrong .bh-error")).to_have_count(2)
    for link in summary.get_by_role("link").all():
        target = (link.get_attribute("href") or "").removeprefix("#")
        expect(page.locator(f"[id='{target}']")).to_be_visible()
        link.click()
        expect(page.locator(f"[id='{target}']")).to_be_in_viewport()


def test_an_act_that_lacks_something_keeps_choices_texts_and_photos(d, arrive, take_photo):
    number = d.reach("rectifying")
    principal = arrive("principal").log_in()
    page = principal.page
    page.goto(f"/hazards/{number}/")
    form = principal.form("submit")
    principal.add_photos(form, take_photo())
    for name in ("responsibility", "measures", "funding", "deadline", "contingency"):
        fill(form, name, f"已落实{name}")
    form.get_by_role("button", name="提请复查").click()
    expect(form.get_by_role("alert")).to_contain_text("有 2 处需要更正")
    expect(form.locator("[name=measures]")).to_have_value("已落实measures")
    expect(form.locator("[data-photo]")).to_have_count(1)
    fill(form, "report", "已更换栏杆")
    fill(form, "cost", "300")
    form.get_by_role("button", name="提请复查").click()
    expect(page.get_by_text("“提请复查”已完成")).to_be_visible()
    assert d.find(number).evidence.filter(stage="after").count() == 1


def test_who_comes_second_reads_who_was_first_and_keeps_his_words(d, arrive):
    number = d.reach("filed")
    office = arrive("office").log_in()
    page = office.page
    page.goto(f"/hazards/{number}/")
    form = office.form("assign")
    fill(form, "requirements", "请在一周内加固全部栏杆并报照片")
    d.do("assign", d.director, number, lead=d.units["school"].pk, requirements="先封闭")
    form.get_by_role("button", name="交办", exact=True).click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("“交办”没有成功")
    expect(told).to_contain_text("测试director")
    expect(told).to_contain_text("待签收")
    expect(told).to_contain_text("第一小学安全员")
    expect(told).to_contain_text("请在一周内加固全部栏杆并报照片")
    told.get_by_role("link", name="看最新情况").click()
    expect(page).to_have_url(re.compile(f"/hazards/{d.find(number).file_number}/$|/hazards/{number}/$"))
    expect(page.locator("#facts")).to_contain_text("先封闭")


def test_a_form_that_went_stale_but_still_holds_can_be_sent_again(d, arrive):
    """Somebody corrected the place meanwhile: the act stays possible, the words stay in its form."""
    number = d.reach("filed")
    office = arrive("office").log_in()
    office.page.goto(f"/hazards/{number}/")
    form = office.form("assign")
    fill(form, "requirements", "请在一周内加固")
    d.do("amend", d.director, number, reason="核对现场", place="教学楼三楼")
    form.get_by_role("button", name="交办", exact=True).click()
    expect(office.page.get_by_role("alert").first).to_contain_text("测试director")
    expect(form.locator("[name=requirements]")).to_have_value("请在一周内加固")
    form.get_by_role("button", name="交办", exact=True).click()
    expect(office.page.get_by_text("“交办”已完成")).to_be_visible()


def test_a_file_out_of_scope_reads_as_not_there(d, arrive):
    number = d.reach("filed")
    outsider = arrive("outsider").log_in()
    answer = outsider.page.goto(f"/hazards/{number}/")
    assert answer is not None and answer.status == 404
    expect(outsider.page.locator("main")).not_to_contain_text("栏杆")
    outsider.follow("回到工作台")
    expect(outsider.heading("工作台")).to_be_visible()
