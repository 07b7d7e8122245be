"""A school puts a corridor out of use, watches it, gets more time, and uses it again: all by the forms of the page."""

from __future__ import annotations

from playwright.sync_api import expect

from hazards.models import Extension, Suspension
from tests.journeys.person import fill

PLACE = "教学楼二楼"


def test_a_corridor_is_closed_watched_and_opened_again(d, arrive, take_photo):
    number = d.reach("rectifying")
    safety = arrive("safety").log_in()
    closes_the_corridor(safety, number, take_photo)
    asks_for_time(safety)
    director = arrive("director", width=1440).log_in()
    grants_it(director)
    d.submit(number)
    office = arrive("office", width=1440).log_in()
    office.open_to_do(PLACE, awaits="复查")
    office.act("pass_verification", says="复查合格", opinion="栏杆牢固，符合要求")
    expect(office.page.get_by_text("停用解除后才能销号：教学楼二楼走廊。")).to_be_visible()
    principal = arrive("principal").log_in()
    opens_it_again(safety, principal, number)
    office.page.goto(f"/hazards/{number}/")
    office.act("close", says="销号", closure_type="整改合格")
    assert d.find(number).state == "closed"


def closes_the_corridor(safety, number, take_photo) -> None:
    safety.page.goto(f"/hazards/{number}/")
    safety.page.get_by_text("不常用的操作", exact=True).click()
    form = safety.form("suspend")
    safety.add_photos(form, take_photo())
    said = {"scope": "教学楼二楼走廊", "reason": "栏杆松动，有坠落危险", "guard": "保安值守，课间教师轮值"}
    for name, value in {"kind": "房屋、场所", **said}.items():
        fill(form, name, value)
    form.get_by_role("button", name="停用", exact=True).click()
    # What is hard to undo is asked for once more.
    safety.press("确定")
    section = safety.page.get_by_role("region", name="停用")
    expect(section.get_by_text("停用中")).to_be_visible()
    safety.act("prove_guard", says="登记值守", note="封条完好，无人进入")
    expect(section.get_by_text("封条完好，无人进入")).to_be_visible()


def asks_for_time(safety) -> None:
    safety.act(
        "request_extension", says="申请延期", until_on="2026-12-12", reason_kind="采购", reason="护栏须招标采购",
        control="走廊封闭，专人值守", milestones="2026-12-10 完成采购",
    )  # fmt: skip
    expect(safety.page.get_by_role("region", name="延期").get_by_text("待审批")).to_be_visible()
    assert Extension.objects.get().state == "requested"


def grants_it(director) -> None:
    director.open_desk()
    director.to_do(PLACE).filter(has_text="延期").get_by_role("link").click()
    director.form("rule_extension").get_by_label("同意", exact=True).check()
    director.act("rule_extension", says="审批延期", opinion="情况属实，同意")
    section = director.page.get_by_role("region", name="延期")
    expect(section.get_by_text("原期限")).to_be_visible()
    expect(section.get_by_text("12月12日 周六").first).to_be_visible()


def opens_it_again(safety, principal, number) -> None:
    safety.page.goto(f"/hazards/{number}/")
    safety.act("request_resume", says="申请恢复使用", basis="复查合格，栏杆牢固")
    principal.open_desk()
    principal.to_do(PLACE).filter(has_text="恢复使用").get_by_role("link").click()
    principal.act("rule_resume", says="审查恢复使用", ruling="同意恢复使用", opinion="同意")
    expect(principal.page.get_by_role("region", name="停用").get_by_text("已恢复使用")).to_be_visible()
    assert Suspension.objects.get().state == "lifted"
