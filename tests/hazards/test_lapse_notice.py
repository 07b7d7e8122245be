from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.case import Case
from hazards.models import Assignment, HazardEvent
from hazards.routing import awaited_action
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import assert_owed, moment

DUE = moment("2026-12-01 00:00")


def test_works(district: District, clock: Any) -> None:
    number = o.notified(district)
    clock.set(DUE)
    o.by_time(district, "lapse_notice", number)
    hazard = district.find(number)
    assert (hazard.state, hazard.n_unanswered, hazard.lead_assignment) == ("filed", 1, None)
    states = dict(Assignment.objects.filter(hazard=hazard).values_list("kind", "state"))
    assert states == {"request": "canceled", "control": "signed"}, "the school goes on keeping people safe"
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.actor_name, event.data["asked"]) == (None, "系统", "消防救援大队")
    assert_owed(hazard, "县教育局安全办经办", "2026-12-02 17:30")


def test_wrong_state(district: District, clock: Any) -> None:
    number = o.notified(district)
    o.sign(district, number)
    clock.set(DUE)
    with pytest.raises(WrongState, match="还没有到"):
        o.by_time(district, "lapse_notice", number)
    ordered = o.ordered(district)
    clock.set(moment("2027-03-01 00:00"))
    with pytest.raises(WrongState, match="没有等待回复的函告"):
        o.by_time(district, "lapse_notice", ordered)


def test_nobody_asks_for_it(district: District, clock: Any) -> None:
    number = o.notified(district)
    clock.set(DUE)
    for who in (district.office, district.fire, district.coordinator):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("lapse_notice", who, number)


def test_not_a_moment_before(district: District, clock: Any) -> None:
    number = o.notified(district)
    clock.set(DUE - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="还没有到"):
        o.by_time(district, "lapse_notice", number)


def test_who_says_that_it_is_not_his_has_answered(district: District, clock: Any) -> None:
    number = o.notified(district)
    district.do("request_return", district.fire, number, reason="属交警职责")
    clock.set(DUE)
    with pytest.raises(WrongState):
        o.by_time(district, "lapse_notice", number)
    district.do("rule_return", district.office, number, ruling="keep", reason="属消防职责")
    o.by_time(district, "lapse_notice", number)


def test_who_took_it_on_and_lets_the_limit_pass_has_not_answered(district: District, clock: Any) -> None:
    number = o.notified(district)
    o.sign(district, number)
    lead = district.find(number).lead_assignment
    assert lead
    clock.set(lead.due_at - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="还没有到"):
        o.by_time(district, "lapse_notice", number)
    clock.set(lead.due_at)
    o.by_time(district, "lapse_notice", number)
    hazard = district.find(number)
    assert (hazard.state, hazard.n_unanswered) == ("filed", 1)
    assert awaited_action(Case(hazard=hazard, actor=district.office, at=district.at)) == "refer"
