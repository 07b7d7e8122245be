"""One person at one device, who reads the page and uses what is on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from tests.support.district import PASSWORD

Photos = Path | Sequence[Path]

# Reads what broke the policy against foreign and inline code, on this page and those before it.
WATCH_POLICY = """
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy broken: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
"""


class Person:
    """`complaints` are script errors and broken policies of every page seen; a refused request is none."""

    def __init__(self, context: BrowserContext, name: str = "") -> None:
        self.context = context
        self.name = name
        self.complaints: list[str] = []
        context.add_init_script(WATCH_POLICY)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.page: Page = context.new_page()

    def _hear(self, message: ConsoleMessage) -> None:
        # The browser itself says this of each 4xx answer and of a line that was cut.
        said_by_itself = message.text.startswith(("Failed to load resource", "WebSocket connection to"))
        if message.type == "error" and not said_by_itself:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def log_in(self, password: str = PASSWORD) -> Person:
        """By the login page, as it greets whoever opens the site."""
        self.page.goto("/")
        self.fill_login(password)
        expect(self.heading("工作台")).to_be_visible()
        return self

    def fill_login(self, password: str = PASSWORD) -> None:
        self.page.get_by_label("用户名").fill(self.name)
        self.page.get_by_label("密码").fill(password)
        self.press("登录")

    def heading(self, words: str) -> Locator:
        return self.page.get_by_role("heading", name=words, level=1)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str) -> None:
        self.page.get_by_role("link", name=words).first.click()

    def open_desk(self) -> None:
        self.page.locator("nav:visible").get_by_role("link", name="工作台").click()
        expect(self.heading("工作台")).to_be_visible()

    def to_do(self, words: str) -> Locator:
        to_dos = self.page.get_by_role("region", name="我的待办")
        return to_dos.get_by_role("listitem").filter(has_text=words)

    def open_to_do(self, words: str, *, awaits: str) -> None:
        """From the desk to the file, by the one to-do of that text, which names the act awaited."""
        self.open_desk()
        row = self.to_do(words)
        expect(row.locator(".bh-go")).to_have_text(awaits)
        row.get_by_role("link").click()
        expect(self.page.get_by_role("heading", name="我现在可以办理")).to_be_visible()

    def form(self, action: str) -> Locator:
        """The form of an act on a file, its fold opened."""
        form = self.page.locator(f"#do-{action}")
        if not form.is_visible():
            fold = form.locator("xpath=ancestor::details[1]")
            if not fold.is_visible():
                fold.locator("xpath=parent::details/summary").click()
            fold.locator("summary").first.click()
        return form

    def act(self, action: str, *, says: str, **typed: str) -> None:
        """Fill in the form of an act by field name, send it, and read that it is done."""
        form = self.form(action)
        for name, value in typed.items():
            fill(form, name, value)
        form.get_by_role("button", name=says, exact=True).click()
        expect(self.page.get_by_role("status").filter(has_text=f"“{says}”已完成")).to_be_visible()

    def add_photos(
        self, within: Locator | Page, photos: Photos, *, field: str = "photos", said: str = "已上传"
    ) -> None:
        """Choose photos from the album and wait until each is up."""
        box = within.locator(f"[data-name={field}]")
        tiles = box.locator("[data-photo]").filter(has_text=said)
        n_before = tiles.count()
        box.locator("input[multiple]").set_input_files(photos)
        n_more = 1 if isinstance(photos, Path) else len(photos)
        expect(tiles).to_have_count(n_before + n_more, timeout=30_000)

    def choose_domain(self, words: str) -> None:
        self.page.locator(".bh-chip", has_text=words).click()

    def kept_on_device(self) -> str:
        kept: str = self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        return kept

    def wait_until(self, holds: Callable[[], bool], why: str, *, seconds: float = 10) -> None:
        """Asks again and again: the page's policy forbids the evaluated code that a wait in the page needs."""
        for _ in range(int(seconds * 20)):
            if holds():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(why)

    def has_receipt(self) -> str:
        """The receipt number on the page that says the report has come."""
        expect(self.heading("已经收到")).to_be_visible(timeout=60_000)
        number = self.page.locator(".bh-receipt").inner_text()
        assert re.fullmatch(r"S\d{15}", number), number
        return number


def fill(form: Locator, name: str, value: str) -> None:
    """By the control's kind: a list by its words, tapped choices by theirs, anything else by typing."""
    control = form.locator(f"[name={name}]")
    if control.first.get_attribute("type") == "radio":
        form.locator(".bh-chip", has=form.page.locator(f"[name={name}]")).filter(has_text=value).click()
    elif control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(label=value)
    else:
        control.fill(value)
