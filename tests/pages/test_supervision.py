"""挂牌督办: the board, the section of the file, many decided in one act, units and areas."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hazards.models import UnitSupervision
from hazards.supervision_board import BoardFilters, read_board
from organizations.posts import list_held_posts
from tests.hazards.test_unit_supervisions import listed as listed_unit
from tests.hazards.test_unit_supervisions import propose as propose_unit
from tests.support import listed as l
from tests.support.trials import moment


def text(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def board(d, who, **more):
    filters = BoardFilters(**more)
    return read_board(who, filters, d.at, held=list_held_posts(who, d.at))


def test_each_listing_stands_where_it_is(d):
    for reach in (l.proposed, l.listed, l.asked, l.accepted):
        reach(d)
    number = l.accepted(d)
    l.delist(d, number)
    found = board(d, d.office)
    assert found.counts == {"proposed": 1, "listed": 1, "acceptance_requested": 1, "passed": 1, "delisted": 1}
    [row] = found.rows
    assert (row.object, row.n_visits, row.is_missed) == ("第一小学", 0, False)
    assert [str(due.label) for due in row.dues] == ["督办期限", "下次督办", "下次报告"]


def test_the_board_shows_what_one_may_read(d):
    l.listed(d)
    assert [len(board(d, who).rows) for who in (d.principal, d.central_head, d.outsider, d.fire)] == [1, 1, 0, 0]


def test_a_term_is_over_on_the_day_after(d, clock):
    number = l.listed(d, term_on="2026-12-08")
    assert board(d, d.office, late=True).rows == []
    clock.set(d.at + timedelta(days=15))
    assert board(d, d.office, late=True).rows == []
    clock.set(d.at + timedelta(days=1))
    [row] = board(d, d.office, late=True).rows
    assert row.is_missed and row.hazard.number == d.find(number).number


@pytest.mark.parametrize(("more", "n"), [({"level": "general"}, 1), ({"level": "major"}, 0), ({"trigger": "L-4"}, 1)])
def test_filters(d, more, n):
    l.listed(d)
    assert len(board(d, d.office, **more).rows) == n


def test_the_number_of_statements_does_not_grow(d, django_assert_max_num_queries):
    for _n in range(3):
        l.listed(d)
    with django_assert_max_num_queries(6):
        board(d, d.office)


def test_the_leader_decides_many_in_one_act(d, signed_in):
    numbers = [d.find(l.proposed(d)).number for _n in range(2)]
    client = signed_in(d.leader)
    page = text(client, "/supervision/")
    assert all(number in page for number in numbers) and "批量办理" in page
    form = client.post("/hazards/bulk/", {"action": "decide_listing", "number": numbers}).content.decode()
    assert "督办期限" in form
    rows = [f"{number}:{d.find(number).version}" for number in numbers]
    run = client.post("/hazards/bulk/start/", {"action": "decide_listing", "row": rows, "ruling": "list"})
    client.post(run["Location"])
    assert [d.find(number).listing for number in numbers] == ["listed", "listed"]
    assert {l.row_of(d, number).notice_number for number in numbers} == {"教安挂〔2026〕1号", "教安挂〔2026〕2号"}


def test_what_is_not_proposed_is_set_apart(d, signed_in):
    number = d.find(d.reach("rectifying")).number
    page = signed_in(d.leader).post("/hazards/bulk/", {"action": "decide_listing", "number": [number]}).content.decode()
    assert "没有待审批的拟挂牌" in page


def test_who_does_not_decide_has_no_boxes(d, signed_in):
    l.proposed(d)
    assert "批量办理" not in text(signed_in(d.office), "/supervision/?state=proposed")


def test_the_file_tells_it(d, signed_in):
    number = d.find(l.listed(d)).number
    d.do("visit_supervision", d.office, number, visited_on="2026-11-23", people="张某", findings="已进场施工")
    page = text(signed_in(d.principal), f"/hazards/{number}/")
    assert 'id="listings"' in page and "教安挂〔2026〕1号" in page and "已进场施工" in page
    assert 'id="listings"' not in text(signed_in(d.principal), f"/hazards/{d.find(d.reach('rectifying')).number}/")


def test_the_list_is_narrowed_to_what_is_listed(d, signed_in):
    number, other = d.find(l.listed(d)).number, d.find(l.proposed(d)).number
    page = text(signed_in(d.office), "/hazards/?listed=1")
    assert number in page and other not in page


def test_units_and_areas(d, signed_in):
    client = signed_in(d.office)
    sent = {
        "unit": d.units["school"].pk,
        "conduct": "drowning",
        "reason": "巡查缺位",
        "goals": "落实巡查",
        "area": "河东片区",
    }
    assert client.post("/supervision/units/new/", {**sent, "goals": ""}).status_code == 422
    client.post("/supervision/units/new/", sent)
    row = UnitSupervision.objects.get()
    assert "河东片区" in text(client, "/supervision/units/")
    text(signed_in(d.principal), f"/supervision/units/{row.pk}/", 404)
    leader = signed_in(d.leader)
    assert leader.post(f"/supervision/units/{row.pk}/", {"act": "decide", "ruling": "decline"}).status_code == 422
    leader.post(f"/supervision/units/{row.pk}/", {"act": "decide", "ruling": "list"})
    school = signed_in(d.principal)
    assert "报告整治进展" in text(school, f"/supervision/units/{row.pk}/")
    school.post(f"/supervision/units/{row.pk}/", {"act": "report", "text": "已落实专人巡查"})
    assert "已落实专人巡查" in text(client, f"/supervision/units/{row.pk}/")
    assert school.post(f"/supervision/units/{row.pk}/", {"act": "delist", "opinion": "x"}).status_code == 403
    assert school.post(f"/supervision/units/{row.pk}/", {"act": "dance"}).status_code == 422


def test_nobody_else_learns_of_a_listed_unit(d, signed_in):
    row = listed_unit(d)
    propose_unit(d, unit="sibling")
    assert "第一小学：" in text(signed_in(d.principal), "/supervision/units/")
    assert "第二小学：" not in text(signed_in(d.sibling_principal), "/supervision/units/")
    for who in (d.outsider, d.teacher, d.fire):
        text(signed_in(who), f"/supervision/units/{row.pk}/", 404)


def test_what_a_listed_unit_owes_late_stands_among_the_overdue(d, clock, signed_in):
    listed_unit(d)
    clock.set(moment("2026-12-23 23:00"))
    assert "单位和片区挂牌督办" not in text(signed_in(d.principal), "/overdue/")
    clock.set(moment("2026-12-24 00:00"))
    page = text(signed_in(d.principal), "/overdue/")
    assert "单位和片区挂牌督办" in page and "下次报告" in page and "督办期限" not in page
    assert "单位和片区挂牌督办" not in text(signed_in(d.outsider), "/overdue/")
