"""A merger undone: by two, within thirty days."""

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import HazardEvent
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment


def merged(d: District) -> str:
    """A filed hazard of the office, merged into another."""
    master, other = d.reach("filed"), d.reach("filed")
    d.do("merge", d.office, other, master=master, reason="同一处")
    return other


TRIAL = Trial(action="unmerge", by="office", reach=merged, data=lambda d: {"reason": "不是同一处"})


def test_works(district: District) -> None:
    number = merged(district)
    assert TRIAL.do(district, number).action == "request_countersign"
    outcome = district.do("confirm_countersign", district.director, number)
    hazard = district.find(number)
    assert (outcome.action, hazard.state, hazard.merged_into, hazard.cycle) == ("unmerge", "filed", None, 2)
    assert_owed(hazard, "县教育局安全办经办", "2026-11-24 17:30")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "section", "principal"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    number = merged(district)
    assert "version" in TRIAL.fields_refused(district, number, _version=None)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_one_never_filed_waits_for_filing_again(district: District) -> None:
    master, other = district.report(), district.report(district.safety)
    district.do("merge", district.safety, other, master=master, reason="同一处")
    # The school merged it; its superior lets it go.
    district.do("unmerge", district.central, other, reason="不是同一处")
    district.do("confirm_countersign", district.director, other)
    assert_owed(district.find(other), "第一小学安全员")
    assert district.find(other).state == "reported"


def test_both_sides_of_the_thirtieth_day(district: District, clock) -> None:
    first, second = merged(district), merged(district)
    clock.set(moment("2026-12-23 23:59"))
    TRIAL.do(district, first)
    clock.set(moment("2026-12-24 00:00"))
    assert "超过 30 天" in TRIAL.refused(district, second, Invalid)
    with pytest.raises(Invalid, match="超过 30 天"), transaction.atomic():
        district.do("confirm_countersign", district.director, first)


def test_at_any_time_where_the_master_was_entered_by_mistake(district: District, clock) -> None:
    number = merged(district)
    district.do("void", district.director, district.find(number).merged_into.number, reason="录错")
    clock.set(moment("2027-06-01 09:00"))
    TRIAL.do(district, number)
    district.do("confirm_countersign", district.director, number)
    assert district.find(number).state == "filed"


def test_the_master_is_told(district: District) -> None:
    number = merged(district)
    master = district.find(number).merged_into
    TRIAL.do(district, number)
    district.do("confirm_countersign", district.leader, number)
    event = HazardEvent.objects.filter(hazard=master).latest("seq")
    assert (event.action, event.data["number"]) == ("release", district.find(number).number)
