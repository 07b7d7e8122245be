"""A browser without script: slower, but everything that matters works."""

from __future__ import annotations

from playwright.sync_api import expect

from hazards.models import Hazard

SENTENCE = "二楼栏杆松动"


def test_log_in_report_with_a_photo_and_act(d, arrive, take_photo):
    teacher = arrive("teacher", java_script_enabled=False).log_in()
    page = teacher.page
    teacher.follow("上报隐患")
    page.locator("[data-name=photos] input[multiple]").set_input_files([take_photo(), take_photo()])
    page.get_by_label("一句话说明").fill(SENTENCE)
    page.get_by_label("部位").fill("教学楼二楼")
    teacher.press("上报")
    expect(page.get_by_role("alert")).to_contain_text("领域")
    expect(page.locator("[data-photo]")).to_have_count(2)
    teacher.choose_domain("校舍安全")
    teacher.press("上报")
    teacher.has_receipt()
    assert Hazard.objects.get().evidence.count() == 2
    safety = arrive("safety", java_script_enabled=False).log_in()
    safety.open_to_do(SENTENCE, awaits="建档")
    safety.act("escalate", says="报送上级", reason="请教育局统一安排")
    assert Hazard.objects.get().handling_unit == d.units["edu"]


def test_a_restricted_domain_leads_to_the_stop_page_there_too(d, arrive):
    teacher = arrive("teacher", java_script_enabled=False).log_in()
    teacher.follow("上报隐患")
    teacher.choose_domain("预防性侵害")
    expect(teacher.heading("先保护人，先打电话")).to_be_visible()
