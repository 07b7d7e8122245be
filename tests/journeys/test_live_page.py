"""A page that lies open shows what others did, and loses nothing of what its reader was at."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.person import Person


def notice(person: Person, words: str):
    return person.page.locator("#live-notices .bh-live-notice").filter(has_text=words)


def is_online(person: Person) -> None:
    expect(person.page.locator("[data-live-state]:visible")).to_have_text("连接：在线")


def test_the_file_says_who_did_what_and_shows_it(d, arrive):
    number = d.reach("assigned")
    office = arrive("office", width=1440).log_in()
    office.page.goto(f"/hazards/{number}/")
    is_online(office)
    d.sign(number)
    expect(notice(office, "测试safety（第一小学安全员）已签收")).to_be_visible()
    expect(office.page.locator(".bh-head .bh-badge-state")).to_have_text("整改中")
    expect(office.page.locator("#timeline strong").first).to_have_text("签收")
