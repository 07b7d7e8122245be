"""Two browsers side by side: one acts, the other sees a hazard go from report to closure without touching anything."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from core.clock import StillClock
from hazards.models import Hazard
from tests.journeys.person import Person
from tests.journeys.test_live_page import is_told, notice, rows
from tests.support.district import District
from tests.support.time_passes import sweep_until

PLACE = "教学楼二楼"


def test_from_report_to_closure_side_by_side(d, arrive, settings):
    settings.SESSION_IDLE_LIMIT = settings.SESSION_ABSOLUTE_LIMIT = timedelta(days=90)
    watcher = arrive("principal", width=1440).log_in()
    actor = arrive("office").log_in()
    is_told(watcher, "在线")
    number = is_reported(d, watcher)
    files_and_assigns(actor, watcher)
    d.sign(number)
    sees(watcher, "整改中", "测试safety（第一小学安全员）已签收")
    turns_yellow(d, watcher, number)
    d.submit(number, d.safety)
    sees(watcher, "待复查", "已提请复查")
    verifies_and_closes(actor, watcher)
    assert Hazard.objects.get().state == "closed"


def is_reported(d: District, watcher: Person) -> str:
    """The desk tells, its row opens the file; from here on the watcher touches nothing."""
    watcher.page.goto("/hazards/")
    is_told(watcher, "在线")
    number = d.report()
    expect(notice(watcher, "有 1 条新的")).to_be_visible()
    watcher.press("点此显示")
    watcher.page.get_by_role("link", name=number).click()
    is_told(watcher, "在线")
    d.do("escalate", d.safety, number, reason="请教育局统一安排")
    sees(watcher, "待建档", "已报送上级")
    return number


def sees(watcher: Person, state: str, said: str) -> None:
    expect(notice(watcher, said)).to_be_visible()
    expect(watcher.page.locator(".bh-head .bh-badge-state")).to_have_text(state)


def files_and_assigns(actor: Person, watcher: Person) -> None:
    actor.open_to_do(PLACE, awaits="建档")
    actor.act("file", says="建档", level="一般", competence="学校")
    sees(watcher, "待交办", "测试office（县教育局安全办经办）已建档")
    expect(watcher.page.locator(".bh-head .bh-num")).to_have_text(Hazard.objects.get().file_number)
    actor.open_to_do(PLACE, awaits="交办")
    actor.act("assign", says="交办", lead="第一小学", requirements="请加固栏杆")
    sees(watcher, "待签收", "已交办")


def turns_yellow(d: District, watcher: Person, number: str) -> None:
    """Nobody acts but the clock."""
    due_at = d.find(number).due_at
    assert due_at is not None
    block = watcher.page.locator(".bh-due")
    expect(block).not_to_contain_text("黄色预警")
    sweep_until(due_at - timedelta(hours=1))
    expect(block).to_contain_text("黄色预警")
    assert "bh-time-yellow" in (block.get_attribute("class") or "")
    expect(watcher.page.locator("#timeline strong").first).to_have_text("预警")
    expect(notice(watcher, "预警：")).to_be_visible()


def verifies_and_closes(actor: Person, watcher: Person) -> None:
    actor.open_to_do(PLACE, awaits="复查")
    actor.act("pass_verification", says="复查合格", opinion="现场查看，焊接牢固")
    sees(watcher, "待销号", "已复查合格")
    actor.open_to_do(PLACE, awaits="销号")
    actor.act("close", says="销号")
    sees(watcher, "已销号", "已销号")
    expect(watcher.page.locator("#timeline strong").first).to_have_text("销号")


def test_colours_of_rows_come_with_the_clock(d, arrive, settings):
    settings.SESSION_IDLE_LIMIT = settings.SESSION_ABSOLUTE_LIMIT = timedelta(days=90)
    due_at = d.find(d.reach("rectifying")).due_at
    assert due_at is not None
    safety = arrive("safety").log_in()
    is_told(safety, "在线")
    row = rows(safety).filter(has_text=PLACE)
    expect(row).not_to_contain_text("黄色预警")
    sweep_until(due_at - timedelta(hours=1))
    expect(row).to_contain_text("黄色预警")
    assert StillClock.now() == due_at - timedelta(hours=1)
