"""The workbooks that go out: the template, what is wrong beside each wrong cell, the first passwords."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from core.workbooks import Sheet, write_workbook
from organizations.imports.columns import GUIDE, KINDS, PEOPLE, PROBLEM, SHEETS, UNITS
from organizations.imports.reading import Stored, StoredError
from organizations.kinds import UNIT_POSTS, default_title
from organizations.models import User

_EXAMPLES = {
    UNITS: ("城关镇示例小学", "学校", "城关中心校", "城关镇", "", "", "是"),
    PEOPLE: ("张三", "zhangsan01", "", "城关镇示例小学", "校长、安全员", "2026-09-01"),
}
# So many rows below the header offer the kinds to choose from.
CHOICE_ROWS = 2_000


def write_template() -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, columns in SHEETS.items():
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        for n, column in enumerate(columns, start=1):
            head = page.cell(1, n, f"{column.header}*" if column.is_required else column.header)
            head.font = Font(bold=True)
            page.column_dimensions[head.column_letter].width = column.width
            # Text, so that a long number stays as it was typed.
            page.column_dimensions[head.column_letter].number_format = "@"
    kinds = ",".join(sorted({str(kind.label) for kind in KINDS.values()}))
    choice = DataValidation(type="list", formula1=f'"{kinds}"', allow_blank=True)
    book[UNITS].add_data_validation(choice)
    choice.add(f"B2:B{CHOICE_ROWS}")
    _write_guide(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_guide(book: Workbook) -> None:
    page = book.create_sheet(GUIDE)
    lines: list[tuple[str, ...]] = [
        (_("“单位”和“人员”两张表可以只填一张；带 * 的列必填。"),),
        (_("整个文件没有问题才会导入；有问题会生成一份标明原因的表，改好后重新上传。"),),
        (_("重复上传同一份表，已有的单位和人员不会重复建立；空白的格不改动已有内容。"),),
        (),
    ]
    for title, columns in SHEETS.items():
        lines += [(title, _("怎样填"), _("例子"))]
        lines += [
            (column.header, column.note, example) for column, example in zip(columns, _EXAMPLES[title], strict=True)
        ]
        lines += [()]
    lines += [(_("单位类型"), _("可填的岗位"))]
    for kind, posts in UNIT_POSTS.items():
        lines.append((str(kind.label), "、".join(default_title(kind, post) for post in posts)))
    for line in lines:
        page.append(list(line))
    for letter, width in (("A", 22), ("B", 70), ("C", 24)):
        page.column_dimensions[letter].width = width
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def write_errors(rows: dict[str, list[Stored]], errors: Sequence[StoredError]) -> bytes:
    """Every row as it came, and beside each column with a problem another one that says it."""
    sheets: list[Sheet] = []
    for title, columns in SHEETS.items():
        if not rows.get(title):
            continue
        told: dict[tuple[int, str], list[str]] = {}
        for error in errors:
            if error["sheet"] == title:
                told.setdefault((error["number"], error["column"]), []).append(error["message"])
        wrong = {column for _number, column in told}
        header: list[str] = []
        for column in columns:
            header += [column.header] + ([PROBLEM + column.header] if column.name in wrong else [])
        body: list[list[str]] = []
        marked: set[tuple[int, int]] = set()
        for y, row in enumerate(rows[title]):
            line: list[str] = []
            for column in columns:
                line.append(row["texts"].get(column.name, ""))
                if column.name in wrong:
                    reasons = told.get((row["number"], column.name), [])
                    marked |= {(len(line) - 1, y), (len(line), y)} if reasons else set()
                    line.append("；".join(reasons))
            body.append(line)
        widths = [40 if head.startswith(PROBLEM) else 20 for head in header]
        sheets.append(Sheet(title, header, body, marked, widths))
    return write_workbook(sheets)


def write_passwords(told: Sequence[tuple[User, str, str]]) -> bytes:
    """(account, posts, password)"""
    header = [_("单位"), _("姓名"), _("岗位"), _("用户名"), _("初始密码")]
    rows = [
        [user.unit.name if user.unit else "", user.name, posts, user.username, password]
        for user, posts, password in told
    ]
    return write_workbook([Sheet(_("初始密码"), header, rows, widths=(30, 12, 24, 20, 24))])
