"""Workbooks that nobody vouches for are looked at before they are parsed; what goes out holds no formula."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from core import workbook_rows
from core.errors import Invalid
from core.workbooks import MOST_BYTES, Sheet, read_workbook, write_workbook

Parts = dict[str, bytes]


def made(*rows: object, title: str = "单位") -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parts_of(raw: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_parts(**more: bytes) -> bytes:
    return packed({**parts_of(made(["单位名称"], ["一小"])), **{name.replace("__", "/"): more[name] for name in more}})


def refused(raw: bytes) -> str:
    with pytest.raises(Invalid) as refusal:
        read_workbook(raw, sheets=["单位"])
    return refusal.value.fields["file"][0]


def test_values_become_plain_texts() -> None:
    raw = made(
        ["a", "b", "c", "d", "e", "f"],
        ["  一小\u3000", 13800000000, 13800000000.0, 1.5, True, date(2026, 9, 1)],
        [None, None],
        [
            "\u200b二小",
            datetime(2026, 9, 1, 8),  # noqa: DTZ001
            None,
            None,
            None,
            None,
        ],
    )
    rows = read_workbook(raw, sheets=["单位", "人员"])["单位"]
    assert rows[1].cells == ("一小", "13800000000", "13800000000", "1.5", "是", "2026-09-01")
    assert (rows[2].number, rows[2].cells[:2]) == (4, ("二小", "2026-09-01"))


def test_formulas_and_error_values_are_marked() -> None:
    rows = read_workbook(made(["a", "b"], ["=1+1", "#N/A"], ["x", "y"]), sheets=["单位"])["单位"]
    assert rows[1].wrong == (0, 1) and rows[2].wrong == ()


def test_other_sheets_are_left_alone() -> None:
    assert read_workbook(made(["a"], title="说明"), sheets=["单位"]) == {}


@pytest.mark.parametrize(
    "raw", [b"", b"hello", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0" + b"\0" * 600, packed({"a": b"b"})]
)
def test_what_is_no_workbook(raw: bytes) -> None:
    assert "不是 Excel" in refused(raw)


def test_a_bomb_is_not_inflated() -> None:
    assert "文件太大" in refused(with_parts(xl__worksheets__sheet9=b" " * (60 * 1024 * 1024)))
    assert "文件太大" in refused(with_parts(xl__media__blank=b"\0" * (2 * 1024 * 1024)))


def test_limits_of_size_parts_and_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "文件太大" in refused(b"PK" + b"\0" * MOST_BYTES)
    assert "文件太大" in refused(with_parts(**{f"xl__x{n}": b"" for n in range(101)}))
    monkeypatch.setattr(workbook_rows, "MOST_ROWS", 3)
    assert len(read_workbook(made(*[["x"]] * 3), sheets=["单位"])["单位"]) == 3
    assert "文件太大" in refused(made(*[["x"]] * 4))


def test_a_row_far_down_costs_nothing() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>b</t></is></c></row></sheetData></worksheet>'
    )
    rows = read_workbook(with_parts(**{"xl__worksheets__sheet1.xml": sheet}), sheets=["单位"])["单位"]
    assert [row.cells[0] for row in rows] == ["a"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/vbaProject.bin", b"x"),
        ("xl/macrosheets/sheet1.xml", b"<x/>"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>"),
        ("xl/embeddings/oleObject1.bin", b"x"),
        ("xl/activeX/activeX1.xml", b"<x/>"),
        ("xl/evil.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("xl/evil.xml", b" " * 65_530 + b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("xl/evil.xml", '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")),
        ("xl/evil.xml", b'<?xml version="1.0" encoding="utf-7"?><a/>'),
        (
            "[Content_Types].xml",
            b'<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
        ),
    ],
)
def test_macros_links_and_entities_are_refused(name: str, content: bytes) -> None:
    parts = parts_of(made(["a"]))
    assert "宏、外部链接或嵌入对象" in refused(packed({**parts, name: content}))


def test_two_parts_of_one_name_are_refused() -> None:
    raw = io.BytesIO(made(["a"]))
    with pytest.warns(UserWarning), zipfile.ZipFile(raw, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
    assert "宏、外部链接" in refused(raw.getvalue())


def test_a_broken_inside_is_no_server_error() -> None:
    assert "不是 Excel" in refused(
        with_parts(**{"xl__workbook.xml": b"<workbook><sheets><sheet/></sheets></workbook>"})
    )
    assert "不是 Excel" in refused(with_parts(**{"xl__worksheets__sheet1.xml": b"<worksheet><sheetData><row></sheet"}))


def test_a_large_one_is_parsed_by_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = made(["单位名称"], ["一小"], ["=1"])
    here = read_workbook(raw, sheets=["单位"])
    monkeypatch.setattr("core.workbooks.PARSED_HERE", 0)
    assert read_workbook(raw, sheets=["单位"]) == here
    assert "不是 Excel" in refused(with_parts(**{"xl__worksheets__sheet1.xml": b"<worksheet><sheetData><row></sheet"}))
    monkeypatch.setattr("core.workbooks.CHILD_SECONDS", 0)
    assert "文件太大" in refused(raw)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("x")', "a\x00b\x0bc", "长" * 40_000])
def test_what_is_written_is_a_string(text: str) -> None:
    raw = write_workbook([Sheet("表", ["列"], [[text]], marked={(0, 0)}, widths=(20,))])
    cell = load_workbook(io.BytesIO(raw))["表"]["A2"]
    assert cell.data_type == "s"
    assert cell.value == "".join(char for char in text if char.isprintable())[:32_000]
    if text[0] in "=+-@":
        assert cell.quotePrefix
