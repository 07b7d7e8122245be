"""The State Council's arrangement of a year as a file, and why it is refused."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from core.calendar_rows import Mark
from core.calendars import ONE_DAY, SATURDAY
from core.errors import Invalid
from core.workbooks import MOST_BYTES, WHY, Sheet, read_workbook, write_workbook

HEADER = ("日期", "类型", "名称")
SHEETS = ("节假日", "Sheet1", "工作表1")
REST, WORK = "放假", "上班"
_KINDS = {REST: False, "休息": False, "休": False, WORK: True, "补班": True, "调休上班": True, "班": True}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
LONGEST_NAME = 40

# The longest that was ever arranged is 33 days; with twice as many something else is in the file.
MOST_HOLIDAYS = 60
# More refusals are of no help to who corrects a file.
MOST_TOLD = 20

# Days off on a fixed date, and all 13 by name: how many days, and the months they fall in.
# Source: 全国年节及纪念日放假办法 (2024), regulation.md 2.11.
FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
STATUTORY = (
    ("元旦", 1, (1,)),
    ("春节", 4, (1, 2)),
    ("清明", 1, (4,)),
    ("劳动", 2, (5,)),
    ("端午", 1, (5, 6)),
    ("中秋", 1, (9, 10)),
    ("国庆", 3, (10,)),
)


@dataclass(frozen=True)
class FileRow:
    number: int
    on: date
    is_working: bool
    name: str


def read_calendar_file(raw: bytes, *, year: int) -> dict[date, Mark]:
    """The special days of a year from CSV (UTF-8 or GB18030) or XLSX. Raises Invalid at `file`, a reason for each row."""
    reasons: list[str] = []
    rows = list(_rows(_cells(raw), reasons))
    reasons += _check_rows(rows, year)
    marks = {row.on: (row.is_working, row.name) for row in reversed(rows)}
    if not reasons:
        reasons = _check_year(marks, year)
    if reasons:
        more = [_("……还有 %(n)s 处。") % {"n": len(reasons) - MOST_TOLD}] if len(reasons) > MOST_TOLD else []
        raise Invalid.of(file=[*reasons[:MOST_TOLD], *more])
    return dict(sorted(marks.items()))


def write_calendar_file(marks: Iterable[tuple[date, Mark]]) -> bytes:
    """A workbook that `read_calendar_file` takes again."""
    rows = [(on.isoformat(), WORK if mark[0] else REST, mark[1]) for on, mark in marks]
    return write_workbook([Sheet(SHEETS[0], HEADER, rows, widths=(14, 10, 24))])


def _cells(raw: bytes) -> list[tuple[int, tuple[str, ...]]]:
    """(row number as the reader counts, cells), without the header."""
    if raw.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        sheets = read_workbook(raw, sheets=SHEETS)
        if not sheets:
            raise Invalid.of(file=_("工作簿里没有名为“节假日”的工作表。"))
        table = [(row.number, row.cells) for row in next(iter(sheets.values()))]
    else:
        table = _csv_cells(raw)
    if not table or tuple(cell.strip(" *") for cell in table[0][1][:3]) != HEADER:
        raise Invalid.of(file=_("第一行必须是：日期、类型、名称。"))
    if len(table) == 1:
        raise Invalid.of(file=_("文件里没有一天安排。"))
    return table[1:]


def _csv_cells(raw: bytes) -> list[tuple[int, tuple[str, ...]]]:
    if len(raw) > MOST_BYTES:
        raise Invalid.of(file=str(WHY["too_large"]))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            lines = list(csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True))
        except (UnicodeDecodeError, csv.Error):
            continue
        found = [(n, tuple(cell.strip() for cell in line)) for n, line in enumerate(lines, start=1)]
        return [(n, cells) for n, cells in found if any(cells)]
    raise Invalid.of(file=_("读不出这个文件：请用 Excel 工作簿（.xlsx）或 CSV。"))


def _rows(cells: Iterable[tuple[int, tuple[str, ...]]], reasons: list[str]) -> Iterator[FileRow]:
    for number, texts in cells:
        on_text, kind, name = (*texts[:3], "", "", "")[:3]
        on = _read_date(on_text)
        if on is None:
            reasons.append(_row_says(number, _("“%(text)s”不是日期，请写成 2027-01-01") % {"text": on_text[:20]}))
        if kind not in _KINDS:
            reasons.append(_row_says(number, _("类型“%(text)s”不对，只能填“放假”或“上班”") % {"text": kind[:20]}))
        if not name or len(name) > LONGEST_NAME:
            reasons.append(_row_says(number, _("名称须填，最多 %(n)s 字") % {"n": LONGEST_NAME}))
        elif on is not None and kind in _KINDS:
            yield FileRow(number, on, _KINDS[kind], name)


def _read_date(text: str) -> date | None:
    match = _DATE.fullmatch(text.strip())
    if match is None or not text.isprintable():
        return None
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        return None


def _check_rows(rows: list[FileRow], year: int) -> list[str]:
    """What is wrong with one day for itself or beside the same day in another row."""
    reasons: list[str] = []
    seen: dict[date, FileRow] = {}
    for row in rows:
        other = seen.setdefault(row.on, row)
        if row.on.year != year:
            reasons.append(_row_says(row.number, _("%(on)s 不在 %(year)s 年") % {"on": row.on, "year": year}))
        elif other.is_working != row.is_working:
            said = _("%(on)s 与第 %(n)s 行矛盾，一天不能又放假又上班") % {"on": row.on, "n": other.number}
            reasons.append(_row_says(row.number, said))
        elif row.is_working and row.on.weekday() < SATURDAY:
            said = _("%(on)s 是%(weekday)s，本来就上班，不用填") % {"on": row.on, "weekday": _weekday(row.on)}
            reasons.append(_row_says(row.number, said))
    resting = [row for row in seen.values() if not row.is_working and row.on.year == year]
    return reasons + [
        _row_says(row.number, _("%(on)s 是%(weekday)s，本来就休息，又不连着节日，不用填") % {"on": row.on, "weekday": _weekday(row.on)})
        for row in _lone_weekends(resting)
    ]  # fmt: skip


def _lone_weekends(resting: list[FileRow]) -> list[FileRow]:
    """Days off on a weekend that belong to no holiday; the notices count the weekend within a holiday to it."""
    lone: list[FileRow] = []
    ordered = sorted(resting, key=lambda row: row.on)
    for _start, group in groupby(enumerate(ordered), key=lambda pair: pair[1].on - pair[0] * ONE_DAY):
        run = [row for _n, row in group]
        if all(row.on.weekday() >= SATURDAY and (row.on.month, row.on.day) not in FIXED for row in run):
            lone += run
    return lone


def _check_year(marks: dict[date, Mark], year: int) -> list[str]:
    """What is wrong with the year as a whole."""
    off = {on: name for on, (is_working, name) in marks.items() if not is_working}
    reasons: list[str] = []
    if len(off) > MOST_HOLIDAYS:
        told = {"n": len(off), "most": MOST_HOLIDAYS}
        reasons.append(_("放假 %(n)s 天，一年不会超过 %(most)s 天，请核对文件。") % told)
    n_won = sum(on.weekday() < SATURDAY for on in off)
    if len(marks) - len(off) > n_won:
        told = {"worked": len(marks) - len(off), "won": n_won}
        reasons.append(_("调休上班 %(worked)s 天，比工作日放假的 %(won)s 天还多，请核对文件。") % told)
    reasons += [
        _("%(month)s月%(day)s日是法定节假日，文件里没有放假。") % {"month": month, "day": day}
        for month, day in FIXED
        if date(year, month, day) not in off
    ]
    for name, n_days, months in STATUTORY:
        n_found = sum(name in called and on.month in months for on, called in off.items())
        if n_found < n_days:
            missing = {"name": name, "n": n_days, "found": n_found}
            reasons.append(
                _("法定节假日“%(name)s”应至少 %(n)s 天，文件里只有 %(found)s 天；与别的节日连放的，请在名称里都写上。")
                % missing
            )
    return reasons


def _row_says(number: int, reason: str) -> str:
    return _("第 %(n)s 行：%(reason)s。") % {"n": number, "reason": reason}


def _weekday(on: date) -> str:
    return "周" + "一二三四五六日"[on.weekday()]
