"""列入治理计划: a hazard that takes years is due at its next milestone and its next proof of control."""

from datetime import timedelta

import pytest

from core.errors import Invalid, WrongState
from hazards.listing import Filters, find_hazards
from hazards.selectors import count_by_state, count_scheduled
from tests.support.district import District
from tests.support.trials import moment
from workflows.consistency import list_mismatches
from workflows.models import HazardTask


def due(d: District, number: str) -> object:
    hazard = d.find(number)
    assert HazardTask.objects.get(hazard=hazard, finished=None).due_at == hazard.due_at
    assert list(list_mismatches(d.at)) == []
    return hazard.due_at


def test_due_is_the_earlier_of_milestone_and_proof(district: District, clock) -> None:
    number = district.reach("rectifying")
    district.schedule(number, milestones="2026-12-10 完成招标\n2027-08-31 完工", until_on="2027-08-31")
    assert due(district, number) == moment("2026-12-11 00:00"), "the milestone comes first"
    clock.set(moment("2026-12-09 10:00"))
    photo = [str(district.photo(district.safety).pk)]
    facts = {"percent": 20, "progress": "已招标", "milestone": "0"}
    district.do("report_progress", district.safety, number, **facts, photos=photo)
    # Thirty days from the proof of 9 December, a working day.
    assert due(district, number) == moment("2027-01-09 00:00")


def test_a_photo_of_the_control_renews_the_month_and_words_alone_do_not(district: District, clock) -> None:
    number = district.reach("rectifying")
    district.schedule(number)
    assert due(district, number) == moment("2026-12-24 00:00")
    clock.set(moment("2026-12-20 10:00"))
    district.do("record_control", district.safety, number, interim_control="仍停用")
    district.do("report_progress", district.safety, number, percent=5, progress="仍停用")
    assert due(district, number) == moment("2026-12-24 00:00")
    photo = [str(district.photo(district.safety).pk)]
    district.do("record_control", district.safety, number, interim_control="仍停用", photos=photo)
    assert district.find(number).scheduled["proof_on"] == "2026-12-20"
    assert due(district, number) == moment("2027-01-20 00:00")


def test_a_month_without_proof_is_late(district: District, clock) -> None:
    number = district.reach("rectifying")
    district.schedule(number)
    late = Filters.read({"overdue": "1"})

    def n_late() -> int:
        return find_hazards(district.office, late, at=district.at).first(10).count()

    clock.set(moment("2026-12-24 00:00") - timedelta(seconds=1))
    assert n_late() == 0
    clock.set(moment("2026-12-24 00:00"))
    assert n_late() == 1


def test_a_milestone_passed_stays_due_until_it_is_reached(district: District, clock) -> None:
    number = district.reach("rectifying")
    district.schedule(number, milestones="2026-12-10 完成招标\n2027-08-31 完工")
    clock.set(moment("2026-12-15 10:00"))
    photo = [str(district.photo(district.safety).pk)]
    district.do("record_control", district.safety, number, interim_control="仍停用", photos=photo)
    assert due(district, number) == moment("2026-12-11 00:00")
    district.do("report_progress", district.safety, number, percent=5, progress="招标完成", milestone="0")
    assert due(district, number) == moment("2027-01-15 00:00")


def test_the_last_day_is_the_last(district: District) -> None:
    number = district.reach("rectifying")
    district.schedule(number, milestones="2026-12-09 完工", until_on="2026-12-12", year=2026)
    district.do("report_progress", district.safety, number, percent=90, progress="已完工", milestone="0")
    assert due(district, number) == moment("2026-12-13 00:00")


def test_a_reached_milestone_is_not_offered_again(district: District) -> None:
    number = district.reach("rectifying")
    district.schedule(number)
    district.do("report_progress", district.safety, number, percent=5, progress="提前招标", milestone="0")
    assert district.find(number).scheduled["milestones"][0]["done_on"] == "2026-11-23"
    with pytest.raises(Invalid) as caught:
        district.do("report_progress", district.safety, number, percent=5, progress="再报", milestone="0")
    assert set(caught.value.fields) == {"milestone"}


def test_scheduled_anew_it_keeps_what_was_reached(district: District, clock) -> None:
    number = district.reach("rectifying")
    district.schedule(number)
    district.do("report_progress", district.safety, number, percent=5, progress="提前招标", milestone="0")
    clock.set(moment("2027-05-06 10:00"))
    district.schedule(number, milestones="2027-03-31 完成招标\n2028-11-30 完工", until_on="2028-12-31", year=2028)
    assert [one["done_on"] for one in district.find(number).scheduled["milestones"]] == ["2026-11-23", ""]


def test_it_is_counted_apart(district: District) -> None:
    district.reach("rectifying")
    number = district.reach("rectifying")
    district.schedule(number)
    for who in (district.office, district.principal, district.central):
        assert count_by_state(who, district.at) == {"rectifying": 2}
        assert count_scheduled(who, district.at) == 1
    assert count_scheduled(district.outsider, district.at) == 0
    only = Filters.read({"scheduled": "1"})
    assert [row.pk for row in find_hazards(district.office, only, at=district.at).rows(9, order="-pk", related=())] == [
        district.find(number).pk
    ]
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    assert count_scheduled(district.office, district.at) == 0, "only what is open"


def test_rework_of_a_scheduled_one_is_due_as_all_rework(district: District) -> None:
    number = district.reach("rectifying")
    district.schedule(number)
    district.submit(number)
    district.do("fail_verification", district.office, number, failed_points="未到位", limit_on="2026-12-01")
    assert due(district, number) == moment("2026-12-02 00:00")


def test_a_limit_given_by_the_schedule_is_not_undone(district: District) -> None:
    number = district.reach("rectifying")
    district.schedule(number)
    with pytest.raises((Invalid, WrongState)):
        district.do("withdraw", district.leader, number, reason="点错")


def test_work_that_is_told_of_has_reached_every_milestone(district: District) -> None:
    """So that what comes back is not late by a milestone of before."""
    number = district.reach("rectifying")
    district.schedule(number, milestones="2026-12-10 完成招标\n2027-08-31 完工")
    district.submit(number)
    assert [one["done_on"] for one in district.find(number).scheduled["milestones"]] == ["2026-11-23", "2026-11-23"]
    district.do("withdraw", district.principal, number, reason="还没完工")
    assert [one["done_on"] for one in district.find(number).scheduled["milestones"]] == ["", ""]
    assert due(district, number) == moment("2026-12-11 00:00")
