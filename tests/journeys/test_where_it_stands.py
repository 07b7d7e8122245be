"""Where a hazard stands: the drawing on its file, figures that open rows, the paper a verifier takes along."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


def test_the_file_draws_its_run_by_itself(d, arrive):
    number = d.reach("rectifying")
    person = arrive("office", width=1440).log_in()
    person.page.goto(f"/hazards/{number}/")
    flow = person.page.locator("#flow")
    expect(flow.locator("svg").first).to_be_visible()
    expect(flow.locator("g.is-now text").first).to_have_text("整改中")
    expect(flow.get_by_role("listitem").filter(has_text="签收").first).to_be_visible()


def test_on_a_phone_it_is_told_from_top_to_bottom(d, arrive):
    number = d.reach("rectifying")
    person = arrive("teacher").log_in()
    person.page.goto(f"/hazards/{number}/")
    flow = person.page.locator("#flow")
    expect(flow.locator("[aria-current=step]")).to_contain_text("整改中")
    expect(flow.locator(".bh-flow")).to_be_hidden()
    expect(flow.locator("li.is-ahead")).to_have_text(["还没到：待复查", "还没到：待销号", "还没到：办结"])


def test_without_script_a_link_leads_to_it(d, arrive):
    number = d.reach("rectifying")
    person = arrive("safety", java_script_enabled=False).log_in()
    person.page.goto(f"/hazards/{number}/")
    person.page.get_by_role("link", name="看流程图").click()
    expect(person.heading("流程图")).to_be_visible()
    expect(person.page.locator("[aria-current=step]").last).to_contain_text("整改中")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_figure_opens_its_rows_and_lets_them_go_again(d, arrive, width):
    d.reach("assigned"), d.reach("rectifying"), d.reach("rectifying")
    person = arrive("leader", width=width).log_in()
    person.page.locator("nav:visible").get_by_role("link", name="流程").click()
    expect(person.page.get_by_text("未办结 3 条")).to_be_visible()
    person.page.get_by_role("link", name="整改中").first.click()
    expect(person.page.get_by_text("未办结 2 条")).to_be_visible()
    assert "step=rectifying" in person.page.url
    person.page.get_by_role("link", name="整改中").first.click()
    expect(person.page.get_by_text("未办结 3 条")).to_be_visible()


def test_on_paper_a_task_has_lines_to_sign_and_no_buttons(d, arrive):
    d.reach("submitted")
    person = arrive("office", width=1440).log_in()
    person.page.goto("/visits/")
    expect(person.page.get_by_text("复查人（签名）")).to_be_hidden()
    person.page.emulate_media(media="print")
    expect(person.page.get_by_text("复查人（签名）")).to_be_visible()
    expect(person.page.get_by_text("不合格", exact=False).first).to_be_visible()
    expect(person.page.get_by_role("button", name="打印带去现场")).to_be_hidden()


def test_a_reporter_follows_his_report_to_its_end(d, arrive):
    d.reach("closed")
    person = arrive("teacher").log_in()
    person.follow("每条办到哪一步")
    expect(person.heading("我的上报")).to_be_visible()
    expect(person.page.get_by_text("已办结")).to_be_visible()
    expect(person.page.get_by_role("img", name="整改后照片")).to_be_visible()
    person.follow("看全部经过")
    expect(person.page.get_by_role("heading", name="时间线")).to_be_visible()
