"""Rows out of an .xlsx that nobody vouches for. Imports nothing of Django, so that a child process starts fast.

Limits are those of quality.md, "Workbooks".
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MOST_INFLATED = 50 * 1024 * 1024
MOST_ENTRIES = 100
# Only of parts larger than SMALL_PART: a short part of blanks is harmless.
MOST_RATIO = 100
SMALL_PART = 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST_CELL = 500
CHUNK = 64 * 1024

# Of a child process.
CHILD_SECONDS = 20
CHILD_MEMORY = 1024 * 1024 * 1024

_FORBIDDEN = re.compile(r"vbaproject|macrosheets|externallinks|activex|embeddings|ctrlprops", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(doctype|entity)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']+)["']""")


class Refused(Exception):
    """`code` says why: one of the words of core.workbooks.WHY."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Row:
    """A row that holds something. `wrong` are columns with a formula or an error instead of a value."""

    number: int
    cells: tuple[str, ...]
    wrong: tuple[int, ...] = ()


Sheets = dict[str, list[Row]]


def inspect(raw: bytes) -> int:
    """Look at every part before any is parsed; gives the bytes inflated. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_ENTRIES:
                raise Refused("too_large")
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Refused("no_workbook")
            if len(names) != len(parts) or any(_FORBIDDEN.search(name) for name in names):
                raise Refused("unsafe")
            return _inflate_all(archive, parts)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as exc:
        raise Refused("no_workbook") from exc


def _inflate_all(archive: zipfile.ZipFile, parts: Iterable[zipfile.ZipInfo]) -> int:
    total = 0
    for part in parts:
        if part.flag_bits & 0x1:
            raise Refused("encrypted")
        size = 0
        with archive.open(part) as stream:
            head = stream.read(CHUNK)
            last = b""
            chunk = head
            while chunk:
                size += len(chunk)
                total += len(chunk)
                if total > MOST_INFLATED or (size > SMALL_PART and size > MOST_RATIO * max(part.compress_size, 1)):
                    raise Refused("too_large")
                _check_markup(part.filename, last + chunk)
                last, chunk = chunk[-64:], stream.read(CHUNK)
        _check_head(part.filename, head)
    return total


def _check_markup(name: str, text: bytes) -> None:
    if _is_markup(name) and _DOCTYPE.search(text):
        raise Refused("unsafe")


def _check_head(name: str, head: bytes) -> None:
    """Only UTF-8, so that what is searched for cannot hide in another encoding; no workbook made for macros."""
    if not _is_markup(name):
        return
    head = head.removeprefix(b"\xef\xbb\xbf")
    declared = _ENCODING.match(head)
    if not head.lstrip().startswith(b"<") or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
        raise Refused("unsafe")
    if name == "[Content_Types].xml" and b"macroenabled" in head.lower():
        raise Refused("unsafe")


def _is_markup(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def parse(raw: bytes, wanted: Collection[str]) -> Sheets:
    """The rows of the sheets of these names, in their order. Raises Refused."""
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        try:
            return {name.strip(): list(_rows(book[name])) for name in book.sheetnames if name.strip() in wanted}
        finally:
            book.close()
    except Refused:
        raise
    except Exception as exc:
        # A library of others' formats fails in many ways; none of them is ours.
        raise Refused("no_workbook") from exc


def _rows(sheet: Any) -> Iterator[Row]:
    if not hasattr(sheet, "reset_dimensions"):
        raise Refused("no_workbook")
    sheet.reset_dimensions()
    n_rows = 0
    for cells in sheet.iter_rows(max_row=MOST_ROWS * 3, max_col=MOST_COLUMNS):
        texts = tuple(_text(cell.value) for cell in cells)
        if not any(texts):
            continue
        n_rows += 1
        if n_rows > MOST_ROWS:
            raise Refused("too_large")
        number = next(cell.row for cell in cells if cell.value is not None)
        width = max(n for n, text in enumerate(texts, start=1) if text)
        yield Row(number, texts[:width], tuple(n for n, cell in enumerate(cells) if cell.data_type in ("f", "e")))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    # Marks that no reader sees, and what the database cannot hold.
    text = "".join(char for char in str(value) if char.isprintable() or char in "\n\t")
    return text.replace("\u3000", " ").strip()[:LONGEST_CELL]


def main() -> None:
    """The child: a workbook on standard input, the names wanted as arguments, rows as JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY, CHILD_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
    try:
        sheets = parse(sys.stdin.buffer.read(), sys.argv[1:])
        answer: object = {name: [[row.number, row.cells, row.wrong] for row in rows] for name, rows in sheets.items()}
    except Refused as refusal:
        answer = refusal.code
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
