"""Five people take one hazard from report to closure, each from his own desk, at 390 px."""

from __future__ import annotations

from django.core.management import call_command
from playwright.sync_api import Locator, expect

from hazards.models import Hazard
from tests.journeys.person import Person

SENTENCE = "二楼栏杆有三处焊点开裂，课间学生常倚靠"
# Newest first, as the timeline shows it.
TIMELINE = ["销号", "复查合格", "提请复查", "签收", "交办", "建档", "报送上级", "上报"]


def test_from_report_to_closure(d, arrive, take_photo):
    teacher = arrive("teacher").log_in()
    receipt = reports(teacher, take_photo)
    safety = arrive("safety").log_in()
    escalates(safety)
    office = arrive("office").log_in()
    files_and_assigns(office)
    signs(safety)
    principal = arrive("principal").log_in()
    submits(principal, take_photo)
    verifies_and_closes(office)
    reads_what_became_of_it(teacher, receipt)
    hazard = Hazard.objects.get()
    assert (hazard.state, hazard.receipt_number) == ("closed", receipt)
    call_command("check_consistency")
    call_command("verify_audit")


def reports(teacher: Person, take_photo) -> str:
    page = teacher.page
    teacher.follow("上报隐患")
    teacher.add_photos(page, take_photo(taken="2026:11:23 08:15:00"))
    teacher.add_photos(page, take_photo(), said="无拍摄时间")
    page.get_by_label("一句话说明").fill(SENTENCE)
    teacher.choose_domain("校舍安全")
    page.get_by_label("部位").fill("教学楼二楼")
    teacher.press("上报")
    expect(page.get_by_text("第一小学安全员")).to_be_visible()
    return teacher.has_receipt()


def escalates(safety: Person) -> None:
    safety.open_to_do(SENTENCE, awaits="建档")
    expect(safety.page.locator("#evidence img")).to_have_count(2)
    safety.act("escalate", says="报送上级", reason="需要专业队伍加固，请教育局统一安排")
    safety.open_desk()
    expect(safety.to_do(SENTENCE)).to_have_count(0)


def files_and_assigns(office: Person) -> None:
    office.open_to_do(SENTENCE, awaits="建档")
    office.act("file", says="建档", level="一般", competence="学校")
    office.open_to_do(SENTENCE, awaits="交办")
    office.act("assign", says="交办", lead="第一小学", requirements="请专业队伍加固栏杆，完成前封闭走廊")


def signs(safety: Person) -> None:
    safety.open_to_do(SENTENCE, awaits="签收")
    safety.act(
        "sign", says="签收", leader="测试principal", handler="测试safety", interim_control="封闭二楼走廊，课间派人值守"
    )


def submits(principal: Person, take_photo) -> None:
    """The to-do is the safety officer's; the principal finds the hazard among his school's counters."""
    principal.follow("整改中")
    principal.page.get_by_role("link", name=SENTENCE).click()
    form = principal.form("submit")
    principal.add_photos(form, take_photo(taken="2026:11:23 16:40:00"))
    principal.act(
        "submit", says="提请复查", report="三处焊点重新焊接，并加固立柱", cost="860", responsibility="校长负责",
        measures="焊接加固", funding="公用经费", deadline="当日完成", contingency="封闭走廊",
    )  # fmt: skip


def verifies_and_closes(office: Person) -> None:
    office.open_to_do(SENTENCE, awaits="复查")
    office.act("pass_verification", says="复查合格", opinion="现场查看，焊接牢固")
    office.open_to_do(SENTENCE, awaits="销号")
    office.act("close", says="销号")
    expect(office.page.locator("#do-close")).to_have_count(0)
    office.open_desk()
    expect(office.to_do(SENTENCE)).to_have_count(0)


def reads_what_became_of_it(teacher: Person, receipt: str) -> None:
    page = teacher.page
    teacher.open_desk()
    mine = page.get_by_role("region", name="我的上报").get_by_role("listitem").filter(has_text=SENTENCE)
    expect(mine.get_by_text("已销号")).to_be_visible()
    mine.get_by_role("link").click()
    expect(page.locator("#timeline strong")).to_have_text(TIMELINE)
    expect(page.locator("#timeline")).to_contain_text("测试office · 县教育局安全办经办")
    expect(page.locator("#facts")).to_contain_text(receipt)
    before, after = page.locator(".bh-evidence > div").all()
    expect(before.locator("figcaption")).to_have_text(["拍摄于 11月23日 周一 08:15", "无拍摄时间"])
    expect(after.locator("figcaption")).to_have_text(["拍摄于 11月23日 周一 16:40"])
    for image in [*before.locator("img").all(), *after.locator("img").all()]:
        assert is_drawn(image)


def is_drawn(image: Locator) -> bool:
    image.scroll_into_view_if_needed()
    drawn: bool = image.evaluate("async (e) => { await e.decode(); return e.naturalWidth > 0 }")
    return drawn
