"""From rows of cells to rows of named texts, with what is wrong in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.workbooks import Row, Sheets
from organizations.imports.columns import PROBLEM, SHEETS, Column

# More are of no help to who corrects a file.
MOST_ERRORS = 2_000


class Stored(TypedDict):
    """A row as kept between looking and bringing in."""

    number: int
    texts: dict[str, str]


class StoredError(TypedDict):
    sheet: str
    number: int
    column: str
    message: str


@dataclass
class Reading:
    """{sheet: rows} and every error found so far."""

    rows: dict[str, list[Stored]] = field(default_factory=dict)
    errors: list[StoredError] = field(default_factory=list)

    def wrong(self, sheet: str, number: int, column: str, message: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(StoredError(sheet=sheet, number=number, column=column, message=message))


def read_rows(sheets: Sheets) -> Reading:
    """Raises Invalid where neither sheet has its columns; all else is told by cell."""
    reading = Reading()
    for name, columns in SHEETS.items():
        rows = sheets.get(name, [])
        if not rows:
            continue
        places = _places(name, columns, rows[0])
        for row in rows[1:]:
            _read_row(reading, name, columns, places, row)
    if not any(reading.rows.values()):
        raise Invalid.of(file=_("没有读到内容。请把单位填在“单位”表、人员填在“人员”表，第一行是表头。"))
    return reading


def _places(sheet: str, columns: Sequence[Column], header: Row) -> dict[str, int]:
    """{column: where it stands}; an error sheet that comes back has columns between."""
    found = {text.strip().rstrip("*"): n for n, text in enumerate(header.cells) if not text.startswith(PROBLEM)}
    missing = [column.header for column in columns if column.is_required and column.header not in found]
    if missing:
        said = {"sheet": sheet, "columns": "、".join(missing)}
        raise Invalid.of(file=_("“%(sheet)s”表缺少这些列：%(columns)s。请用下载的模板。") % said)
    return {column.name: found[column.header] for column in columns if column.header in found}


def _read_row(reading: Reading, sheet: str, columns: Sequence[Column], places: Mapping[str, int], row: Row) -> None:
    texts = {name: row.cells[place] if place < len(row.cells) else "" for name, place in places.items()}
    if not any(texts.values()):
        return
    for column in columns:
        text = texts.setdefault(column.name, "")
        if places.get(column.name) in row.wrong:
            texts[column.name] = ""
            reading.wrong(sheet, row.number, column.name, _("这里是公式或错误值，请改为文字。"))
        elif column.is_required and not text:
            reading.wrong(sheet, row.number, column.name, _("请填写%(what)s。") % {"what": column.header})
        elif len(text) > column.longest:
            reading.wrong(sheet, row.number, column.name, _("最多 %(n)d 个字。") % {"n": column.longest})
    reading.rows.setdefault(sheet, []).append(Stored(number=row.number, texts=texts))
