"""Takes the pictures of docs/user-guide.md anew, on a fresh demo: `make guide-shots`."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/screenshots"
CHROMIUM = "/usr/bin/chromium"
# Dates and files are asked for in Chinese.
FLAGS = [
    "--lang=zh-CN",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
PASSWORD = "bihuan-demo-2026"
PORT = 8139
PHONE, WIDE = 390, 1440
# A taller picture tells no more on a page.
TALLEST = {PHONE: 900, WIDE: 900}
START_SECONDS = 300
LARGEST = 150_000
# Bars that stick to the window would cover a part; a browser here does not know how a date is written in Chinese.
TIDY = """
document.activeElement.blur();
document.querySelectorAll('input[type=date]').forEach(one => {
  const value = one.value.replaceAll('-', '/');
  one.type = 'text';
  one.value = value || '年/月/日';
});
"""
UNSTICK = """
document.querySelectorAll('.bh-bottom').forEach(bar => bar.remove());
document.querySelectorAll('body *').forEach(one => {
  if (['sticky', 'fixed'].includes(getComputedStyle(one).position)) one.style.position = 'static';
});
"""
COLOURS = 96
PATIENCE = 5_000


@dataclass(frozen=True)
class Shot:
    """`who` at `path`, or in the file of the hazard at `place`; `of` is the part that is shown, `do` what is done before."""

    name: str
    who: str
    width: int
    path: str = ""
    place: str = ""
    of: str = ""
    do: Callable[[Page], None] | None = None


def _type(**values: str) -> Callable[[Page], None]:
    """Fill what stands open: a date as so many days from today (+5), a chip by its value (=call), a list by its words (@…)."""

    def fill(page: Page) -> None:
        for name, value in values.items():
            field = f"[name={name}]"
            if value.startswith("="):
                page.locator(f"{field}[value={value[1:]}]:visible").first.check(force=True, timeout=PATIENCE)
            elif value.startswith("@"):
                page.locator(f"{field}:visible").first.select_option(label=value[1:], timeout=PATIENCE)
            else:
                days = int(value) if value.startswith("+") else None
                day = "" if days is None else (datetime.now(UTC).date() + timedelta(days=days)).isoformat()
                page.locator(f"{field}:visible").first.fill(day or value, timeout=PATIENCE)

    return fill


def _report(page: Page) -> None:
    page.locator("[name=description]:visible").fill("教学楼二楼东侧楼梯扶手松动，课间人多")
    page.locator("h1").click()


def _send_blank(page: Page) -> None:
    page.locator("#do-submit button[type=submit]").click()
    page.wait_for_load_state()


def _follow(*links: str) -> Callable[[Page], None]:
    def follow(page: Page) -> None:
        for link in links:
            page.locator("main a:visible", has_text=link).first.click()
            page.wait_for_load_state()

    return follow


def _choose(page: Page) -> None:
    """Two that the bureau may order itself."""
    for place in ("宿舍楼消火栓", "宿舍 2 号楼配电箱"):
        page.locator("tr", has_text=place).locator("input[name=number]").first.check(force=True)


def _merge(page: Page) -> None:
    """Into a file of the same school, whatever number it has this time."""
    found = page.request.get("/api/v1/hazards/", params={"q": "302 教室后门"}).json()["results"]
    _type(master=found[0]["number"], reason="与昨日登记的是同一处")(page)


def _delegate(page: Page) -> None:
    _follow("请人代理")(page)
    _type(reason="外出培训")(page)


SHOTS = (
    Shot("desk-teacher", "demo_teacher", PHONE, "/"),
    Shot("report", "demo_teacher", PHONE, "/report/", do=_report),
    Shot("my-reports", "demo_teacher", PHONE, "/my-reports/"),
    Shot(
        "supplement",
        "demo_teacher",
        PHONE,
        place="北门监控",
        of="#do-supplement",
        do=_type(supplement="第 3 路，上周五放学后还正常，周一早上黑屏。"),
    ),
    Shot(
        "self-handle",
        "demo_safety",
        PHONE,
        place="教学楼西侧楼梯一层",
        of="#do-self_handle",
        do=_type(
            leader="@林样和",
            measures="两个年级错开 3 分钟下楼，转角处设疏导岗",
            interim_control="值班教师在转角处疏导",
            limit_on="+5",
        ),
    ),
    Shot("refused", "demo_village", PHONE, place="操场西侧", of="#do-submit", do=_send_blank),
    Shot(
        "confirm",
        "demo_principal",
        PHONE,
        place="综合楼三层走廊灭火器箱",
        of="#do-confirm_and_close",
        do=_type(opinion="逐具查看，压力正常，标签齐全"),
    ),
    Shot("delegate", "demo_principal", PHONE, "/me/posts/", do=_delegate),
    Shot(
        "central-record",
        "demo_central",
        PHONE,
        place="校园西围墙北段",
        of="#record-sign",
        do=_type(behalf_name="林样和校长", behalf_how="=call", behalf_note="上午 9 点电话"),
    ),
    Shot("second-factor", "demo_leader", PHONE, "/me/second-factor/"),
    Shot("save-plan", "demo_third_safety", WIDE, place="连廊栏杆", of="#do-save_plan"),
    Shot("desk-office", "demo_office", WIDE, "/"),
    Shot(
        "notify",
        "demo_office",
        WIDE,
        place="校门外县道",
        of="#do-notify",
        do=_type(requirements="请到现场核实，增设减速带和警示标志", letter="教安函〔2026〕25 号", reply_on="+7"),
    ),
    Shot(
        "refer",
        "demo_office",
        WIDE,
        place="园外配餐点",
        of="#do-refer",
        do=_type(
            to="@示例县安全生产委员会办公室",
            lead="@示例县市场监督管理局",
            reason="函告到期未复，请县安委办明确牵头部门",
        ),
    ),
    Shot(
        "rule-return",
        "demo_office",
        WIDE,
        place="校外临街广告牌",
        of="#do-rule_return",
        do=_type(ruling="=back", reason="情况属实，收回后提请县安委办交办"),
    ),
    Shot("bulk", "demo_office", WIDE, "/hazards/?state=filed", do=_choose),
    Shot(
        "merge",
        "demo_safety",
        PHONE,
        place="教学楼西侧楼梯一层",
        of="#do-merge",
        do=_merge,
    ),
    Shot("import", "demo_sysadmin", WIDE, "/people/import/"),
    Shot("hand-over", "demo_principal", WIDE, "/people/", do=_follow("第一小学", "交接")),
    Shot("visits", "demo_office", WIDE, "/visits/"),
    Shot("ladder", "demo_principal", PHONE, place="南楼疏散通道应急灯", of="#ladder"),
    Shot("overdue", "demo_office", WIDE, "/overdue/"),
    Shot(
        "extension",
        "demo_safety",
        PHONE,
        place="科学实验室药品柜",
        of="#do-request_extension",
        do=_type(until_on="+6", reason="药品柜锁须定制，到货晚两天", control="双人加锁，停止领用"),
    ),
    Shot(
        "guard",
        "demo_safety",
        PHONE,
        place="化学准备室通风柜",
        of="#do-prove_guard",
        do=_type(note="封条完好，警示标识在位，无人进入"),
    ),
    Shot("drafts", "demo_leader", PHONE, "/measures/"),
    Shot(
        "reply",
        "demo_principal",
        PHONE,
        place="南楼疏散通道应急灯",
        of="#do-reply_measure",
        do=_type(reply="应急灯已到货，本周更换；总务主任专人负责，今后每月测试。"),
    ),
    Shot("listing", "demo_leader", PHONE, place="操场北侧挡墙", of="#do-decide_listing", do=_type(ruling="=list")),
    Shot("board", "demo_office", WIDE, "/supervision/"),
    Shot("calendar", "demo_office", WIDE, "/calendar/"),
    Shot("clock-rules", "demo_sysadmin", WIDE, "/rules/clock/"),
    Shot("desk-leader", "demo_leader", PHONE, "/"),
    Shot("countersign", "demo_leader", PHONE, place="学生宿舍 3 号楼", of="#countersign"),
    Shot(
        "schedule",
        "demo_leader",
        PHONE,
        place="学校北挡土墙",
        of="#do-schedule",
        do=_type(
            note="列入地质灾害治理项目", year="2027", until_on="+200", milestones="2027-03-31 完成招标\n2027-05-31 完工"
        ),
    ),
    Shot(
        "county",
        "demo_coordinator",
        WIDE,
        place="校门外危桥",
        of="#do-assign_referred",
        do=_type(requirements="修复护栏，设置水位警示和限行标志", limit_on="+14"),
    ),
    Shot(
        "record",
        "demo_coordinator",
        WIDE,
        place="校门外县道下坡处",
        of="#record-submit",
        do=_type(
            behalf_name="马例路",
            behalf_how="=letter",
            behalf_note="交函〔2026〕12 号",
            report="减速带已完成，警示灯已安装",
            contact="马例路 000-0000-0061",
        ),
    ),
)


def main() -> None:
    wanted = set(sys.argv[1:])
    shots = [shot for shot in SHOTS if not wanted or shot.name in wanted]
    with _site() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        for shot in shots:
            _take(browser, url, shot)
        browser.close()


@contextmanager
def _site() -> Iterator[str]:
    """A demo of its own that goes with the pictures; or a running one, by BIHUAN_URL."""
    if given := os.environ.get("BIHUAN_URL"):
        yield given.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="bihuan-guide-") as folder:
        env = {**os.environ, "BIHUAN_DEMO": "1", "BIHUAN_VAR": folder, "PORT": str(PORT)}
        command = [sys.executable, "-m", "config.launcher", "up"]
        site = subprocess.Popen(command, cwd=ROOT, env=env)
        try:
            url = f"http://127.0.0.1:{PORT}"
            _wait(url)
            yield url
        finally:
            site.terminate()
            site.wait()


def _wait(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(1)
    raise SystemExit("演示站点没有启动。")


def _take(browser: Browser, url: str, shot: Shot) -> None:
    page = browser.new_context(
        base_url=url, viewport={"width": shot.width, "height": TALLEST[shot.width]}, locale="zh-CN",
        timezone_id="Asia/Shanghai", service_workers="block",
    ).new_page()  # fmt: skip
    page.goto("/login/")
    page.fill("[name=username]", shot.who)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    page.goto(_address(page, shot))
    if shot.do:
        shot.do(page)
    page.wait_for_load_state("networkidle")
    page.evaluate(TIDY)
    _save(page, shot)
    page.context.close()


def _address(page: Page, shot: Shot) -> str:
    if not shot.place:
        return shot.path
    found = page.request.get("/api/v1/hazards/", params={"q": shot.place}).json()["results"]
    number = next(row["number"] for row in found if row["place"] == shot.place)
    asked = shot.of.removeprefix("#")
    kind, _dash, action = asked.partition("-")
    return f"/hazards/{number}/?{kind}={action}" if kind in ("do", "record") and action else f"/hazards/{number}/"


def _save(page: Page, shot: Shot) -> None:
    """A part with the heading that it stands under; bars that stick to the window would cover it."""
    if shot.of:
        page.evaluate(UNSTICK)
        part = page.locator(shot.of).first
        part.scroll_into_view_if_needed()
        box = page.evaluate(
            "e => { const fold = e.closest('details') || e; const r = fold.getBoundingClientRect();"
            " return {x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height}; }",
            part.element_handle(),
        )
        margin = 8
        clip = {
            "x": max(0, box["x"] - margin), "y": max(0, box["y"] - margin), "width": box["width"] + 2 * margin,
            "height": min(box["height"] + 2 * margin, TALLEST[shot.width]),
        }  # fmt: skip
        raw = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    else:
        raw = page.screenshot()
    path = FOLDER / f"guide-{shot.name}.png"
    _shrink(raw, path)
    print(path.relative_to(ROOT), path.stat().st_size, flush=True)


def _shrink(raw: bytes, path: Path) -> None:
    """Few colours are enough for pages; raises SystemExit where a picture stays too large."""
    image = Image.open(io.BytesIO(raw)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} 太大：{path.stat().st_size} 字节。")


if __name__ == "__main__":
    main()
