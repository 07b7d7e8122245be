"""Three hazards that are no school's to solve: referred at once, countersigned on the phone, ordered by the county,
answered by a department without accounts through the coordinator, judged by the school and closed by the office."""

from __future__ import annotations

from django.core.management import call_command
from playwright.sync_api import expect

from hazards.models import Hazard, HazardEvent
from tests.journeys.person import Person, fill

REASON = "校门前道路无禁停标线，学校无权施划，已协调三次未果"
WORK = "在校门两侧施划禁停线并增设标志"


def test_three_hazards_go_to_the_county_and_back(d, arrive, take_photo):
    numbers = [d.filed_outside(domain="03") for _ in range(3)]
    refers_three_at_once(arrive("office", width=1440, height=900).log_in(), numbers)
    countersigns_on_the_phone(arrive("leader").log_in(), numbers)
    coordinator = arrive("coordinator").log_in()
    orders_all_three(coordinator)
    enters_what_the_department_did(coordinator, numbers[0], take_photo)
    judges_the_effect(arrive("principal").log_in(), numbers[0])
    closes(arrive("office").log_in(), numbers[0])
    assert sorted(Hazard.objects.values_list("state", flat=True)) == ["assigned", "assigned", "closed"]
    call_command("check_consistency")
    call_command("verify_audit")


def refers_three_at_once(office: Person, numbers: list[str]) -> None:
    """By keyboard and mouse alike: every box is a box, the page needs no script to send it."""
    page = office.page
    page.goto("/hazards/?state=filed")
    page.get_by_label("全选本页").check()
    expect(page.get_by_text("已选 3 条")).to_be_visible()
    page.get_by_label("批量办理什么").select_option(label="提请交办")
    office.press("批量办理")
    expect(office.heading("批量提请交办")).to_be_visible()
    # The board and the competent department are those of each hazard; what is missing is said once.
    office.press("批量提请交办")
    expect(page.get_by_role("alert")).to_contain_text("请填写提请理由")
    page.get_by_label("提请理由").fill(REASON)
    page.get_by_label("学校的管控措施").fill("上下学时段派人值守")
    office.press("批量提请交办")
    expect(page.get_by_role("heading", name="批量提请交办办完了")).to_be_visible()
    expect(page.get_by_text("3 条等会签后生效")).to_be_visible()
    assert set(Hazard.objects.values_list("state", flat=True)) == {"filed"}


def countersigns_on_the_phone(leader: Person, numbers: list[str]) -> None:
    """One by one what he wants to look at, the rest at once; each shows all that he agrees to."""
    leader.page.locator(".bh-go", has_text="会签").first.wait_for()
    leader.page.locator("a", has_text="消防车道被占用").first.click()
    second = leader.page.locator("#countersign")
    expect(second).to_contain_text(REASON)
    expect(second).to_contain_text("县安委办")
    expect(second).to_contain_text("交通运输局")
    leader.press("同意")
    expect(leader.page.get_by_role("status").filter(has_text="“提请交办”已生效")).to_be_visible()
    leader.open_desk()
    leader.press("一次办 2 条“会签同意”")
    expect(leader.page.get_by_text(REASON)).to_have_count(2)
    leader.press("批量会签同意")
    expect(leader.page.get_by_role("heading", name="批量会签同意办完了")).to_be_visible()
    assert set(Hazard.objects.values_list("state", flat=True)) == {"referred"}


def orders_all_three(coordinator: Person) -> None:
    coordinator.press("一次办 3 条“县级交办”")
    coordinator.page.get_by_label("整改要求").fill(WORK)
    coordinator.press("批量县级交办")
    expect(coordinator.page.get_by_role("heading", name="批量县级交办办完了")).to_be_visible()
    assert set(Hazard.objects.values_list("lead_assignment__unit__name", flat=True)) == {"交通运输局"}


def enters_what_the_department_did(coordinator: Person, number: str, take_photo) -> None:
    """It has no accounts: what it says by telephone and by letter is entered in its name."""
    page = coordinator.page
    page.goto(f"/hazards/{number}/")
    form = page.locator("#record-sign")
    for name, value in {
        "behalf_name": "股长张某", "behalf_how": "电话", "behalf_note": "11月23日 9:30 电话", "handler_name": "张某 0000-0000001",
        "interim_control": "派人疏导",
    }.items():  # fmt: skip
        fill(form, name, value)
    form.get_by_role("button", name="代录：签收").click()
    expect(page.get_by_role("status").filter(has_text="“签收”已完成")).to_be_visible()
    form = page.locator("#record-submit")
    for name, value in {
        "behalf_name": "股长张某", "behalf_how": "回函", "behalf_note": "交函〔2026〕8号", "report": "已施划禁停线 60 米",
        "contact": "张某 0000-0000001",
    }.items():  # fmt: skip
        fill(form, name, value)
    form.get_by_role("button", name="代录：提请复查").click()
    expect(page.get_by_role("alert")).to_contain_text("扫描件")
    expect(form.locator("[name=report]")).to_have_value("已施划禁停线 60 米")
    coordinator.add_photos(form, take_photo(), field="behalf_scans")
    form.get_by_role("button", name="代录：提请复查").click()
    expect(page.get_by_role("status").filter(has_text="“提请复查”已完成")).to_be_visible()
    entry = page.locator("#timeline li", has_text="提请复查").first
    expect(entry).to_contain_text("代录")
    expect(entry).to_contain_text("股长张某（交通运输局）")
    expect(entry).to_contain_text("回函 · 交函〔2026〕8号")
    assert HazardEvent.objects.filter(data__has_key="on_behalf").count() == 2


def judges_the_effect(principal: Person, number: str) -> None:
    principal.page.goto(f"/hazards/{number}/")
    principal.act("pass_verification", says="复查合格", opinion="禁停线清晰，上下学无车辆停放")


def closes(office: Person, number: str) -> None:
    office.page.goto(f"/hazards/{number}/")
    office.act("close", says="销号")
