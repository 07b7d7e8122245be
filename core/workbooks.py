"""Excel in and out: what came in is looked at before it is parsed, what goes out holds strings and no formula."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from core.errors import Invalid
from core.workbook_rows import CHILD_SECONDS, Refused, Row, Sheets, inspect, parse

MOST_BYTES = 5 * 1024 * 1024
# A workbook larger than this when inflated is parsed by a child process with limits of time and memory.
PARSED_HERE = 4 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_WRITTEN = 32_000
_ROOT = Path(__file__).resolve().parent.parent

WHY: Mapping[str, str | Promise] = {
    "no_workbook": _("这不是 Excel 工作簿（.xlsx），或文件已损坏。请用下载的模板填写后另存为 .xlsx。"),
    "too_large": _("文件太大：最多 5 MB、2 万行。请分成几个文件上传。"),
    "unsafe": _("文件带有宏、外部链接或嵌入对象，不能导入。请把内容复制到下载的模板里再上传。"),
    "encrypted": _("文件有密码保护，请取消密码后再上传。"),
}

# Compound files: .xls, and .xlsx under a password.
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

__all__ = ["MOST_BYTES", "WHY", "XLSX", "Row", "Sheet", "Sheets", "read_workbook", "write_workbook"]


def read_workbook(raw: bytes, *, sheets: Collection[str], field: str = "file") -> Sheets:
    """The rows of these sheets by name. Raises Invalid at `field`, saying what to do."""
    try:
        if raw.startswith(_OLD_EXCEL):
            raise Refused("no_workbook")
        if len(raw) > MOST_BYTES:
            raise Refused("too_large")
        is_large = inspect(raw) > PARSED_HERE
        return _parse_in_child(raw, sheets) if is_large else parse(raw, sheets)
    except Refused as refusal:
        raise Invalid.of(**{field: str(WHY[refusal.code])}) from refusal


def _parse_in_child(raw: bytes, sheets: Collection[str]) -> Sheets:
    command = [sys.executable, "-m", "core.workbook_rows", *sheets]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=CHILD_SECONDS * 2, cwd=_ROOT, check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as exc:
        raise Refused("too_large") from exc
    answer = json.loads(done.stdout)
    if isinstance(answer, str):
        raise Refused(answer)
    return {
        name: [Row(number, tuple(cells), tuple(wrong)) for number, cells, wrong in rows]
        for name, rows in answer.items()
    }


@dataclass(frozen=True)
class Sheet:
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    # Column and row numbers, from 0, of cells to be seen at once.
    marked: Collection[tuple[int, int]] = ()
    widths: Sequence[int] = field(default_factory=tuple)


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.freeze_panes = "A2"
        for n, width in enumerate(sheet.widths, start=1):
            page.column_dimensions[get_column_letter(n)].width = width
        page.append([_cell(page, text, is_bold=True) for text in sheet.header])
        for y, row in enumerate(sheet.rows):
            page.append([_cell(page, text, is_marked=(x, y) in sheet.marked) for x, text in enumerate(row)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: object, text: str, *, is_bold: bool = False, is_marked: bool = False) -> Cell:
    """A string whatever it begins with."""
    clean = "".join(char for char in text if char.isprintable() or char in "\n\t")[:LONGEST_WRITTEN]
    cell = WriteOnlyCell(page, value=clean)  # type: ignore[arg-type]
    cell.data_type = "s"
    if clean[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
    if is_bold:
        cell.font = Font(bold=True)
    if is_marked:
        cell.fill = PatternFill("solid", fgColor="F3E3EF")
    return cell
