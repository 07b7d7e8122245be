"""A unit that wants to be rid of its assignment: every exit, what stays allowed meanwhile, and who else acts in between."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import Invalid, NotAllowed, Stale, WrongState
from hazards.models import Assignment
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import assert_owed, moment
from workflows.models import SideTask


def asked(d: District, *, signed: bool = False) -> str:
    number = o.signed(d) if signed else o.ordered(d)
    d.do("request_return", d.fire, number, reason="属城管职责", suggestion="城管局")
    return number


def open_sides() -> list[str]:
    return [str(task.post) for task in SideTask.objects.filter(finished__isnull=True)]


def test_while_it_is_open_one_may_sign(district: District) -> None:
    number = asked(district)
    o.sign(district, number)
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment.return_state) == ("rectifying", "requested")
    assert open_sides() == ["县安委办县级协调员"]


def test_while_it_is_open_nothing_is_submitted(district: District) -> None:
    number = asked(district, signed=True)
    with pytest.raises(WrongState, match="请等县安委办审核后再提请复查"):
        o.answer(district, number)
    with pytest.raises(WrongState, match="已经申请退办"):
        district.do("request_return", district.fire, number, reason="再申请")
    district.do("rule_return", district.coordinator, number, ruling="keep", reason="属消防")
    o.answer(district, number)


def test_limits_run_on(district: District) -> None:
    number = o.signed(district)
    before = district.find(number)
    district.do("request_return", district.fire, number, reason="属城管职责")
    district.do("rule_return", district.coordinator, number, ruling="keep", reason="属消防")
    after = district.find(number)
    assert (after.due_at, after.lead_assignment.due_at) == (before.due_at, before.lead_assignment.due_at)


def test_progress_and_controls_go_on(district: District) -> None:
    number = asked(district, signed=True)
    district.do("report_progress", district.fire, number, percent=10, progress="先行清障")
    district.do("record_control", district.safety, number, interim_control="增派人手")


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("ruling", ["keep", "transfer", "back"])
def test_every_exit_leads_on(district: District, ruling: str, signed: bool) -> None:
    d = district
    number = asked(d, signed=signed)
    lead = {"lead": d.units["town"].pk} if ruling == "transfer" else {}
    d.do("rule_return", d.coordinator, number, ruling=ruling, reason="研究决定", **lead)
    hazard = d.find(number)
    if ruling == "keep":
        assert hazard.state == ("rectifying" if signed else "assigned")
        if not signed:
            o.sign(d, number)
        o.answer(d, number)
    elif ruling == "transfer":
        assert (hazard.state, hazard.n_transfers) == ("assigned", 1)
        d.do("sign", d.town, number, handler=d.town.pk, interim_control="值守")
        o.answer(d, number, d.town)
    else:
        assert (hazard.state, hazard.n_transfers, hazard.lead_assignment) == ("filed", 0, None)
        o.notify(d, number, "town")
        d.do("sign", d.town, number, handler=d.town.pk, interim_control="值守")
        o.answer(d, number, d.town)
    d.do("pass_verification", d.safety, number, opinion="已解决")
    d.do("close", d.office, number, closure_type="handed_over")
    assert open_sides() == []


def test_a_letter_that_comes_back_is_referred(district: District) -> None:
    number = o.notified(district)
    district.do("request_return", district.fire, number, reason="属城管职责")
    district.do("rule_return", district.office, number, ruling="back", reason="收回，提请县里")
    assert district.find(number).n_unanswered == 0
    o.refer(district, number, "town")
    assert_owed(district.find(number), "县安委办县级协调员")


def test_a_bureau_gives_a_letter_to_another_department_by_letter(district: District) -> None:
    number = o.notified(district)
    district.do("request_return", district.fire, number, reason="属交通职责")
    facts = {"ruling": "transfer", "reason": "改函交通", "lead": district.units["transport"].pk}
    district.do("rule_return", district.office, number, **facts)
    lead = district.find(number).lead_assignment
    assert (lead.kind, lead.unit, lead.reply_on.isoformat()) == ("request", district.units["transport"], "2026-11-30")


def test_the_office_transfers_before_it_rules(district: District) -> None:
    """The transfer answers the request; nothing is left to rule on, and the old unit has nothing left."""
    number = asked(district)
    facts = {"lead": district.units["town"].pk, "reason": "改由镇办", "requirements": "清理"}
    district.do("transfer", district.coordinator, number, **facts)
    assert open_sides() == []
    with pytest.raises(NotAllowed):
        district.do("rule_return", district.coordinator, number, ruling="keep", reason="x")
    assert_owed(district.find(number), "城关镇联络员")
    old = Assignment.objects.get(unit=district.units["fire"])
    assert (old.state, old.return_state) == ("canceled", "granted")
    district.do("request_return", district.town, number, reason="新单位也可申请一次")


def test_the_unit_asks_after_the_office_has_transferred(district: District) -> None:
    number = o.ordered(district)
    seen = district.find(number).version
    facts = {"lead": district.units["town"].pk, "reason": "改由镇办", "requirements": "清理"}
    district.do("transfer", district.coordinator, number, **facts)
    with pytest.raises(Exception) as caught:
        district.do("request_return", district.fire, number, reason="属城管", _version=seen)
    # It is not the unit's any more, so it is told no more than anybody outside.
    assert type(caught.value).__name__ == "NotFound"
    with pytest.raises(Stale, match="“转办”"):
        district.do("rule_return", district.coordinator, number, ruling="keep", reason="x", _version=seen)


def test_a_school_returns_what_the_bureau_ordered(district: District) -> None:
    d = district
    number = d.reach("assigned")
    d.do("request_return", d.safety, number, reason="属中心校统一改造")
    assert open_sides() == ["县教育局安全办经办"]
    facts = {"ruling": "transfer", "reason": "改由中心校", "lead": d.units["central"].pk}
    d.do("rule_return", d.office, number, **facts)
    assert_owed(d.find(number), "城关中心校安全负责人")


def test_the_plan_ends_with_the_lead(district: District) -> None:
    d = district
    number = d.reach_significant()
    d.do("request_return", d.safety, number, reason="须由中心校统一改造")
    d.do("rule_return", d.office, number, ruling="back", reason="收回")
    hazard = d.find(number)
    assert hazard.state == "filed" and open_sides() == []
    assert set(hazard.plans.values_list("state", flat=True)) <= {"ended"}
    d.do("assign", d.office, number, lead=d.units["central"].pk, requirements="改造")
    d.do("sign", d.central, number, leader=d.central_head.pk, handler=d.central.pk, interim_control="停用")
    assert sorted(hazard.plans.values_list("state", flat=True)) == ["draft", "ended"]


def test_after_the_limit_the_issuer_may_still_transfer(district: District, clock: Any) -> None:
    number = o.signed(district)
    clock.set(moment("2026-11-25 09:00"))
    with pytest.raises(Invalid, match="请与交办单位联系转办"):
        district.do("request_return", district.fire, number, reason="属城管")
    facts = {"lead": district.units["town"].pk, "reason": "改由镇办", "requirements": "清理"}
    district.do("transfer", district.coordinator, number, **facts)
