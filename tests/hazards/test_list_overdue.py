from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed, WrongState
from hazards.models import HazardEvent
from tests.hazards.test_draft_listing import overdue
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import moment


def found_by_bureau(d: District) -> str:
    """A 较大 that the office found itself and the school works on."""
    number = d.report(d.office)
    d.do("file", d.office, number, level="significant", domain="04", competence="school")
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固")
    d.sign(number)
    return number


def test_works(district: District, clock: Any) -> None:
    number = overdue(district, clock, found_by_bureau(district))
    l.by_clock(district, "list_overdue", number)
    hazard, row = district.find(number), l.row_of(district, number)
    assert (hazard.listing, hazard.rank, row.state, row.is_standing) == ("listed", 5, "listed", True)
    assert (row.trigger, row.supervisor, row.notice_number) == ("L-5", "测试leader", "教安挂〔2027〕1号")
    # The limit has passed: the listing has a term of its own, 60 days for 较大.
    assert (row.term_on - row.listed_on).days >= 60
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.kind, event.actor_id) == ("hazard.listed_overdue", None)
    assert event.data["paper_number"] == row.notice_number


def test_nobody_asks_for_it(district: District, clock: Any) -> None:
    number = overdue(district, clock, found_by_bureau(district))
    with pytest.raises(NotAllowed):
        district.do("list_overdue", district.leader, number, label="逾期")


def test_not_a_moment_before(district: District, clock: Any) -> None:
    number = overdue(district, clock, found_by_bureau(district))
    clock.set(district.at - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="没有逾期"):
        l.by_clock(district, "list_overdue", number)


def test_wrong_state(district: District, clock: Any) -> None:
    number = overdue(district, clock, found_by_bureau(district))
    l.by_clock(district, "list_overdue", number)
    with pytest.raises(WrongState, match="已有一项挂牌督办"):
        l.by_clock(district, "list_overdue", number)


def test_what_a_school_found_itself_is_decided_by_the_leader(district: District, clock: Any) -> None:
    number = overdue(district, clock, district.reach_significant())
    with pytest.raises(WrongState, match="须先拟挂牌报批"):
        l.by_clock(district, "list_overdue", number)


def test_a_department_is_not_the_bureaus_to_list(district: District, clock: Any) -> None:
    number = overdue(district, clock, o.signed(district))
    with pytest.raises(WrongState, match="须先拟挂牌报批"):
        l.by_clock(district, "list_overdue", number)


def test_a_proposal_that_nobody_decided_is_settled_with_it(district: District, clock: Any) -> None:
    number = found_by_bureau(district)
    l.propose(district, number)
    overdue(district, clock, number)
    l.by_clock(district, "list_overdue", number)
    row = l.row_of(district, number)
    assert (row.trigger, row.state, row.is_standing) == ("L-4", "listed", True)


def test_a_declined_one_may_come_by_time(district: District, clock: Any) -> None:
    number = found_by_bureau(district)
    l.propose(district, number)
    l.decide(district, number, "decline")
    overdue(district, clock, number)
    l.by_clock(district, "list_overdue", number)
    assert l.row_of(district, number).state == "listed"


def test_the_limits_of_the_listing_begin_with_it(district: District, clock: Any) -> None:
    number = overdue(district, clock, found_by_bureau(district))
    l.by_clock(district, "list_overdue", number)
    row = l.row_of(district, number)
    assert row.listed_on and row.plan_due_on and row.report_due_on and row.visit_due_on
    assert row.listed_on < row.plan_due_on < row.report_due_on
    assert moment(f"{row.visit_due_on} 00:00") + timedelta(days=1) == row.due_at
