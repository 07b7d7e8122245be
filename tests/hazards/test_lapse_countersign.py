"""Nobody agreed in time."""

from datetime import timedelta

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.models import Countersign, HazardEvent
from hazards.services import perform
from tests.support.district import District
from tests.support.trials import assert_owed, moment
from workflows.models import SideTask


def proposed(d: District) -> str:
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复录入")
    return number


def proposed_major(d: District) -> str:
    number = d.report(suspected_major=True, interim_control="已停用")
    facts = {"level": "major", "domain": "04", "competence": "school", "clause": d.clause}
    d.do("file", d.office, number, **facts)
    return number


def lapse(d: District, number: str) -> None:
    perform("lapse_countersign", actor=None, at=d.at, number=number)


def test_works(district: District, clock) -> None:
    number = proposed(district)
    clock.set(Countersign.objects.get().due_at)
    lapse(district, number)
    hazard = district.find(number)
    assert hazard.state == "assigned" and Countersign.objects.get().state == "lapsed"
    assert not SideTask.objects.filter(finished__isnull=True).exists()
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.actor_name, event.kind) == (None, "系统", "hazard.countersign_lapsed")
    assert_owed(hazard, "第一小学安全员")


def test_wrong_state(district: District) -> None:
    with pytest.raises(WrongState):
        lapse(district, district.reach("assigned"))
    with pytest.raises(WrongState):
        lapse(district, district.reach("closed"))


def test_nobody_asks_for_it(district: District) -> None:
    number = proposed(district)
    for who in (district.director, district.leader, district.safety):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("lapse_countersign", who, number)


def test_not_a_moment_before(district: District, clock) -> None:
    number = proposed(district)
    clock.set(Countersign.objects.get().due_at - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="没有到期的会签"):
        lapse(district, number)


def test_a_major_stands_all_the_same(district: District, clock) -> None:
    number = proposed_major(district)
    clock.set(Countersign.objects.get().due_at)
    lapse(district, number)
    hazard = district.find(number)
    assert (hazard.state, hazard.level, hazard.level_is_pending, hazard.level_label) == (
        "filed", "major", True, "重大（待判定）",
    )  # fmt: skip
    assert hazard.file_number == "361102-2026-00001" and hazard.clause_id == district.clause
    assert hazard.interim_control == "已停用"
    assert_owed(hazard, "县教育局安全办经办")
    assert hazard.due_at > moment("2026-11-23 09:00")


def test_a_suspected_major_filed_as_less_is_not_filed_by_time(district: District, clock) -> None:
    number = district.report(suspected_major=True)
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    clock.set(Countersign.objects.get().due_at)
    lapse(district, number)
    hazard = district.find(number)
    assert (hazard.state, hazard.level, hazard.file_number) == ("reported", "", None)
    assert_owed(hazard, "县教育局安全办经办")
