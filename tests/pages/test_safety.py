"""What holds on every page: the policy against foreign scripts, no inline script or style, a login first."""

import re

import pytest

PAGES = [
    "/",
    "/report/",
    "/report/?mode=fix",
    "/report/stop/?domain=08",
    "/report/confidential/?domain=08",
    "/hazards/",
]
INLINE = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.fixture
def pages(d, signed_in):
    number = d.reach("rectifying")
    client = signed_in(d.safety)
    addresses = [*PAGES, f"/hazards/{number}/", f"/hazards/{number}/receipt/", "/hazards/S1/"]
    return {address: client.get(address) for address in addresses}


def test_the_policy_forbids_foreign_and_inline_code(pages):
    for address, answer in pages.items():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy, address


def test_no_page_has_inline_script_or_style(pages):
    for address, answer in pages.items():
        assert not INLINE.search(answer.content.decode()), address


def test_every_page_is_chinese_titled_and_can_be_skipped_into(pages):
    for address, answer in pages.items():
        page = answer.content.decode()
        assert '<html lang="zh-CN">' in page and 'href="#main"' in page, address
        assert page.count("<h1") <= 1, address


@pytest.mark.parametrize("address", [*PAGES, "/hazards/S1/", "/evidence/1/"])
def test_a_visitor_is_sent_to_the_login(db, client, address):
    answer = client.get(address)
    assert answer.status_code == 302 and answer.url.startswith("/login/")


def test_an_upload_by_a_visitor_is_refused_in_json(db, client):
    answer = client.post("/uploads/")
    assert answer.status_code == 401 and answer.json()["code"] == "not_signed_in"


def test_the_banner_says_that_it_is_a_demo(d, signed_in, settings):
    settings.DEMO = True
    assert "演示系统" in signed_in(d.safety).get("/").content.decode()
