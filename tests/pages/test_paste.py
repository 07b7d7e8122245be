"""复制催办文字: what units below let pass, for a group; copied, drawn as a long picture, entered as 催办."""

from __future__ import annotations

import struct
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from core.clock import StillClock
from documents.models import Document
from hazards.models import BulkRun, Hazard, HazardEvent
from organizations.kinds import PostKind
from tests.support.district import PASSWORD, District, build_district, give_post
from workflows import overdue_below


def late(d: District, n: int = 1) -> list[str]:
    """So many that the first school let pass, and one of a sibling school's own."""
    numbers = [d.find(d.reach("rectifying")).number for _ in range(n)]
    due = max(hazard.due_at for hazard in Hazard.objects.all() if hazard.due_at)
    StillClock.set(due + timedelta(days=1, hours=9))
    return numbers


def text_of(client: Client, query: str = "") -> str:
    answer = client.get(f"/overdue/text/{query}")
    assert answer.status_code == 200
    return str(answer.context["text"])


def log(client: Client, answer: Any, **more: Any) -> Any:
    """Enter what the page shows as 催办."""
    data = {"row": [row.value for row in answer.context["rows"]], "message": "群里已催", **more}
    return client.post("/overdue/text/", data)


def finish(client: Client, answer: Any) -> BulkRun:
    assert answer.status_code == 302, answer.content.decode()
    client.post(answer["Location"])
    return BulkRun.objects.order_by("-pk")[0]


def test_the_text_says_what_whose_where_and_how_late(d, signed_in):
    [number] = late(d)
    text = text_of(signed_in(d.office))
    assert "县教育局下属单位：逾期未办 1 项" in text
    assert "■ 第一小学 1 项" in text
    assert f"1. {number} 教学楼二楼，整改，逾期 2 天" in text
    assert "栏杆松动" not in text, "what people wrote stays inside"


def test_a_limit_that_passed_today_is_no_day_late(d, signed_in):
    number = d.find(d.reach("rectifying")).number
    StillClock.set(d.find(number).due_at)
    assert "逾期 1 天" in text_of(signed_in(d.office)), "a limit ends at midnight"


def test_no_person_is_named(d, signed_in):
    late(d, 2)
    text = text_of(signed_in(d.office))
    assert not [one.name for one in d.people.values() if one.name in text]


def test_what_is_confidential_is_left_out_even_for_who_may_read_it(d, signed_in):
    late(d)
    secret = d.report(domain="08", place="操场", description="保密内容")
    Hazard.objects.filter(receipt_number=secret).update(due_at=d.at - timedelta(days=1))
    StillClock.set(d.at + timedelta(days=30))
    give_post(d.office, d.units["edu"], PostKind.CONFIDANT)
    client = signed_in(d.office)
    assert secret in client.get("/overdue/").content.decode()
    assert secret not in text_of(client) and "操场" not in text_of(client)


def test_one_school_or_one_central_school(d, signed_in):
    late(d)
    d.report(d.outsider, unit=d.units["far"].pk, place="远校食堂")
    StillClock.set(d.at + timedelta(days=30))
    client = signed_in(d.office)
    assert "远校食堂" in text_of(client)
    of_center = text_of(client, f"?unit={d.units['central'].pk}")
    assert "城关中心校：逾期未办" in of_center and "第一小学" in of_center and "远校食堂" not in of_center
    of_school = text_of(client, f"?unit={d.units['far'].pk}")
    assert "远校食堂" in of_school and "第一小学" not in of_school


def test_who_sees_it_and_what_of_it(d, signed_in):
    late(d)
    for who in ("teacher", "safety", "fire", "confidant"):
        assert signed_in(d.people[who]).get("/overdue/text/").status_code == 403
    assert "第一小学" in text_of(signed_in(d.central))
    # His own school's lateness is no text to paste to those below.
    assert text_of(signed_in(d.principal)) == ""
    assert "第一小学" not in text_of(signed_in(d.far_principal), f"?unit={d.units['school'].pk}")


def test_it_is_entered_as_a_reminder_of_each_hazard(d, signed_in):
    numbers = late(d, 3)
    client = signed_in(d.office)
    run = finish(client, log(client, client.get("/overdue/text/")))
    assert (run.action, run.n_done, run.n_failed) == ("remind", 3, 0), run.results
    events = HazardEvent.objects.filter(action="remind")
    assert sorted(event.hazard.number for event in events) == sorted(numbers)
    assert {event.data["message"] for event in events} == {"群里已催"}
    papers = Document.objects.filter(kind="reminder", subject_id__in=[event.hazard_id for event in events])
    assert {paper.addressee_id for paper in papers} == {d.units["school"].pk}
    page = client.get(f"/hazards/bulk/{run.pk}/").content.decode()
    assert "共 3 条，成功 3 条" in page


def test_what_went_on_meanwhile_is_not_reminded_of_and_says_so(d, signed_in):
    first, second = late(d, 2)
    client = signed_in(d.office)
    page = client.get("/overdue/text/")
    d.submit(first)
    run = finish(client, log(client, page))
    assert (run.results[first]["status"], run.results[second]["status"]) == (409, 200)
    assert "再办一次" not in client.get(f"/hazards/bulk/{run.pk}/").content.decode()


def test_who_may_not_remind_only_copies(d, signed_in):
    late(d)
    client = signed_in(d.section)
    page = client.get("/overdue/text/")
    assert "只能复制文字" in page.content.decode()
    assert log(client, page).status_code == 403
    assert not HazardEvent.objects.filter(action="remind").exists()


def test_rows_of_others_are_not_reminded_of(d, signed_in):
    [number] = late(d)
    hazard = d.find(number)
    sent = f"{number}:{hazard.version}:{d.units['school'].pk}"
    answer = signed_in(d.coordinator).post("/overdue/text/", {"row": [sent], "message": "催"})
    assert answer.status_code in (403, 409)
    assert not BulkRun.objects.exists()


def test_without_words_it_is_not_entered(d, signed_in):
    late(d)
    client = signed_in(d.office)
    page = client.get("/overdue/text/")
    for message in ("", " ", "催" * 201):
        answer = log(client, page, message=message)
        assert answer.status_code == 422 and "200 字以内" in answer.content.decode()
    assert not BulkRun.objects.exists()


@pytest.mark.parametrize("row", ["", "x", "x:1", "S1:0:1", "S1:1:x", ":1:1", "S1:1:99999999999999999999"])
def test_nonsense_breaks_nothing(d, signed_in, row):
    late(d)
    client = signed_in(d.office)
    assert client.post("/overdue/text/", {"row": [row], "message": "催"}).status_code == 409
    assert client.get(f"/overdue/text/?unit={row}").status_code == 200


def test_a_long_list_says_how_many_more(d, signed_in, monkeypatch):
    late(d, 3)
    monkeypatch.setattr(overdue_below, "MOST", 2)
    client = signed_in(d.office)
    page = client.get("/overdue/text/")
    assert "逾期未办 3 项" in page.context["text"] and "另有 1 项" in page.context["text"]
    assert len(page.context["rows"]) == 2, "what is not listed is not entered"


def test_the_number_of_statements_does_not_grow(d, signed_in, django_assert_max_num_queries):
    late(d, 6)
    client = signed_in(d.office)
    client.get("/overdue/text/")
    with django_assert_max_num_queries(11):
        client.get("/overdue/text/")


def test_the_overdue_page_leads_to_it(d, signed_in):
    late(d)
    assert "/overdue/text/" in signed_in(d.office).get("/overdue/").content.decode()
    assert f"/overdue/text/?unit={d.units['school'].pk}" in signed_in(d.office).get(
        f"/overdue/?owner={d.units['school'].pk}"
    ).content.decode().replace("&amp;", "&")
    assert "/overdue/text/" not in signed_in(d.safety).get("/overdue/").content.decode()


def png_size(raw: bytes) -> tuple[int, int]:
    return struct.unpack(">II", raw[16:24])


# --- in the browser ---


@pytest.fixture
def page(transactional_db: None, visitor: Any) -> Any:
    d = build_district()
    late(d, 2)
    page = visitor(width=390)
    page.goto("/login/")
    page.fill("[name=username]", "office")
    page.fill("[name=password]", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.goto("/overdue/text/")
    return page


def test_it_is_copied_and_drawn_and_saved(page: Any, tmp_path: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("status").filter(has_text="已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r", "") == page.locator("[data-paste-text]").input_value()
    page.get_by_role("button", name="生成长图").click()
    image = page.locator("[data-paste-pictures] img")
    expect(image).to_have_count(1)
    with page.expect_download() as found:
        page.get_by_role("link", name="保存图片").click()
    assert found.value.suggested_filename.endswith(".png")
    raw = found.value.path().read_bytes()
    short = png_size(raw)
    assert raw.startswith(b"\x89PNG") and short[0] == 750
    text = page.locator("[data-paste-text]")
    text.fill(text.input_value() + "\n" + "\n".join(f"{n}. 教学楼二楼栏杆松动，整改，逾期 2 天" for n in range(400)))
    page.get_by_role("button", name="生成长图").click()
    expect(image).to_have_count(2)
    with page.expect_download() as found:
        page.get_by_role("link", name="保存图片 1/2").click()
    width, height = png_size(found.value.path().read_bytes())
    assert width == 750 and short[1] < height <= 12040


def test_lines_are_broken_as_chinese_is_set(page: Any) -> None:
    lines = page.evaluate(
        """async () => {
            const url = document.querySelector('script[src*="paste"]').src;
            const { wrap } = await import(url);
            return wrap("一二三四五，编号361102-2026-00001完", 6, (text) => [...text].length);
        }"""
    )
    assert lines[0] == "一二三四五，"
    assert all(not line.startswith(tuple("，。、）")) for line in lines) and "".join(lines).endswith("完")
    whole = page.evaluate(
        """async () => {
            const { wrap } = await import(document.querySelector('script[src*="paste"]').src);
            return wrap("一二三四编号AB-12345完", 9, (text) => [...text].length);
        }"""
    )
    assert whole == ["一二三四编号", "AB-12345完"]
    assert page.evaluate(
        """async () => {
            const { wrap } = await import(document.querySelector('script[src*="paste"]').src);
            return wrap("教学楼二楼，整改，逾期2天", 12, (text) => [...text].length);
        }"""
    ) == ["教学楼二楼，整改，", "逾期2天"]
