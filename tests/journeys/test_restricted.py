"""Bullying, assault, drugs, crime: first the people to call; what is written goes to named keys and stays on no device."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from hazards.models import Hazard
from tests.journeys.person import Person

GAP = "宿舍楼后门夜间无人值守"


def test_the_stop_page_comes_before_anything_is_typed_and_the_way_on_is_restricted(d, arrive):
    teacher = arrive("teacher").log_in()
    page = teacher.page
    teacher.follow("上报隐患")
    teacher.choose_domain("学生欺凌防治")
    shows_whom_to_call(teacher)
    teacher.follow("继续保密上报")
    page.get_by_label("部位").fill("宿舍楼")
    page.get_by_label("管理上的漏洞").fill(GAP)
    teacher.press("保密上报")
    number = teacher.has_receipt()
    assert kept_nothing(teacher)
    hazard = Hazard.objects.get()
    assert hazard.is_restricted and hazard.description == GAP
    is_seen_by(arrive("confidant"), number)
    is_unseen_by(arrive("safety"), number)


def test_what_was_written_before_is_taken_off_the_device(d, arrive):
    teacher = arrive("teacher").log_in()
    page = teacher.page
    teacher.follow("上报隐患")
    page.get_by_label("一句话说明").fill("某某被打")
    teacher.wait_until(lambda: "某某" in teacher.kept_on_device(), "no draft")
    teacher.choose_domain("学生欺凌防治")
    shows_whom_to_call(teacher)
    assert kept_nothing(teacher)
    assert "%E6%9F%90" not in page.url
    page.go_back()
    expect(page.get_by_label("一句话说明")).to_have_value("")
    page.wait_for_timeout(500)
    assert "某某" not in teacher.kept_on_device()


def shows_whom_to_call(person: Person) -> None:
    expect(person.heading("先保护人，先打电话")).to_be_visible()
    expect(person.page).to_have_url(re.compile(r"/report/stop/\?domain=08&unit=\d+$"))
    for phone in ("110", "120", "0000-0000001"):
        expect(person.page.locator(f"a[href='tel:{phone}']")).to_be_visible()
    expect(person.page.get_by_text("测试confidant")).to_be_visible()
    expect(person.page.locator("textarea, input[type=text], input[type=file]")).to_have_count(0)


def kept_nothing(person: Person) -> bool:
    """No draft, and no trace of the page in what htmx notes for its history."""
    kept = person.kept_on_device()
    own = [name for name in json.loads(kept)[0] if not name.startswith("bh-live-")]  # how far his messages go
    return own == [] and "stop" not in kept and "confidential" not in kept


def is_seen_by(person: Person, number: str) -> None:
    person.log_in()
    person.page.goto(f"/hazards/{number}/")
    expect(person.heading(f"宿舍楼：{GAP}")).to_be_visible()
    expect(person.page.get_by_text("保密", exact=True)).to_be_visible()


def is_unseen_by(person: Person, number: str) -> None:
    person.log_in()
    answer = person.page.goto(f"/hazards/{number}/")
    assert answer is not None and answer.status == 404
    person.page.goto("/hazards/")
    expect(person.page.locator("main")).not_to_contain_text("宿舍楼")
