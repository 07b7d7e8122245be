"""Photos on bad lines and files that are none: all that can come arrives once, the rest says why."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from hazards.models import Hazard, Upload
from tests.journeys.person import Person
from tests.support.district import photo_bytes

N_PHOTOS = 30


def test_thirty_photos_on_a_slow_line_all_arrive_and_none_twice(d, arrive, take_photo, slow_line):
    teacher = arrive("teacher", base_url=slow_line.url).log_in()
    page = teacher.page
    open_report(teacher)
    photos = [take_photo(size=(160, 120)) for _ in range(N_PHOTOS)]
    page.locator("[data-name=photos] input[multiple]").set_input_files(photos)
    expect(page.locator("[data-upload-status]")).to_contain_text("在上传，可以先填别的")
    slow_line.lose_next_answer()
    write_the_rest(teacher)
    page.get_by_role("button", name="上报", exact=True).click()
    expect(page.locator("[type=submit]").filter(has_text="正在上传")).to_be_visible()
    teacher.has_receipt()
    evidence = Hazard.objects.get().evidence.select_related("upload")
    pictures = {one.upload.original_sha256 for one in evidence}
    assert len(evidence) == len(pictures) == N_PHOTOS
    # The one whose answer was lost came twice; its unused copy goes with the orphans.
    assert Upload.objects.count() == N_PHOTOS + 1


def test_a_line_cut_in_the_middle_of_a_photo_is_waited_out(d, arrive, take_photo, slow_line):
    teacher = arrive("teacher", base_url=slow_line.url).log_in()
    page = teacher.page
    open_report(teacher)
    page.locator("[data-name=photos] input[multiple]").set_input_files(take_photo(size=(900, 700)))
    tile = page.locator("[data-photo]")
    expect(tile).to_contain_text("正在上传")
    slow_line.cut()
    expect(tile).to_contain_text("网络不稳，稍后自动重试")
    assert Upload.objects.count() == 0
    slow_line.mend()
    expect(tile).to_contain_text("已上传")
    assert Upload.objects.count() == 1
    write_the_rest(teacher)
    teacher.press("上报")
    teacher.has_receipt()
    assert Hazard.objects.get().evidence.count() == 1


def test_a_line_that_stays_dead_offers_to_try_again(d, arrive, take_photo):
    teacher = arrive("teacher")
    teacher.page.clock.install()
    teacher.log_in()
    page = teacher.page
    open_report(teacher)
    dead = True
    page.route("**/uploads/", lambda route: route.abort() if dead else route.continue_())
    page.locator("[data-name=photos] input[multiple]").set_input_files(take_photo())
    tile = page.locator("[data-photo]")
    for _ in range(3):
        expect(tile).to_contain_text("稍后自动重试")
        page.clock.fast_forward(8_000)
    expect(tile).to_contain_text("没有传上去，请检查网络")
    dead = False
    tile.get_by_role("button", name="重试").click()
    expect(tile).to_contain_text("已上传")
    expect(tile.get_by_role("button", name="重试")).to_have_count(0)
    assert Upload.objects.count() == 1


def pixel_bomb() -> bytes:
    """A PNG of 40,000 × 40,000 pixels in a few hundred bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 50_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def cut_photo() -> bytes:
    out = io.BytesIO()
    Image.effect_noise((400, 300), 50).convert("RGB").save(out, "JPEG")
    return out.getvalue()[:20_000]


BAD_FILES = [
    ("网页.jpg", b"<!doctype html><script>alert(1)</script>", "不是照片"),
    ("图标.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "只能上传 jpg、png、webp"),
    ("炸弹.png", pixel_bomb(), "超过 4000 万像素"),
    ("苹果.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64, "暂不支持 HEIC"),
    ("残缺.jpg", cut_photo(), "不完整或已损坏"),
    ("空.jpg", b"", "文件是空的"),
]


@pytest.fixture
def bad_files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name, _content, _said in BAD_FILES]
    for path, (_name, content, _said) in zip(paths, BAD_FILES, strict=True):
        path.write_bytes(content)
    return paths


def test_what_is_no_photo_is_refused_at_its_place_and_stops_nothing_else(d, arrive, take_photo, bad_files):
    teacher = arrive("teacher").log_in()
    page = teacher.page
    open_report(teacher)
    page.locator("[data-name=photos] input[multiple]").set_input_files([*bad_files, take_photo()])
    tiles = page.locator("[data-photo]")
    expect(tiles).to_have_count(len(BAD_FILES) + 1)
    for tile, (_name, _content, said) in zip(tiles.all(), BAD_FILES, strict=False):
        expect(tile).to_contain_text(said)
    expect(tiles.last).to_contain_text("已上传")
    tiles.first.get_by_role("button", name="移除").click()
    expect(tiles).to_have_count(len(BAD_FILES))
    write_the_rest(teacher)
    teacher.press("上报")
    teacher.has_receipt()
    assert Hazard.objects.get().evidence.count() == Upload.objects.count() == 1


def test_the_thirty_first_photo_is_told_to_stay_out(d, arrive, tmp_path):
    teacher = arrive("teacher").log_in()
    open_report(teacher)
    same = tmp_path / "同一张.jpg"
    same.write_bytes(photo_bytes())
    teacher.page.locator("[data-name=photos] input[multiple]").set_input_files([same] * (N_PHOTOS + 1))
    expect(teacher.page.locator("[data-photo]")).to_have_count(N_PHOTOS)
    expect(teacher.page.locator("[data-upload]")).to_contain_text("一次最多 30 张")


def open_report(person: Person) -> None:
    person.follow("上报隐患")
    expect(person.heading("上报隐患")).to_be_visible()


def write_the_rest(person: Person) -> None:
    person.page.get_by_label("一句话说明").fill("二楼栏杆松动")
    person.choose_domain("校舍安全")
    person.page.get_by_label("部位").fill("教学楼二楼")
