from datetime import timedelta
from typing import Any

import pytest

from core.errors import Invalid, NotAllowed, WrongState
from hazards.models import HazardEvent
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from workflows.models import SideTask


def overdue(d: District, clock: Any, number: str) -> str:
    lead = d.find(number).lead_assignment
    assert lead
    clock.set(lead.due_at)
    return number


def test_works(district: District, clock: Any) -> None:
    number = overdue(district, clock, district.reach("rectifying"))
    l.by_clock(district, "draft_listing", number)
    hazard, row = district.find(number), l.row_of(district, number)
    assert (hazard.state, hazard.listing, row.state, row.trigger) == ("rectifying", "proposed", "proposed", "L-5")
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.kind, event.actor_id, event.actor_name) == ("hazard.listing_drafted", None, "系统")
    task = SideTask.objects.get(hazard=hazard, process__machine="supervision", finished=None)
    assert str(task.post) == "县教育局分管领导"
    l.decide(district, number)
    assert l.row_of(district, number).state == "listed", "one click of the leader"


def test_nobody_asks_for_it(district: District, clock: Any) -> None:
    number = overdue(district, clock, district.reach("rectifying"))
    with pytest.raises(NotAllowed):
        district.do("draft_listing", district.office, number, label="逾期")


def test_not_a_moment_before(district: District, clock: Any) -> None:
    number = overdue(district, clock, district.reach("rectifying"))
    clock.set(district.at - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="没有逾期"):
        l.by_clock(district, "draft_listing", number)


def test_wrong_state(district: District, clock: Any) -> None:
    number = overdue(district, clock, district.reach("rectifying"))
    district.submit(number)
    clock.advance(timedelta(days=90))
    with pytest.raises(WrongState, match="没有逾期"):
        l.by_clock(district, "draft_listing", number)


def test_what_is_proposed_is_not_proposed_again(district: District, clock: Any) -> None:
    number = overdue(district, clock, l.proposed(district))
    with pytest.raises(WrongState, match="已有一项挂牌督办"):
        l.by_clock(district, "draft_listing", number)


def test_a_department_is_proposed_to_the_county(district: District, clock: Any) -> None:
    number = overdue(district, clock, o.signed(district))
    l.by_clock(district, "draft_listing", number, authority="county")
    row = l.row_of(district, number)
    assert (row.authority, row.lister_unit) == ("county", district.units["gov"])


def test_a_co_units_delay_counts_as_well(district: District, clock: Any) -> None:
    number = district.reach_with("sibling")
    overdue(district, clock, number)
    l.by_clock(district, "draft_listing", number)
    assert l.row_of(district, number).state == "proposed"


def test_without_a_leader_nothing_is_proposed(district: District, clock: Any) -> None:
    number = overdue(district, clock, district.reach("rectifying"))
    district.leave(district.leader)
    district.leave(district.chief)
    with pytest.raises(Invalid, match="在岗领导"):
        l.by_clock(district, "draft_listing", number)
