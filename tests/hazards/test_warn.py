from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.models import HazardEvent
from tests.support.district import District
from tests.support.outside import by_time
from tests.support.trials import assert_owed

SAID = {
    "label": "到期预警（橙色）",
    "act": "warn",
    "of": "limit",
    "rung": 3,
    "owner": "第一小学",
    "told": "第一小学校长",
}


def test_works(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    before = district.find(number)
    clock.set(before.due_at)
    by_time(district, "warn", number, **SAID)
    hazard = district.find(number)
    assert (hazard.state, hazard.colour, hazard.rank, hazard.version) == ("rectifying", "orange", 2, before.version)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.kind, event.actor_id, event.actor_name, event.data) == ("hazard.warned", None, "系统", SAID)
    assert event.changes == {"colour": [before.colour, "orange"], "rank": [0, 2]}
    assert_owed(hazard, "第一小学安全员")
    assert hazard.due_at == before.due_at


def test_wrong_state(district: District, clock: Any) -> None:
    number = district.reach("closed")
    with pytest.raises(WrongState):
        by_time(district, "warn", number, **SAID)


def test_nobody_asks_for_it(district: District) -> None:
    number = district.reach("rectifying")
    for who in (district.office, district.leader, district.safety, district.outsider):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("warn", who, number, **SAID)


def test_a_reminder_lowers_nothing(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    by_time(district, "warn", number, **SAID)
    by_time(district, "warn", number, **{**SAID, "act": "remind"})
    assert district.find(number).rank == 2
