"""Inside WeChat, where no service worker runs: reporting works, and the site never asks for one."""

from __future__ import annotations

import pytest

from hazards.models import Hazard

WECHAT = (
    "Mozilla/5.0 (Linux; Android 12; V2055A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 "
    "Mobile Safari/537.36 XWEB/1160065 MMWEBSDK/20231002 MicroMessenger/8.0.43.2480 WeChat/arm64 Language/zh_CN"
)


@pytest.mark.parametrize("service_workers", ["block", "allow"])
def test_a_report_from_wechat(d, arrive, take_photo, service_workers):
    options = {"user_agent": WECHAT, "service_workers": service_workers, "has_touch": True, "is_mobile": True}
    teacher = arrive("teacher", **options).log_in()
    page = teacher.page
    teacher.follow("上报隐患")
    teacher.add_photos(page, take_photo(taken="2026:11:23 08:15:00"))
    page.get_by_label("一句话说明").fill("东侧楼梯扶手松动")
    page.locator(".bh-chip", has_text="校舍安全").tap()
    page.get_by_label("部位").fill("东侧楼梯")
    page.get_by_role("button", name="上报", exact=True).tap()
    teacher.has_receipt()
    assert Hazard.objects.get().evidence.get().upload.taken_at is not None
    if service_workers == "allow":
        assert teacher.context.service_workers == []
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
