"""The clock on screen: a page that lies open shows the right words and colour when the minute comes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from core.clock import StillClock
from tests.journeys.person import Person
from tests.support.district import District

# Runs once in a page: what its live region has said, in order.
LISTEN = """() => {
  window.said = [];
  new MutationObserver(() => window.said.push(document.querySelector("[data-clock-said]").textContent))
    .observe(document.querySelector("[data-clock-said]"), {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture
def due(d: District) -> datetime:
    """One hazard of the school, an hour before its limit ends; the server's clock stands."""
    moment = d.find(d.reach("rectifying")).due_at
    assert moment is not None
    StillClock.set(moment - timedelta(hours=1))
    return moment


def open_page(person: Person, address: str, browser_at: datetime) -> Page:
    """The browser's clock stands too, at a moment of its own."""
    person.log_in()
    person.page.clock.install(time=browser_at)
    person.page.goto(address)
    return person.page


def shown(page: Page) -> str:
    return page.locator("[data-changes]:visible").first.inner_text()


def let_pass(page, *, minutes):
    """On the page and on the server, which may be asked for the newest meanwhile."""
    StillClock.advance(timedelta(minutes=minutes))
    page.clock.run_for(minutes * 60_000)


@pytest.mark.parametrize(
    ("who", "address", "width"),
    [
        ("safety", "/", 390),
        ("safety", "/hazards/", 1440),
        ("office", "/process/", 1440),
        ("principal", "/process/", 390),
    ],
)
def test_lists_go_on_without_a_reload(d, due, arrive, who, address, width):
    page = open_page(arrive(who, width=width), address, StillClock.now())
    clock = page.locator("[data-changes]:visible").first
    expect(clock).to_contain_text("今天内到期")
    expect(clock).to_contain_text("黄色预警")
    let_pass(page, minutes=59)
    expect(clock).to_contain_text("今天内到期")
    let_pass(page, minutes=1)
    expect(clock).to_contain_text("已逾期 1 天")
    expect(clock).to_contain_text("橙色预警")
    assert "bh-time-orange" in (clock.get_attribute("class") or "")


def test_the_file_changes_its_frame_and_says_so(d, due, arrive):
    page = open_page(arrive("safety"), "/hazards/", StillClock.now())
    page.locator("a[href^='/hazards/']:visible").filter(has_text="栏杆").first.click()
    block = page.locator(".bh-due")
    expect(block).to_contain_text("黄色预警")
    page.evaluate(LISTEN)
    page.clock.run_for(61 * 60_000)
    expect(block).to_contain_text("橙色预警")
    assert "bh-time-orange" in (block.get_attribute("class") or "")
    assert page.evaluate("window.said") == ["已逾期 1 天，橙色预警"]


def test_in_lists_nothing_is_said_aloud(d, due, arrive):
    page = open_page(arrive("office", width=1440), "/hazards/", StillClock.now())
    assert page.locator("[aria-live], [role=status]").filter(has_text="逾期").count() == 0
    page.clock.run_for(61 * 60_000)
    assert page.locator("[aria-live], [role=status]").filter(has_text="逾期").count() == 0


def test_a_wrong_clock_on_the_phone_changes_nothing(d, due, arrive):
    """It is days behind; the server has said what time it is."""
    page = open_page(arrive("safety"), "/", StillClock.now() - timedelta(days=3))
    expect(page.locator("[data-changes]:visible").first).to_contain_text("今天内到期")
    page.clock.run_for(61 * 60_000)
    expect(page.locator("[data-changes]:visible").first).to_contain_text("已逾期 1 天")


def test_after_a_sleep_it_shows_the_latest(d, due, arrive):
    """The laptop was closed for three days: several changes at once."""
    page = open_page(arrive("safety"), "/", StillClock.now())
    page.clock.fast_forward(3 * 24 * 3_600_000)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("[data-changes]:visible").first).to_contain_text("已逾期 3 天")


def test_without_script_it_is_as_the_server_said(d, due, arrive):
    person = arrive("safety", java_script_enabled=False).log_in()
    person.page.goto("/")
    assert "今天内到期" in shown(person.page) and "黄色预警" in shown(person.page)


@pytest.mark.parametrize("width", [390, 1440])
def test_late_work_is_found_from_the_desk(d, due, arrive, width):
    StillClock.set(due)
    person = arrive("office", width=width).log_in()
    person.page.get_by_role("link", name="本单位和下级单位逾期 1 项").click()
    expect(person.heading("我的逾期")).to_be_visible()
    person.page.locator(".bh-owner-n").click()
    expect(person.page.get_by_text("橙色预警").first).to_be_visible()
    person.page.get_by_role("link", name="看全部单位").click()
    assert person.page.url.endswith("/overdue/")


def test_the_ladder_is_read_on_the_file(d, due, arrive):
    from deadlines.sweep import sweep_all

    StillClock.set(due)
    sweep_all(due)
    person = arrive("principal").log_in()
    person.page.goto("/overdue/")
    person.page.locator(".bh-row-title").first.click()
    ladder = person.page.locator("#ladder")
    expect(ladder).to_contain_text("橙色预警")
    expect(ladder).to_contain_text("下一级")
    expect(ladder).to_contain_text("第一小学")
