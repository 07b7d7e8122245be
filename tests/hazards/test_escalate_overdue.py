from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, WrongState
from hazards.models import HazardEvent
from hazards.services import Outcome
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import assert_owed


def climb(d: District, number: str) -> Outcome:
    return o.by_time(d, "escalate_overdue", number, label="逾期3个工作日")


def late(d: District, clock: Any) -> str:
    number = d.report()
    clock.set(d.find(number).due_at)
    return number


def test_works(district: District, clock: Any) -> None:
    number = late(district, clock)
    climb(district, number)
    hazard = district.find(number)
    assert (hazard.state, hazard.handling_unit, hazard.handling_action) == (
        "reported", district.units["edu"], "escalate_overdue",
    )  # fmt: skip
    assert hazard.due_at > district.at, "the next one has time of his own"
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.data["from_unit"], event.data["to_unit"]) == (None, "第一小学", "县教育局")
    assert_owed(hazard, "县教育局安全办经办")


def test_wrong_state(district: District, clock: Any) -> None:
    number = late(district, clock)
    climb(district, number)
    clock.set(district.find(number).due_at)
    with pytest.raises(WrongState, match="没有更上一级"), transaction.atomic():
        climb(district, number)
    with pytest.raises(WrongState):
        climb(district, district.reach("rectifying"))


def test_nobody_asks_for_it(district: District, clock: Any) -> None:
    number = late(district, clock)
    for who in (district.safety, district.office):
        with pytest.raises(NotAllowed), transaction.atomic():
            district.do("escalate_overdue", who, number, label="x")


def test_not_a_moment_before(district: District, clock: Any) -> None:
    number = district.report()
    clock.set(district.find(number).due_at - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="还没有到"):
        climb(district, number)


def test_to_the_central_school_that_is_mandated(district: District, clock: Any) -> None:
    district.mandate()
    number = late(district, clock)
    climb(district, number)
    assert district.find(number).handling_unit == district.units["central"]


def test_what_is_confidential_stays_with_its_confidants(district: District, clock: Any) -> None:
    number = district.report(domain="08", description="保密内容")
    clock.set(district.find(number).due_at + timedelta(days=9))
    with pytest.raises(WrongState, match="敏感事项"):
        climb(district, number)
