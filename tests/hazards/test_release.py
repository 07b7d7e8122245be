"""The master lets one go; written with the undoing of a merger, never asked for."""

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound
from hazards.models import HazardEvent
from tests.support.district import District


def test_works(district: District) -> None:
    master, other = district.reach("filed"), district.reach("filed")
    district.do("merge", district.office, other, master=master, reason="同一处")
    before = district.find(master)
    district.do("unmerge", district.office, other, reason="不是")
    district.do("confirm_countersign", district.leader, other)
    hazard = district.find(master)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.kind, hazard.last_seq, hazard.state) == ("hazard.released", before.last_seq + 1, "filed")


def test_wrong_state(district: District) -> None:
    """There is none: also a closed master lets one go."""
    master, other = district.reach("verified"), district.reach("filed")
    district.do("merge", district.office, other, master=master, reason="同一处")
    district.do("close", district.office, master, closure_type="rectified")
    district.do("unmerge", district.office, other, reason="不是")
    district.do("confirm_countersign", district.leader, other)
    assert HazardEvent.objects.filter(hazard=district.find(master)).latest("seq").action == "release"


def test_nobody_asks_for_it(district: District) -> None:
    number = district.reach("filed")
    for who in (district.office, district.leader, district.safety):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("release", who, number, number="S202611230000000")
