"""Without a mouse: every control is reached by Tab, shows that it is, and does its work by Enter, Space or arrows."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from hazards.models import Hazard
from tests.journeys.person import Person
from tests.support.district import PASSWORD

# A control that is drawn by its label shows the ring there.
HAS_RING = """() => {
  const control = document.activeElement;
  return [control, control.nextElementSibling, control.closest("label")].some((e) => {
    if (!e) return false;
    const style = getComputedStyle(e);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
}"""
MOST_STEPS = 80


def test_log_in_report_and_act_by_keyboard_alone(d, arrive):
    teacher = arrive("teacher")
    teacher.page.goto("/")
    logs_in(teacher)
    reports(teacher)
    safety = arrive("safety")
    safety.page.goto("/")
    logs_in(safety)
    handles_himself(safety)
    assert Hazard.objects.get().state == "rectifying"


def test_the_skip_link_comes_first_and_leads_past_the_menu(d, arrive):
    person = arrive("teacher", width=1440).log_in()
    keys = person.page.keyboard
    person.page.reload()
    keys.press("Tab")
    link = person.page.get_by_role("link", name="跳到正文")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    keys.press("Enter")
    keys.press("Tab")
    expect(person.page.get_by_role("link", name="上报隐患").and_(person.page.locator(".bh-door"))).to_be_focused()


def test_arrows_among_the_domains_never_lead_to_the_stop_page(d, arrive):
    """Bullying and its like are links apart: a slip of the key loses nothing that was written."""
    teacher = arrive("teacher").log_in()
    teacher.page.goto("/report/")
    write(teacher, "一句话说明", "栏杆松动")
    tab_to(teacher, "[name=domain]")
    for _ in range(3):
        teacher.page.keyboard.press("ArrowUp")
    expect(teacher.page).to_have_url(re.compile("/report/$"))
    expect(teacher.page.get_by_label("一句话说明")).to_have_value("栏杆松动")


def logs_in(person: Person) -> None:
    write(person, "用户名", person.name)
    write(person, "密码", PASSWORD)
    person.page.keyboard.press("Enter")
    expect(person.heading("工作台")).to_be_visible()


def reports(teacher: Person) -> None:
    keys = teacher.page.keyboard
    tab_to(teacher, ".bh-door")
    keys.press("Enter")
    write(teacher, "一句话说明", "二楼栏杆松动")
    tab_to(teacher, "[name=domain]")
    for _ in range(3):
        keys.press("ArrowRight")
    expect(teacher.page.get_by_role("radio", name="校舍安全")).to_be_checked()
    write(teacher, "部位", "教学楼二楼")
    tab_to(teacher, "button[type=submit]")
    keys.press("Enter")
    teacher.has_receipt()


def handles_himself(safety: Person) -> None:
    keys = safety.page.keyboard
    tab_to(safety, ".bh-row-title")
    keys.press("Enter")
    expect(safety.page.get_by_role("heading", name="我现在可以办理")).to_be_visible()
    tab_to(safety, "summary:has-text('自行整改')")
    keys.press("Enter")
    form = "#do-self_handle"
    tab_to(safety, f"{form} [name=leader]")
    keys.press("ArrowDown")
    tab_to(safety, f"{form} [name=measures]")
    keys.type("更换螺丝并拧紧")
    tab_to(safety, f"{form} [name=interim_control]")
    keys.type("已拉警戒线")
    tab_to(safety, f"{form} button[type=submit]")
    keys.press("Space")
    expect(safety.page.get_by_text("“自行整改”已完成")).to_be_visible()


def write(person: Person, label: str, words: str) -> None:
    control = person.page.get_by_label(label)
    tab_to(person, f"#{control.get_attribute('id')}")
    person.page.keyboard.type(words)


def tab_to(person: Person, selector: str) -> None:
    """Press Tab until the control has the focus; each stop on the way must be seen."""
    page = person.page
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        stop = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert page.evaluate(HAS_RING), f"no focus ring: {stop}"
        if page.locator(selector).evaluate_all("all => all.includes(document.activeElement)"):
            return
    raise AssertionError(f"not reached by Tab: {selector}")
