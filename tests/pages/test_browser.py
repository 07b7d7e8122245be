"""The report page in a real browser at 390 px: photos go up at once, drafts stay on the device, a fix takes three taps."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hazards.models import Hazard, Upload
from tests.support.district import PASSWORD, build_district, photo_bytes

WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; V2055A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 "
    "Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231002 MicroMessenger/8.0.43.2480 WeChat/arm64 Language/zh_CN"
)


@pytest.fixture
def district(cloned_db):
    return build_district()


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"现场{i:02d}.jpg" for i in range(30)]
    for i, path in enumerate(paths):
        path.write_bytes(photo_bytes(size=(64 + i, 48)))
    return paths


def sign_in(page: Page, name: str) -> Page:
    page.goto("/login/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("[type=submit]")
    expect(page).to_have_url("/")
    return page


def n_drafts(page: Page) -> int:
    """How far the reader's messages go is kept as well, and is no word of anybody's."""
    n: int = page.evaluate("Object.keys(localStorage).filter((name) => !name.startsWith('bh-live-')).length")
    return n


def wait_for_draft(page: Page, words: str) -> None:
    """The page's policy forbids evaluated code, so this asks again and again."""
    for _ in range(100):
        if words in page.evaluate("JSON.stringify({...localStorage})"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("no draft")


def count_taps(page: Page) -> None:
    """Clicks that a person makes, apart from those on photo and sentence."""
    page.context.add_init_script(
        """window.addEventListener("click", (event) => {
             if (event.isTrusted && !event.target.closest("textarea, [data-upload]") && event.detail > 0) {
               sessionStorage.taps = Number(sessionStorage.taps ?? 0) + 1;
             }
           }, true)"""
    )


def test_a_fix_takes_three_taps_beside_photo_and_sentence(district, visitor, photos):
    page = visitor(user_agent=WECHAT)
    sign_in(page, "teacher")
    count_taps(page)
    page.reload()
    page.click("[data-tap='1']")
    page.set_input_files("[data-name=after_photos] input[multiple]", photos[0])
    page.fill("[name=description]", "走廊灭火器被课桌挡住，已移开")
    page.click("[data-tap='2']:has-text('消防安全')")
    page.click("[data-tap='3']")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    assert page.evaluate("sessionStorage.taps") == "3"
    hazard = Hazard.objects.get()
    assert (hazard.state, hazard.place, hazard.evidence.count()) == ("submitted", "走廊", 1)


def test_thirty_photos_on_a_shaky_line_go_up_one_after_another(district, visitor, photos):
    page = sign_in(visitor(), "teacher")
    page.goto("/report/")
    failures = iter([True, False, True])
    page.route("**/uploads/", lambda route: route.abort() if next(failures, False) else route.continue_())
    page.set_input_files("[data-name=photos] input[multiple]", photos)
    page.fill("[name=description]", "栏杆松动")
    page.fill("[name=place]", "教学楼二楼")
    page.click("[data-tap='2']:has-text('校舍安全')")
    page.click("[data-tap='3']")  # the form waits for the photos that are still on their way
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible(timeout=60_000)
    assert Hazard.objects.get().evidence.count() == 30
    assert Upload.objects.count() == 30


def test_a_draft_stays_until_it_is_sent_and_is_nobody_elses(district, visitor, photos):
    page = sign_in(visitor(), "teacher")
    page.goto("/report/")
    page.set_input_files("[data-name=photos] input[multiple]", photos[0])
    page.fill("[name=description]", "栏杆松动")
    expect(page.get_by_text("已上传")).to_be_visible()
    wait_for_draft(page, "栏杆")
    page.goto("/")
    page.goto("/report/")
    expect(page.locator("[name=description]")).to_have_value("栏杆松动")
    expect(page.locator("[data-name=photos] [data-photo]")).to_have_count(1)
    page.fill("[name=place]", "教学楼二楼")
    page.click("[data-tap='2']:has-text('校舍安全')")
    page.click("[data-tap='3']")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    assert n_drafts(page) == 0


def test_a_restricted_domain_leaves_the_page_and_keeps_no_word(district, visitor):
    page = sign_in(visitor(), "teacher")
    page.goto("/report/")
    page.fill("[name=description]", "某某被打")
    wait_for_draft(page, "某某")
    page.click(".bh-chip:has-text('学生欺凌防治')")
    expect(page.get_by_role("heading", name="先保护人，先打电话")).to_be_visible()
    assert n_drafts(page) == 0
    assert "某某" not in page.url


def test_it_works_by_keyboard_and_without_script(district, visitor, browser, live_site):
    context = browser.new_context(
        base_url=live_site.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = sign_in(context.new_page(), "teacher")
    page.goto("/report/")
    page.fill("[name=description]", "栏杆松动")
    page.fill("[name=place]", "教学楼二楼")
    page.check("[name=domain][value='04']")
    page.focus("[data-tap='3']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已经收到")).to_be_visible()
    context.close()


def test_nothing_is_wider_than_a_phone_and_targets_are_large(district, visitor):
    number = district.reach("submitted")
    page = sign_in(visitor(width=360), "office")
    for address in ("/", "/report/", "/hazards/", f"/hazards/{number}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        small = page.evaluate(
            """[...document.querySelectorAll("button, .btn, .bh-bottom a, summary, select, .bh-chip")]
                 .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert small == [], address


def test_a_rare_act_asks_once_more(district, visitor):
    number = district.report()
    district.do("escalate", district.safety, number, reason="超出本校能力")
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    number = Hazard.objects.get().number
    page = sign_in(visitor(), "office")
    page.goto(f"/hazards/{number}/")
    page.click("text=不常用的操作")
    page.locator("summary", has_text="撤回").click()
    page.fill("#do-withdraw [name=reason]", "建错了")
    page.click("#do-withdraw [type=submit]")
    page.get_by_role("button", name="取消").click()
    assert Hazard.objects.get().state == "filed"
    page.click("#do-withdraw [type=submit]")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("“撤回”已完成")).to_be_visible()
    assert Hazard.objects.get().state == "reported"


def test_logging_out_leaves_no_draft_behind(district, visitor):
    page = sign_in(visitor(), "teacher")
    page.goto("/report/")
    page.fill("[name=description]", "栏杆松动")
    wait_for_draft(page, "栏杆")
    page.goto("/me/")
    page.locator("form[action$='/logout/'] button").click()
    expect(page).to_have_url("/login/")
    assert page.evaluate("Object.keys(localStorage).length") == 0
