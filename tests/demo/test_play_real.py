"""Real hazards of real schools through the same services, as far as the guards let them."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.clock import now, today
from demo.cast import DEMO_PASSWORD
from demo.real_rows import COLUMNS
from hazards.models import Hazard, HazardEvent
from hazards.selectors import access_hazard, list_possible_actions
from organizations.models import Unit, User
from organizations.posts import list_held_posts
from tests.demo.conftest import REAL_TABLE

# Row by row: the state it reaches. Source: issue 2, "Real input".
EXPECTED = {
    **dict.fromkeys((1, 2, 3, 13, 19, 20), "filed"),
    **dict.fromkeys((4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18, 23, 24, 26, 27, 28, 31), "rectifying"),
    **dict.fromkeys((21, 29, 30, 32), "reported"),
    **dict.fromkeys((22, 25), "reported"),
}


def real_rows():
    with REAL_TABLE.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def hazard_of(number):
    row = real_rows()[number - 1]
    return Hazard.objects.get(unit__name=row["单位"], place=row["隐患部位"], description=row["隐患描述"])


def actions_of(hazard):
    return [event.action for event in HazardEvent.objects.filter(hazard=hazard).order_by("seq")]


def write_table(path, *rows, encoding="utf-8", header=COLUMNS):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def a_row(**changes):
    row = {**real_rows()[5], "序号": "1", "单位": "虚构小学", **changes}
    return [row[name] for name in COLUMNS]


def test_each_row_reaches_the_state_that_the_guards_allow(play_real):
    told = play_real().splitlines()
    assert {number: hazard_of(number).state for number in EXPECTED} == EXPECTED
    lines = {int(line.split()[0]): line for line in told[1:33]}
    for number in (1, 2, 3, 13, 19, 20):
        assert "被挡下：交办" in lines[number] and "函告主管部门" in lines[number]
    for number in (21, 29, 30, 32):
        assert "被挡下：建档：判定条款" in lines[number]
    for number in (22, 25):
        assert "被挡下：立行立改：整改后照片" in lines[number]
    assert "等待上里小学安全员提请复查；须先有经批准的整改方案" in lines[4]
    assert "被挡下" not in lines[6]
    total = next(line for line in told if line.startswith("合计"))
    assert "合计 32 行" in total and "新登记 32" in total
    assert "待交办 6，整改中 20，待建档 6" in total and "被守卫挡下 12 行" in total
    call_command("check_consistency", stdout=StringIO())


def test_each_goes_the_way_its_row_names(play_real):
    play_real()
    assert actions_of(hazard_of(1)) == ["report", "escalate", "file"]
    assert actions_of(hazard_of(4)) == ["report", "escalate", "file", "assign", "sign"]
    assert actions_of(hazard_of(6)) == ["report", "file", "assign", "sign"]
    assert actions_of(hazard_of(14)) == ["report", "file", "assign", "sign"]
    assert actions_of(hazard_of(21)) == actions_of(hazard_of(22)) == actions_of(hazard_of(32)) == ["report"]
    by = {number: hazard_of(number).reporter.username for number in (4, 14, 26, 32)}
    assert by[4].endswith("_safety") and {by[14], by[26], by[32]} == {"real_office"}


def test_a_row_running_twice_or_from_another_folder_doubles_nothing(play_real, tmp_path):
    play_real()
    before = HazardEvent.objects.count(), User.objects.count(), Unit.objects.count()
    copy = tmp_path / "副本.csv"
    copy.write_bytes(REAL_TABLE.read_bytes())
    assert "新登记 0，原已登记 32" in play_real(copy)
    assert before == (HazardEvent.objects.count(), User.objects.count(), Unit.objects.count())


def test_a_file_corrected_in_the_browser_is_still_the_same_row(play_real, district):
    play_real()
    hazard = hazard_of(6)
    office = User.objects.get(username=f"real_{hazard.unit_id}_safety")
    district.do("amend", office, hazard.number, reason="写清楚", place="二楼教室窗户")
    assert "新登记 0" in play_real()


def test_no_fact_is_invented(play_real):
    play_real()
    for number, row in enumerate(real_rows(), start=1):
        hazard = hazard_of(number)
        assert hazard.found_on.isoformat() == row["排查时间"]
        assert hazard.source_note.startswith(row["来源"])
        assert (hazard.finder, hazard.category, hazard.evidence.count()) == ("未载明", None, 0)
        first, *later = HazardEvent.objects.filter(hazard=hazard).order_by("seq")
        assert first.is_late_entry and first.occurred_on.isoformat() == row["排查时间"]
        assert {event.occurred_on for event in later} <= {today(now())}
        for part in hazard.interim_control.split("，"):
            assert part in ("", "未载明") or part in row["整改措施"]
    assert hazard_of(5).interim_control == "未载明"
    assert hazard_of(4).interim_control == "设警戒线，禁止靠近"


def test_units_and_people_are_plainly_invented_where_the_table_names_none(play_real):
    told = play_real()
    units = Unit.objects.filter(region_code="999999", kind__in=("SCH", "KG"))
    assert set(units.values_list("name", flat=True)) == {row["单位"] for row in real_rows()}
    assert not User.objects.exclude(name__contains="（虚构）").exists()
    for unit in units:
        kinds = {post.kind for user in unit.people.all() for post in list_held_posts(user, now())}
        assert kinds == {"principal", "safety"}
    assert f"real_office  真实材料演练县教育局安全办经办  {DEMO_PASSWORD}" in told


def test_they_can_be_worked_on_afterwards(play_real):
    play_real()
    hazard = hazard_of(6)
    safety = User.objects.get(username=f"real_{hazard.unit_id}_safety")
    assert "submit" in [one.action.name for one in list_possible_actions(access_hazard(safety, hazard.number, now()))]


def test_outside_demo_mode_new_people_get_temporary_passwords_once(play_real, settings):
    settings.DEMO = False
    first = play_real()
    assert DEMO_PASSWORD not in first
    assert User.objects.filter(must_set_password=True).count() == User.objects.count()
    assert "口令未变" in play_real() and "口令未变" not in first


def test_a_gbk_table_is_read_and_said_so(play_real, tmp_path):
    assert "（GBK）" in play_real(write_table(tmp_path / "a.csv", a_row(), encoding="gbk"))


def test_equal_rows_make_one_hazard(play_real, tmp_path):
    told = play_real(write_table(tmp_path / "a.csv", a_row(), a_row(序号="2")))
    assert "与第 2 行相同" in told
    assert Hazard.objects.count() == 1


def test_a_restricted_matter_stays_with_the_confidant(play_real, tmp_path):
    play_real(write_table(tmp_path / "a.csv", a_row(领域="防欺凌", 隐患描述="监控盲区")))
    hazard = Hazard.objects.get()
    assert (hazard.state, hazard.is_restricted) == ("rectifying", True)
    assert set(HazardEvent.objects.filter(seq__gt=1).values_list("actor__username", flat=True)) == {"real_confidant"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"领域": "宇宙安全"}, "“领域”不认识“宇宙安全”"),
        ({"等级": "特大"}, "“等级”不认识“特大”"),
        ({"责任归属": "某人"}, "“责任归属”不认识“某人”"),
        ({"单位类型": "工厂"}, "“单位类型”不认识“工厂”"),
        ({"排查时间": "2013-02-30"}, "“排查时间”不是日期"),
        ({"排查时间": "2999-01-01"}, "晚于今天"),
        ({"隐患描述": " "}, "“隐患描述”是空的"),
        ({"隐患部位": "长" * 81}, "“隐患部位”有 81 个字，最多 80 个"),
    ],
)
def test_a_wrong_row_is_told_by_its_line_and_leaves_nothing(play_real, tmp_path, changes, words):
    out = StringIO()
    table = write_table(tmp_path / "a.csv", a_row(), a_row(单位="另一小学", **changes))
    with pytest.raises(CommandError, match="有 1 行没有登记"):
        call_command("play_real", str(table), stdout=out)
    line = next(line for line in out.getvalue().splitlines() if "未登记" in line)
    assert "第 3 行" in line and words in line
    assert not Unit.objects.filter(name="另一小学").exists()
    assert Hazard.objects.count() == 1


def test_a_row_with_an_unquoted_comma_is_told(play_real, tmp_path):
    with pytest.raises(CommandError, match="有 1 行没有登记"):
        play_real(write_table(tmp_path / "a.csv", [*a_row(), "多出来"]))
    assert not Hazard.objects.exists()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "表头"),
        ("序号,单位\n1,甲\n".encode(), "第 1 行（表头）缺少：单位类型"),
        (",".join((*COLUMNS, "备注")).encode(), "重复的列：备注"),
        (",".join(COLUMNS).encode() + b"\n1,\xff\xfe\xfa\n", "第 2 行的文字编码"),
        (",".join(COLUMNS).encode() + '\n1,"没有关上\n'.encode(), "不是合规的 CSV"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_whole(play_real, tmp_path, raw, words):
    table = tmp_path / "a.csv"
    table.write_bytes(raw)
    with pytest.raises(CommandError, match=words):
        play_real(table)
    assert not Unit.objects.exists()


def test_a_missing_file_is_told(play_real, tmp_path):
    with pytest.raises(CommandError, match="读不了"):
        play_real(tmp_path / "nowhere.csv")
