from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.models import HazardEvent
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import assert_owed, moment

DUE = moment("2026-11-24 17:30")


@pytest.mark.parametrize(("unit", "owed_by"), [("fire", "消防救援大队联络员"), ("transport", "县安委办县级协调员")])
def test_works(district: District, clock: Any, unit: str, owed_by: str) -> None:
    number = o.ordered(district, unit)
    clock.set(DUE)
    o.by_time(district, "deem_received", number)
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment.is_deemed_received) == ("rectifying", True)
    assert_owed(hazard, owed_by, "2026-12-09 00:00")
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.actor_name, event.kind) == (None, "系统", "hazard.deemed_received")


def test_wrong_state(district: District, clock: Any) -> None:
    signed, letter = o.signed(district), o.notified(district)
    clock.set(moment("2027-01-04 09:00"))
    for number in (signed, letter):
        with pytest.raises(WrongState):
            o.by_time(district, "deem_received", number)


def test_nobody_asks_for_it(district: District, clock: Any) -> None:
    number = o.ordered(district)
    clock.set(DUE)
    for who in (district.coordinator, district.fire, district.office):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("deem_received", who, number)


def test_not_a_moment_before(district: District, clock: Any) -> None:
    number = o.ordered(district)
    clock.set(DUE - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="签收期限还没有到"):
        o.by_time(district, "deem_received", number)


def test_an_open_return_request_stops_no_limit(district: District, clock: Any) -> None:
    number = o.ordered(district)
    district.do("request_return", district.fire, number, reason="属城管职责")
    clock.set(DUE)
    o.by_time(district, "deem_received", number)
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment.return_state) == ("rectifying", "requested")


def test_a_school_that_does_not_sign_has_it_all_the_same(district: District, clock: Any) -> None:
    number = district.reach("assigned")
    clock.set(DUE)
    o.by_time(district, "deem_received", number)
    assert_owed(district.find(number), "第一小学安全员")


def test_a_head_who_reports_what_nobody_signed_for_does_not_verify_it(district: District, clock) -> None:
    """No handler was ever named: the principal who says that it is done is all who can have done it."""
    number = district.report()
    district.do("file", district.safety, number, level="general", domain="04", competence="school")
    district.do("assign", district.safety, number, lead=district.units["school"].pk, requirements="加固")
    clock.set(moment("2026-12-01 09:00"))
    district.lapse("deem_received", number)
    district.submit(number, district.principal)
    assert district.find(number).rectifiers == [district.principal.pk]
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_and_close", district.principal, number)
