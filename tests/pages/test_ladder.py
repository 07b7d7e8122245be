"""督办阶梯 on a file: what came, what is next and whose time it is; the timeline tells a firing in a line."""

from datetime import timedelta

import pytest

from core.clock import StillClock
from deadlines.sweep import sweep_all
from hazards.actions import ACTIONS
from hazards.inputs import fields_of
from hazards.ladder import MOST_CAME, read_ladder
from hazards.selectors import access_hazard, list_events
from hazards.wording_clock import SPOKEN, say_clock
from tests.hazards.test_firing_equal import CASES
from tests.support.district import District


def at_due(d: District, number: str, **later: int) -> None:
    due = d.find(number).due_at
    assert due is not None
    StillClock.set(due + timedelta(**later))


def sweep(d: District) -> None:
    assert not sweep_all(d.at).failed


def ladder(d: District, who: str, number: str):
    case = access_hazard(d.people[who], number, d.at)
    return read_ladder(case, list_events(case))


def test_before_the_first_rung_it_says_which_comes_when_and_who_is_told(d):
    number = d.reach("rectifying")
    found = ladder(d, "safety", number)
    one = found.running[0]
    assert (one.what, one.owner, one.whose) == ("整改", "第一小学", "责任单位的时间")
    assert "08:30 催办（蓝色预警），告知第一小学" in one.following and one.first_on is None
    assert found.came == [] and found.n_missed == {}


def test_each_rung_that_came_stands_with_who_was_told(d):
    number = d.reach("rectifying")
    at_due(d, number, days=-1)
    sweep(d)
    at_due(d, number)
    sweep(d)
    found = ladder(d, "safety", number)
    assert [one.what for one in found.came][0] == "橙色预警"
    assert found.came[0].colour == "orange" and "第一小学" in found.came[0].told
    assert "催办（橙色预警）" in found.running[0].following


def test_what_was_missed_is_one_line_on_ladder_and_timeline(d, signed_in):
    number = d.reach("rectifying")
    at_due(d, number, days=8)
    sweep(d)
    found = ladder(d, "safety", number)
    assert [one.what for one in found.came] == ["红色预警"]
    assert found.came[0].notes[0] == "补记 4 级" and found.came[0].notes[1].startswith("应于 ")
    page = signed_in(d.safety).get(f"/hazards/{number}/").content.decode()
    # Once on the ladder, once in the timeline.
    assert page.count("补记 4 级") == 2
    assert "到期后7天预警（红色），时间由第一小学承担，已告知" in page
    assert "哪个时限" not in page and "第几级" not in page


def test_time_of_the_office_is_named_as_the_offices(d):
    number = d.reach("submitted")
    at_due(d, number, days=4)
    sweep(d)
    found = ladder(d, "office", number)
    assert {(one.owner, one.whose[:5]) for one in found.running} == {("县教育局", "办理单位的")}
    assert "第一小学" not in "".join(one.told for one in found.came)


def test_both_limits_of_what_was_extended_are_shown(d, signed_in):
    number = d.reach("rectifying")
    old = d.find(number).lead_assignment.limit_on
    new = old + timedelta(days=20)
    d.do("set_limit", d.office, number, limit_on=new.isoformat(), reason="等材料到货")
    one = ladder(d, "safety", number).running[0]
    assert (one.due_on, one.first_on) == (new, old)
    text = signed_in(d.safety).get(f"/hazards/{number}/").content.decode()
    assert f"原期限 {old.month}月{old.day}日" in text and f"整改期限改为 {new.month}月{new.day}日" in text


def test_of_a_confidential_matter_nobody_is_named(d):
    number = CASES["restricted"](d)
    at_due(d, number, days=8)
    sweep(d)
    found = ladder(d, "confidant", number)
    assert found.came and all(not one.told for one in found.came)
    assert [one.following.split("，告知")[1] for one in found.running] == ["责任岗位、分管领导"]


def test_a_closed_hazard_keeps_its_ladder_but_no_clock(d):
    number = d.reach("rectifying")
    at_due(d, number)
    sweep(d)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    d.do("close", d.office, number, closure_type="rectified")
    found = ladder(d, "office", number)
    assert found.running == [] and found.came


def test_years_of_reminders_are_cut_and_cost_no_statement_more(d, django_assert_max_num_queries):
    number = d.reach("rectifying")
    for week in range(1, MOST_CAME + 14):
        at_due(d, number, days=7 * week)
        sweep(d)
    case = access_hazard(d.office, number, d.at)
    events = list_events(case)
    with django_assert_max_num_queries(10):
        found = read_ladder(case, events)
    assert len(found.came) == MOST_CAME < found.n_came


GIVEN = {
    "request_extension": (
        {"until_on": "2026-12-20", "reason_kind": "works", "old_limit": "2026-12-05", "answered_by": "县教育局", "asked_late": True},
        "申请延期到 12月20日 周日，原期限 12月5日 周六，原因是施工，由县教育局审批，逾期申请。",
    ),
    "rule_extension": (
        {"ruling": "grant", "new_limit": "2026-12-18", "old_limit": "2026-12-05"},
        "同意延期到 12月18日 周五，原期限 12月5日 周六 保留备查。",
    ),
    "set_limit": ({"limit_on": "2026-12-18"}, "整改期限改为 12月18日 周五。"),
    "suspend": ({"kind": "room", "scope": "三楼两间教室"}, "停用房屋、场所：三楼两间教室，恢复须决定单位同意。"),
    "warn": (
        {"label": "到期预警（橙色）", "owner": "第一小学", "told": "第一小学校长", "act": "warn", "of": "limit", "rung": 3},
        "到期预警（橙色），时间由第一小学承担，已告知第一小学校长。",
    ),
    "decide_measure": (
        {"ruling": "issue", "measure_kind": "通报批评", "of_unit": "第一小学", "paper_number": "教安通〔2026〕1号", "reply_on": "2026-12-04"},
        "签发通报批评，送达第一小学，文号 教安通〔2026〕1号，12月4日 周五 前书面回复。",
    ),
    "decide_listing": (
        {"ruling": "list", "term": "2026-12-31", "supervisor": "王某", "paper_number": "教安挂〔2026〕1号"},
        "决定挂牌督办，通知书 教安挂〔2026〕1号，督办期限 12月31日 周四，督办责任人王某，摘牌之前不能销号。",
    ),
    "escalate_overdue": (
        {"label": "到期后3个工作日", "from_unit": "第一小学", "to_unit": "县教育局"},
        "到期后3个工作日，第一小学超期未办，改由县教育局办理。",
    ),
    "recompute": (
        {"why": "日历调整", "old_due": "2026-12-04 17:30", "new_due": "2026-12-07 17:30"},
        "日历调整，期限由 12月4日 周五 17:30 改为 12月7日 周一 17:30。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("action", GIVEN)
def test_an_act_of_the_clock_is_told_in_a_sentence(d, action):
    data, sentence = GIVEN[action]
    said, used = say_clock(action, data, d.at)
    assert said == sentence
    assert isinstance(data, dict) and set(data) <= used


# The actions of the clock's own contract; the older ones tell their fields.
CLOCK = {name for name, action in ACTIONS.items() if action.data.__module__ == "hazards.data.clock"}


def test_every_act_of_the_clock_has_its_sentence():
    assert SPOKEN == CLOCK


@pytest.mark.parametrize("action", sorted(CLOCK))
def test_an_event_that_lacks_everything_still_says_something(d, action):
    """An older event, or one written by a version that kept less."""
    said, _used = say_clock(action, {}, d.at)
    assert "None" not in said and "{}" not in said


@pytest.mark.parametrize("action", sorted(CLOCK))
def test_no_sentence_tells_a_name_of_ours(d, action):
    data = {field.name: "所填内容" for field in fields_of(ACTIONS[action].data, new=False)}
    said, _used = say_clock(action, data, d.at)
    assert "_" not in said and "%(" not in said
