"""A leader on his phone, inside WeChat or without script: enrols, shows codes, is remembered, loses the phone."""

from __future__ import annotations

import base64
from datetime import timedelta

from playwright.sync_api import expect

from core.clock import StillClock
from organizations.kinds import AdminRole
from organizations.second_factor.codes import code_at
from tests.journeys.person import Person
from tests.journeys.test_wechat import WECHAT
from tests.support.district import make_person
from tests.support.second_factor import HALF_MINUTE, Phone

GRACE, ROTATION = timedelta(days=7), timedelta(days=90)
TYPED = "6 位验证码"


def show(person: Person, code: str, *, remember: bool = False) -> None:
    form = person.page.locator("form", has=person.page.get_by_label(TYPED))
    form.get_by_label(TYPED).fill(code)
    if remember:
        form.get_by_role("checkbox").check()
    form.get_by_role("button", name="登录", exact=True).click()


def leave(person: Person) -> None:
    person.page.goto("/me/")
    person.press("退出登录")


def come_back(person: Person) -> None:
    person.page.goto("/")
    person.fill_login()


def read_secret(person: Person) -> str:
    """By hand, as one does whose app is on this very phone."""
    person.page.get_by_text("扫不了").click()
    typed = person.page.locator(".bh-secret").inner_text().replace(" ", "")
    return base64.b32decode(typed).hex()


def test_a_leader_enrols_when_his_days_are_over_and_comes_in_by_codes(d, arrive, clock):
    leader = arrive("leader", user_agent=WECHAT, has_touch=True, is_mobile=True)
    page = leader.page
    leader.log_in()
    expect(page.get_by_text("请在 11月30日 09:00 前到“我的”启用登录验证")).to_be_visible()
    leave(leader)
    clock.advance(GRACE)
    page.goto("/hazards/")
    leader.fill_login()
    expect(leader.heading("启用登录验证")).to_be_visible()
    phone = Phone(d.leader, read_secret(leader))
    page.get_by_label(TYPED).fill("000000")
    leader.press("启用")
    expect(page.locator(".bh-error")).to_contain_text("手机时间")
    page.get_by_label(TYPED).fill(phone.code())
    leader.press("启用")
    expect(leader.heading("登录验证已启用")).to_be_visible()
    codes = page.locator(".bh-codes li").all_inner_texts()
    assert len(codes) == 10
    leader.follow("已经抄好，继续")
    expect(leader.heading("工作台")).to_be_visible()
    leave(leader)
    come_back(leader)
    expect(leader.heading("输入验证码")).to_be_visible()
    show(leader, phone.code())
    expect(page.locator(".bh-error").first).to_contain_text("已经用过")
    clock.advance(HALF_MINUTE)
    show(leader, phone.code(), remember=True)
    expect(leader.heading("工作台")).to_be_visible()
    leave(leader)
    come_back(leader)
    expect(leader.heading("工作台")).to_be_visible()


def test_without_script_and_without_the_phone(d, arrive, clock):
    phone = Phone(d.leader).enrol()
    leader = arrive("leader", java_script_enabled=False)
    page = leader.page
    come_back(leader)
    page.get_by_text("手机不在身边").click()
    form = page.locator("form", has=page.get_by_label("备用码", exact=True))
    form.get_by_label("备用码", exact=True).fill(phone.backup_codes[2])
    form.get_by_role("button", name="用备用码登录").click()
    expect(leader.heading("工作台")).to_be_visible()
    page.goto("/me/")
    leader.follow("登录验证")
    expect(page.get_by_text("还有 9 个没用过")).to_be_visible()


def test_phone_and_codes_are_lost(d, arrive, clock):
    Phone(d.leader).enrol()
    make_person("keys", None, admin_role=AdminRole.SECURITY)
    keeper = arrive("keys", width=1440).log_in()
    keeper.page.goto(f"/accounts/{d.leader.pk}/")
    keeper.page.locator("summary", has_text="重置登录验证").click()
    keeper.press("重置登录验证")
    expect(keeper.page.get_by_text("下次登录时重新启用")).to_be_visible()
    arrive("leader").log_in()


def test_the_owner_revokes_a_browser_he_does_not_know(d, arrive, clock):
    phone = Phone(d.leader).enrol()
    office = arrive("leader", width=1440)
    come_back(office)
    show(office, phone.code(), remember=True)
    expect(office.heading("工作台")).to_be_visible()
    leave(office)
    clock.advance(HALF_MINUTE)
    home = arrive("leader")
    come_back(home)
    show(home, phone.code())
    home.page.goto("/me/")
    expect(home.page.get_by_role("heading", name="不再验证的设备")).to_be_visible()
    home.page.get_by_role("button", name="取消").click()
    expect(home.page.get_by_text("下次在那里登录须输入验证码")).to_be_visible()
    come_back(office)
    expect(office.heading("输入验证码")).to_be_visible()


def test_a_report_half_written_outlives_code_and_fresh_password(d, arrive, clock):
    """The teacher's session ends with her words on the device; code and rotation stand before they come back."""
    phone = Phone(d.teacher).enrol()
    teacher = arrive("teacher")
    page = teacher.page
    clock.set(StillClock.START + ROTATION - timedelta(hours=1))
    come_back(teacher)
    show(teacher, phone.code())
    teacher.follow("上报隐患")
    page.get_by_label("一句话说明").fill("二楼栏杆松动")
    page.get_by_label("部位").fill("教学楼二楼")
    teacher.choose_domain("校舍安全")
    teacher.wait_until(lambda: "教学楼" in teacher.kept_on_device(), "no draft")
    clock.advance(timedelta(hours=3))
    teacher.press("上报")
    expect(page.get_by_text("您有一段时间没有操作")).to_be_visible()
    teacher.fill_login()
    show(teacher, phone.code())
    expect(teacher.heading("密码已到期")).to_be_visible()
    page.get_by_label("原密码").fill("test-password-2026")
    for label in ("新密码", "再输一遍新密码"):
        page.get_by_label(label, exact=True).fill("Neue-wort-2027")
    teacher.press("保存密码")
    expect(page.get_by_label("一句话说明")).to_have_value("二楼栏杆松动")
    teacher.press("上报")
    teacher.has_receipt()
    assert code_at(phone.secret, clock.now()) == phone.code()
