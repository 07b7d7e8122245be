"""A page that lies open shows what others did, and loses nothing of what its reader was at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, Route, expect

from core.clock import StillClock
from hazards.models import HazardEvent
from notifications.models import Inbox
from tests.journeys.person import Person, fill
from tests.support import listed
from tests.support.district import District
from tests.support.time_passes import sweep_until

PLACE = "教学楼二楼"
WORDS = "三处焊点重新焊接，并加固立柱"


def notice(person: Person, words: str = "") -> Locator:
    return person.page.locator("#live-notices .bh-live-notice").filter(has_text=words)


def is_told(person: Person, word: str) -> None:
    """How the page says it is connected; the first look may wait for the line."""
    expect(person.page.locator("[data-live-state]:visible")).to_have_text(f"连接：{word}")


def unread(person: Person) -> Locator:
    return person.page.locator("[data-unread]:visible [data-n]")


def rows(person: Person, region: str = "我的待办") -> Locator:
    return person.page.get_by_role("region", name=region).get_by_role("listitem")


def open_file(person: Person, number: str) -> None:
    person.log_in()
    person.page.goto(f"/hazards/{number}/")
    is_told(person, "在线")


# --- the file ---------------------------------------------------------------------------------------------------


def test_the_file_says_who_did_what_and_shows_it(d, arrive):
    number = d.reach("assigned")
    office = arrive("office", width=1440)
    open_file(office, number)
    fold = office.page.locator("details.bh-due")
    fold.locator("summary").click()
    office.page.locator("#timeline").scroll_into_view_if_needed()
    office.page.locator("#timeline-title").hover()
    top = office.page.locator("#timeline-title").bounding_box()
    d.sign(number)
    expect(notice(office, "测试safety（第一小学安全员）已签收")).to_be_visible()
    expect(office.page.locator(".bh-head .bh-badge-state")).to_have_text("整改中")
    expect(office.page.locator("#timeline strong").first).to_have_text("签收")
    expect(office.page.locator("#flow svg").first).to_be_visible()
    assert fold.get_attribute("open") is not None
    now = office.page.locator("#timeline-title").bounding_box()
    assert top and now and abs(top["y"] - now["y"]) < 3, "what was looked at has moved"


def test_an_act_that_comes_too_late_is_told_while_it_is_typed(d, arrive):
    number = d.reach("rectifying")
    safety = arrive("safety")
    open_file(safety, number)
    form = safety.form("submit")
    fill(form, "report", WORDS)
    d.submit(number)
    expect(notice(safety, "测试principal（第一小学校长）已提请复查")).to_contain_text("已经不能办")
    expect(form.locator("[name=report]")).to_have_value(WORDS)
    expect(safety.page.locator(".bh-head .bh-badge-state")).to_have_text("待复查")
    safety.press("看最新情况")
    expect(safety.page.locator("#do-submit")).to_have_count(0)


def test_who_typed_goes_on_with_the_newest_version(d, arrive):
    number = d.reach("rectifying")
    safety = arrive("safety")
    open_file(safety, number)
    form = safety.form("submit")
    fill(form, "report", WORDS)
    version = form.locator("[name=version]").input_value()
    d.somebody_amends(number)
    expect(notice(safety, "直接提交会被退回")).to_be_visible()
    expect(safety.page.locator("h1")).to_contain_text(f"{PLACE}旁")
    expect(form.locator("[name=report]")).to_have_value(WORDS)
    assert form.locator("[name=version]").input_value() == version
    safety.press("看最新，接着填")
    expect(safety.page.locator("#live-notices")).to_have_text("")
    expect(form.locator("[name=report]")).to_have_value(WORDS)
    assert form.locator("[name=version]").input_value() != version


def test_a_countdown_goes_on_by_itself_after_the_page_was_renewed(d, arrive):
    number = d.reach("rectifying")
    due_at = d.find(number).due_at
    assert due_at is not None
    StillClock.set(due_at - timedelta(hours=1))
    office = arrive("office").log_in()
    office.page.clock.install(time=StillClock.now())
    office.page.goto(f"/hazards/{number}/")
    is_told(office, "在线")
    d.somebody_amends(number)
    office.wait_until(lambda: renewed(office), "not renewed")
    office.page.wait_for_load_state("networkidle")
    office.context.set_offline(True)
    expect(office.page.locator(".bh-due")).to_contain_text("黄色预警")
    office.page.clock.run_for(61 * 60_000)
    expect(office.page.locator(".bh-due")).to_contain_text("橙色预警")


def renewed(person: Person) -> bool:
    person.page.clock.run_for(200)
    return "旁" in person.page.locator("h1").inner_text()


def test_what_came_back_with_a_refusal_stays(d, arrive):
    number = d.reach("rectifying")
    safety = arrive("safety")
    safety.log_in()
    safety.page.route("**/js/live.js", lambda route: route.abort())
    safety.page.goto(f"/hazards/{number}/")
    form = safety.form("submit")
    fill(form, "report", WORDS)
    d.somebody_amends(number)
    safety.page.unroute("**/js/live.js")
    form.get_by_role("button", name="提请复查", exact=True).click()
    refused = safety.page.get_by_role("alert").filter(has_text="没有成功")
    expect(refused).to_be_visible()
    is_told(safety, "在线")
    d.somebody_amends(number)
    expect(safety.page.locator("h1")).to_contain_text(f"{PLACE}旁旁")
    expect(refused).to_be_visible()
    expect(safety.page.locator("#do-submit [name=report]")).to_have_value(WORDS)


def test_a_form_that_nobody_uses_is_exchanged_and_works(d, arrive):
    number = d.reach("assigned")
    safety = arrive("safety")
    open_file(safety, number)
    d.sign(number)
    expect(notice(safety, "本页已更新")).to_be_visible()
    expect(safety.page.locator("#do-sign")).to_have_count(0)
    safety.act("report_progress", says="填报进展", percent="50", progress="已联系施工队")
    assert HazardEvent.objects.filter(action="report_progress").count() == 1


def test_what_happens_while_the_page_still_loads_is_shown(d, arrive):
    number = d.reach("assigned")
    other = arrive("leader").log_in()
    is_told(other, "在线")
    office = arrive("office").log_in()

    def act_first(route: Route) -> None:
        if d.find(number).state == "assigned":
            d.sign(number)
        route.continue_()

    office.page.route("**/js/live.js", act_first)
    office.page.goto(f"/hazards/{number}/")
    expect(notice(office, "已签收")).to_be_visible()
    expect(office.page.locator(".bh-head .bh-badge-state")).to_have_text("整改中")


def test_what_a_page_asks_for_by_itself_is_no_opening(d, arrive, clock):
    """Neither does it keep the session alive."""
    number = d.reach("assigned")
    office = arrive("office")
    open_file(office, number)
    before = sessions_seen(d)
    clock.advance(timedelta(minutes=30))
    d.sign(number)
    expect(notice(office, "已签收")).to_be_visible()
    assert sessions_seen(d) == before


def sessions_seen(d: District) -> list[Any]:
    from django.contrib.sessions.models import Session

    return [row.get_decoded().get("seen_at") for row in Session.objects.order_by("pk")]


# --- desk and lists ---------------------------------------------------------------------------------------------


def test_the_desk_announces_what_is_new_and_waits_for_a_tap(d, arrive):
    safety = arrive("safety").log_in()
    is_told(safety, "在线")
    d.report(place="食堂后厨")
    d.report(place="操场看台")
    expect(notice(safety, "有 2 条新的")).to_be_visible()
    expect(rows(safety)).to_have_count(0)
    expect(safety.page.locator("[data-part=n-to-dos]")).to_have_text("2")
    safety.press("点此显示")
    expect(rows(safety)).to_have_count(2)
    expect(notice(safety, "条新的")).to_have_count(0)


def test_a_row_changes_where_it_stands_and_one_that_is_done_says_so(d, arrive):
    one, other = d.reach("rectifying"), d.report(place="食堂后厨")
    safety = arrive("safety", width=1440).log_in()
    is_told(safety, "在线")
    expect(rows(safety)).to_have_count(2)
    d.somebody_amends(one)
    expect(rows(safety).filter(has_text=f"{PLACE}旁")).to_have_count(1)
    d.do("escalate", d.safety, other, reason="请教育局统一安排")
    expect(rows(safety).filter(has_text="已不在此列")).to_have_count(1)
    expect(rows(safety)).to_have_count(2)
    safety.press("点此显示")
    expect(rows(safety)).to_have_count(1)


def test_ticks_and_place_in_a_list_survive(d, arrive):
    numbers = [d.find(d.reach("filed")).file_number for _ in range(3)]
    office = arrive("office", width=1440).log_in()
    office.page.goto("/hazards/")
    is_told(office, "在线")
    tick = office.page.locator(f"tr:has-text('{numbers[0]}') [name=number]")
    tick.check()
    d.do("assign", d.office, numbers[1], lead=d.units["school"].pk, requirements="加固")
    expect(office.page.locator(f"tr:has-text('{numbers[1]}') .bh-badge-state")).to_have_text("待签收")
    expect(tick).to_be_checked()


def test_the_board_and_its_figures_come_by_themselves(d, arrive):
    number = listed.proposed(d)
    office = arrive("office", width=1440).log_in()
    office.page.goto("/supervision/?state=listed")
    is_told(office, "在线")
    tab = office.page.locator(".bh-board-tabs [aria-current]")
    expect(tab).to_contain_text("0")
    listed.decide(d, number)
    expect(tab).to_contain_text("1")
    expect(notice(office, "有 1 条新的")).to_be_visible()
    office.press("点此显示")
    expect(office.page.locator(".bh-board .bh-row").filter(has_text=PLACE)).to_have_count(1)


# --- messages and tabs ------------------------------------------------------------------------------------------


def test_two_tabs_agree_on_what_is_unread(d, arrive):
    safety = arrive("safety").log_in()
    other = safety.context.new_page()
    other.goto("/hazards/")
    number = d.reach("assigned")
    n = Inbox.objects.get(pk=d.safety.pk).n_unread
    assert n > 0
    badges = [page.locator("[data-unread]:visible [data-n]") for page in (safety.page, other)]
    for badge in badges:
        expect(badge).to_have_text(str(n))
    other.goto(f"/hazards/{number}/")
    n_left = Inbox.objects.get(pk=d.safety.pk).n_unread
    assert n_left < n
    for badge in badges:
        expect(badge).to_have_text(str(n_left) if n_left else [])


def test_what_is_urgent_is_told_on_whatever_page_lies_open(d, arrive, settings):
    """Its words come from the reader's own messages, once, and lead there."""
    settings.SESSION_IDLE_LIMIT = settings.SESSION_ABSOLUTE_LIMIT = timedelta(days=90)
    number = d.reach("rectifying")
    due_at = d.find(number).due_at
    assert due_at is not None
    principal = arrive("principal").log_in()
    principal.page.goto("/me/")
    is_told(principal, "在线")
    sweep_until(due_at + timedelta(hours=1))
    told = principal.page.locator("[data-notice=inbox]")
    expect(told).to_contain_text(PLACE)
    told.get_by_role("link", name="查看").click()
    is_told(principal, "在线")
    principal.page.goto("/me/")
    is_told(principal, "在线")
    expect(told).to_have_count(0)


def test_the_page_of_messages_announces_what_came(d, arrive):
    safety = arrive("safety").log_in()
    safety.page.goto("/messages/")
    is_told(safety, "在线")
    d.report()
    expect(notice(safety, "有 1 条新的")).to_be_visible()
    expect(safety.page.locator("[data-part=unread]")).to_have_text("未读 1 条")
    safety.press("点此显示")
    expect(safety.page.locator(".bh-msg-card").filter(has_text=PLACE)).to_have_count(1)


def test_who_logged_out_in_another_tab_is_told(d, arrive):
    number = d.reach("rectifying")
    safety = arrive("safety")
    open_file(safety, number)
    form = safety.form("submit")
    fill(form, "report", WORDS)
    other = safety.context.new_page()
    other.goto("/me/")
    other.get_by_role("button", name="退出").first.click()
    expect(other.get_by_label("用户名")).to_be_visible()
    expect(notice(safety, "登录已失效")).to_be_visible()
    is_told(safety, "离线")
    expect(form.locator("[name=report]")).to_have_value(WORDS)
    notice(safety).get_by_role("link", name="重新登录").click()
    safety.fill_login()
    expect(safety.page.locator(".bh-head .bh-num")).to_have_text(d.find(number).file_number)


# --- a bad line -------------------------------------------------------------------------------------------------


def test_without_a_line_the_page_says_so_and_catches_up(d, arrive, slow_line):
    number = d.reach("assigned")
    office = arrive("office", base_url=slow_line.url)
    open_file(office, number)
    office.page.wait_for_load_state("networkidle")
    slow_line.cut()
    is_told(office, "重连中")
    office.context.set_offline(True)
    is_told(office, "离线")
    d.sign(number)
    d.submit(number)
    slow_line.mend()
    office.context.set_offline(False)
    is_told(office, "在线")
    expect(notice(office, "已提请复查")).to_be_visible()
    expect(office.page.locator(".bh-head .bh-badge-state")).to_have_text("待复查")


def test_where_sockets_are_blocked_the_page_asks(d, arrive):
    number = d.reach("assigned")
    office = arrive("office")
    office.context.route_web_socket("**/ws/inbox/*", lambda socket: socket.close())
    office.log_in()
    office.page.clock.install(time=StillClock.now())
    office.page.goto(f"/hazards/{number}/")
    line = office.page.locator("[data-live-state]:visible")
    for _ in range(8):
        office.page.clock.run_for(2_000)
    expect(line).to_have_attribute("data-live-state", "polling")
    d.sign(number)
    for _ in range(10):
        office.page.clock.run_for(10_000)
        # What was asked for comes over the real line.
        office.page.wait_for_timeout(300)
    expect(notice(office, "测试safety（第一小学安全员）已签收")).to_be_visible()
