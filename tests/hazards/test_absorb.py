"""What the master takes over; written with a merger, never asked for."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.models import HazardEvent
from tests.support.district import District
from tests.support.trials import moment


def test_works(district: District, clock) -> None:
    master = district.report()
    older = district.report(district.safety, _occurred_on=date(2026, 11, 16), _late_reason="周末发现")
    seen = district.find(master)
    district.do("merge", district.safety, older, master=master, reason="同一处")
    hazard = district.find(master)
    assert (hazard.found_on, hazard.state, hazard.last_seq) == (date(2026, 11, 16), "reported", seen.last_seq + 1)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.action, event.changes["found_on"]) == ("absorb", ["2026-11-23", "2026-11-16"])
    assert event.post_label == "第一小学安全员"


def test_a_younger_one_leaves_the_age(district: District) -> None:
    older = district.report(_occurred_on=date(2026, 11, 16), _late_reason="周末发现")
    younger = district.report(district.safety)
    district.do("merge", district.safety, younger, master=older, reason="同一处")
    assert district.find(older).found_on == date(2026, 11, 16)


def test_the_earlier_moment_of_the_same_step_stands(district: District, clock) -> None:
    first = district.report()
    due = district.find(first).due_at
    clock.advance(timedelta(days=1))
    second = district.report(district.safety)
    assert district.find(second).due_at > due
    district.do("merge", district.safety, first, master=second, reason="同一处")
    hazard = district.find(second)
    assert hazard.due_at == due == hazard.tasks.get(finished__isnull=True).due_at


def test_a_legal_paper_is_not_lost(district: District) -> None:
    master = district.reach("rectifying")
    other = district.report(
        district.fire, paper_name="责令限期改正通知书", paper_number="消字1号", paper_limit_on="2026-11-26"
    )
    district.do("merge", district.office, other, master=master, reason="同一处")
    hazard = district.find(master)
    assert (hazard.paper_unit, hazard.paper_limit_on) == (district.units["fire"], date(2026, 11, 26))
    assert hazard.lead_assignment.limit_on == date(2026, 11, 26)


def test_wrong_state(district: District) -> None:
    with pytest.raises(WrongState):
        district.lapse("absorb", district.reach("closed"))


def test_nobody_asks_for_it(district: District) -> None:
    number = district.reach("filed")
    for who in (district.office, district.leader, district.safety):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("absorb", who, number, number="S202611230000000")


def test_the_earlier_end_of_the_same_step_is_reckoned_as_it_was(district: District, clock: Any) -> None:
    """Else the next change of the calendar would give the step more time again."""
    merged = district.report()
    clock.set(moment("2026-11-24 09:00"))
    master = district.report()
    was = district.find(merged)
    district.do("merge", district.safety, merged, master=master, reason="同一处")
    hazard = district.find(master)
    assert (hazard.due_at, hazard.due_by) == (was.due_at, was.due_by)
