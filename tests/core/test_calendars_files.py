"""A year by file: what is taken, and every reason for which it is refused."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from core.calendar_files import read_calendar_file, write_calendar_file
from core.calendars import published_days
from core.errors import Invalid

# A plain arrangement of 2027 as a notice might have it.
GOOD = [
    *[(f"2027-01-0{day}", "放假", "元旦") for day in (1, 2, 3)],
    *[(f"2027-02-{day:02}", "放假", "春节") for day in range(5, 12)],
    ("2027-02-20", "上班", "春节"),
    *[(f"2027-04-0{day}", "放假", "清明节") for day in (3, 4, 5)],
    *[(f"2027-05-0{day}", "放假", "劳动节") for day in range(1, 6)],
    ("2027-05-08", "上班", "劳动节"),
    *[(f"2027-06-{day:02}", "放假", "端午节") for day in (9,)],
    *[(f"2027-09-{day}", "放假", "中秋节") for day in (15,)],
    *[(f"2027-10-0{day}", "放假", "国庆节") for day in range(1, 8)],
    ("2027-10-09", "上班", "国庆节"),
]


# What stands above a row under test: 20 rows; in line 12 of the file is a Saturday worked.
FIRST = [row for row in GOOD if row[0] < "2027-06"]


def csv_of(rows, header="日期,类型,名称", encoding="utf-8"):
    return "\r\n".join([header, *(",".join(row) for row in rows)]).encode(encoding)


def without(*days):
    return [row for row in GOOD if row[0] not in days]


def reasons(raw, year=2027):
    with pytest.raises(Invalid) as refusal:
        read_calendar_file(raw, year=year)
    return refusal.value.fields["file"]


def workbook(rows, title="节假日"):
    book = Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_as_offices_save_it(encoding):
    marks = read_calendar_file(csv_of(GOOD, encoding=encoding), year=2027)
    assert len(marks) == len(GOOD)
    assert marks[date(2027, 2, 6)] == (False, "春节")
    assert marks[date(2027, 10, 9)] == (True, "国庆节")


@pytest.mark.parametrize("title", ["节假日", "Sheet1"])
def test_a_workbook_is_read_with_real_dates_too(title):
    rows = [(date.fromisoformat(on), kind, name) for on, kind, name in GOOD]
    found = read_calendar_file(workbook([("日期", "类型", "名称"), *rows], title), year=2027)
    assert found == read_calendar_file(csv_of(GOOD), year=2027)


@pytest.mark.parametrize("text", ["2027/1/1", "2027年1月1日", "20270101", "2027-1-1", "2027.01.01"])
def test_dates_are_read_in_every_common_spelling(text):
    assert date(2027, 1, 1) in read_calendar_file(csv_of([(text, "放假", "元旦"), *without("2027-01-01")]), year=2027)


@pytest.mark.parametrize("year", [2025, 2026])
def test_what_was_published_is_taken_and_comes_back_the_same(year):
    marks = published_days([year])
    assert read_calendar_file(write_calendar_file(sorted(marks.items())), year=year) == marks


def test_the_same_day_twice_alike_is_no_contradiction():
    assert read_calendar_file(csv_of([*GOOD, GOOD[0]]), year=2027) == read_calendar_file(csv_of(GOOD), year=2027)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("2027-02-20", "放假", "春节"), "第 22 行：2027-02-20 与第 12 行矛盾，一天不能又放假又上班。"),
        (("2027-03-01", "上班", "春节"), "第 22 行：2027-03-01 是周一，本来就上班，不用填。"),
        (("2027-03-06", "放假", "周末"), "第 22 行：2027-03-06 是周六，本来就休息，又不连着节日，不用填。"),
        (("2026-12-31", "放假", "元旦"), "第 22 行：2026-12-31 不在 2027 年。"),
        (("2027-02-30", "放假", "春节"), "第 22 行：“2027-02-30”不是日期，请写成 2027-01-01。"),
        (("下周一", "放假", "春节"), "第 22 行：“下周一”不是日期，请写成 2027-01-01。"),
        (("", "放假", "春节"), "第 22 行：“”不是日期，请写成 2027-01-01。"),
        (("2027-03-06", "半天", "春节"), "第 22 行：类型“半天”不对，只能填“放假”或“上班”。"),
        (("2027-03-06", "上班", ""), "第 22 行：名称须填，最多 40 字。"),
        (("2027-03-06", "上班", "节" * 41), "第 22 行：名称须填，最多 40 字。"),
    ],
)
def test_a_row_is_refused_with_its_number_and_the_reason(row, said):
    assert said in reasons(csv_of([*FIRST, row]))


def test_every_wrong_row_is_told_at_once_up_to_twenty():
    found = reasons(csv_of([*GOOD, *[("2027-03-01", "上班", "错")] * 30]))
    assert len(found) == 21
    assert found[-1] == "……还有 10 处。"


@pytest.mark.parametrize("n_days", [61, 200])
def test_too_many_holidays_are_refused(n_days):
    n_off = sum(kind == "放假" for _on, kind, _name in GOOD)
    found = reasons(csv_of([*GOOD, *holidays_more(n_days - n_off)]))
    assert found == [f"放假 {n_days} 天，一年不会超过 60 天，请核对文件。"]


def test_sixty_holidays_are_not_yet_too_many():
    n_off = sum(kind == "放假" for _on, kind, _name in GOOD)
    assert len(read_calendar_file(csv_of([*GOOD, *holidays_more(60 - n_off)]), year=2027)) == 60 + len(GOOD) - n_off


def holidays_more(n_days):
    """Weekdays from March on, so that none is refused for itself."""
    taken = {row[0] for row in GOOD}
    days = [date.fromordinal(date(2027, 3, 1).toordinal() + n) for n in range(300)]
    return [(str(on), "放假", "假") for on in days if on.weekday() < 5 and str(on) not in taken][:n_days]


def test_more_make_up_work_than_was_won_is_refused():
    won = [on for on, kind, _name in GOOD if kind == "放假" and date.fromisoformat(on).weekday() < 5]
    rows = [row for row in GOOD if row[1] == "放假"]
    saturdays = [str(date.fromordinal(date(2027, 7, 3).toordinal() + 7 * n)) for n in range(len(won) + 2)]
    worked = [(on, "上班", "调休") for on in saturdays if on != "2027-10-02"]
    assert reasons(csv_of([*rows, *worked])) == [
        f"调休上班 {len(worked)} 天，比工作日放假的 {len(won)} 天还多，请核对文件。"
    ]
    assert len(read_calendar_file(csv_of([*rows, *worked[:-1]]), year=2027)) == len(rows) + len(won)


@pytest.mark.parametrize("on", ["2027-01-01", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03"])
def test_a_fixed_statutory_day_must_be_free(on):
    month, day = int(on[5:7]), int(on[8:])
    # The weekend after 1 January would be refused for itself.
    weekend = ("2027-01-02", "2027-01-03") if month == 1 else ()
    assert f"{month}月{day}日是法定节假日，文件里没有放假。" in reasons(csv_of(without(on, *weekend)))


@pytest.mark.parametrize(
    ("left_out", "name", "n", "n_left"),
    [
        ({f"2027-02-{day:02}" for day in range(8, 12)}, "春节", 4, 3),
        ({"2027-04-03", "2027-04-04", "2027-04-05"}, "清明", 1, 0),
        ({"2027-06-09"}, "端午", 1, 0),
        ({"2027-09-15"}, "中秋", 1, 0),
    ],
)
def test_all_thirteen_statutory_days_must_be_there(left_out, name, n, n_left):
    found = reasons(csv_of(without(*left_out)))
    assert any(one.startswith(f"法定节假日“{name}”应至少 {n} 天，文件里只有 {n_left} 天") for one in found)


def test_four_days_of_spring_festival_are_enough():
    rows = without(*{f"2027-02-{day:02}" for day in range(9, 12)}, "2027-02-20")
    assert date(2027, 2, 8) in read_calendar_file(csv_of(rows), year=2027)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "第一行必须是：日期、类型、名称。"),
        ("日期,名称\n2027-01-01,元旦".encode(), "第一行必须是：日期、类型、名称。"),
        ("日期,类型,名称\n".encode(), "文件里没有一天安排。"),
        (b"\xff\xfe\x00\x80\x81", "读不出这个文件：请用 Excel 工作簿（.xlsx）或 CSV。"),
        (b"PK\x03\x04 no workbook", "这不是 Excel 工作簿（.xlsx），或文件已损坏。请用下载的模板填写后另存为 .xlsx。"),
        (workbook([("日期", "类型", "名称")], "别的"), "工作簿里没有名为“节假日”的工作表。"),
        (b"x" * (5 * 1024 * 1024 + 1), "文件太大：最多 5 MB、2 万行。请分成几个文件上传。"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(raw, said):
    assert reasons(raw) == [said]
