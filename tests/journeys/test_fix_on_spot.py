"""立行立改: a photo, a sentence and three taps; then the principal looks and closes."""

from __future__ import annotations

from django.core.management import call_command
from playwright.sync_api import expect

from hazards.models import Hazard
from tests.journeys.person import Person

SENTENCE = "走廊灭火器被课桌挡住，已移开"
# What a person does with a finger, apart from the photo and the writing of the sentence.
COUNT_TAPS = """
  window.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("textarea, [data-upload]")) {
      sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1;
    }
  }, true);
"""


def test_three_taps_lead_from_the_desk_to_the_receipt(d, arrive, take_photo):
    teacher = arrive("teacher", has_touch=True).log_in()
    start_counting(teacher)
    page = teacher.page
    page.get_by_role("link", name="立行立改").tap()
    teacher.add_photos(page, take_photo(), field="after_photos")
    page.get_by_label("一句话说明").fill(SENTENCE)
    page.locator(".bh-chip", has_text="消防安全").tap()
    page.get_by_role("button", name="登记并交校长核实").tap()
    teacher.has_receipt()
    assert page.evaluate("sessionStorage.taps") == "3"
    principal = arrive("principal").log_in()
    confirms_and_closes(principal)
    hazard = Hazard.objects.get()
    assert (hazard.state, hazard.place, hazard.evidence.count()) == ("closed", "走廊", 1)
    call_command("check_consistency")
    call_command("verify_audit")


def start_counting(person: Person) -> None:
    person.context.add_init_script(COUNT_TAPS)
    person.page.reload()


def confirms_and_closes(principal: Person) -> None:
    principal.open_to_do(SENTENCE, awaits="核实销号")
    expect(principal.page.locator("#evidence")).to_contain_text("整改后")
    principal.act("confirm_and_close", says="核实销号")
    expect(principal.page.locator(".bh-badge-state")).to_have_text("已销号")
