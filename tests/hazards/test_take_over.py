"""What stood before the clock gets one, and nobody is blamed for time that nobody counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from core.clock import local
from core.errors import NotAllowed, NotFound, WrongState
from deadlines.models import Deadline, DeadlineFiring
from hazards.models import Hazard
from hazards.taking_over import take_over_all, take_over_open
from tests.support import outside as o
from tests.support.district import District
from tests.support.time_passes import sweep_until
from tests.support.trials import moment


def as_before_the_clock(d: District, *numbers: str) -> None:
    """As the last issue left its rows: no field of the clock is set or logged, no deadline stands."""
    pks = [d.find(number).pk for number in numbers]
    Deadline.objects.filter(subject_id__in=pks).update(state="ended", next_fire_at=None, wake_at=None)
    Hazard.objects.filter(pk__in=pks).update(policy=None, due_by={}, whole_due_at=None, colour="")


def armed(d: District, number: str) -> dict[str, Deadline]:
    found = Deadline.objects.filter(subject_id=d.find(number).pk, state="armed")
    return {one.kind: one for one in found}


@pytest.mark.usefixtures("damaged")
def test_works(district: District, clock: Any) -> None:
    number = district.report()
    as_before_the_clock(district, number)
    clock.set(moment("2027-03-01 09:00"))
    found = take_over_open(district.at)
    assert (found.n_taken, found.failed) == (1, [])
    hazard = district.find(number)
    assert hazard.policy_id and hazard.taken_over_at == district.at
    # Late for months, it is owed anew from now on.
    assert local(hazard.due_at).strftime("%Y-%m-%d %H:%M") == "2027-03-02 17:30"
    assert armed(district, number)["step"].due_at == hazard.due_at
    assert take_over_open(district.at).n_taken == 0, "once"


@pytest.mark.usefixtures("damaged")
def test_wrong_state(district: District) -> None:
    number = district.report()
    with pytest.raises(WrongState, match="已经在计时"):
        district.lapse("take_over", number)
    closed = district.reach("closed")
    as_before_the_clock(district, closed)
    assert take_over_open(district.at).n_taken == 0
    with pytest.raises(WrongState):
        district.lapse("take_over", closed)


def test_nobody_asks_for_it(district: District) -> None:
    number = district.report()
    for who in (district.safety, district.office, district.leader):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("take_over", who, number)


@pytest.mark.usefixtures("damaged")
def test_an_act_before_it_arms_nothing(district: District) -> None:
    number = district.report()
    as_before_the_clock(district, number)
    district.do("escalate", district.safety, number, reason="请统一安排")
    assert (armed(district, number), district.find(number).policy_id) == ({}, None)
    take_over_all(district.at)
    assert set(armed(district, number)) == {"step"}


@pytest.mark.usefixtures("damaged")
def test_a_step_that_is_not_late_keeps_its_day(district: District, clock: Any) -> None:
    number = district.report()
    as_before_the_clock(district, number)
    clock.set(moment("2026-11-24 17:29"))
    take_over_all(district.at)
    assert district.find(number).due_at == moment("2026-11-24 17:30")


@pytest.mark.usefixtures("damaged")
def test_a_unit_that_was_late_before_meets_no_more_than_warnings(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    as_before_the_clock(district, number)
    clock.set(moment("2027-03-01 09:00"))
    take_over_all(district.at)
    hazard = district.find(number)
    limit = armed(district, number)["limit"]
    assert (limit.ladder, hazard.due_at) == ("inherited", moment("2026-12-09 00:00"))
    assert (hazard.colour, hazard.rank) == ("red", 0)
    assert not DeadlineFiring.objects.exists(), "nothing that came before is fired"
    sweep_until(moment("2027-09-01 09:00"))
    acts = set(DeadlineFiring.objects.values_list("act", flat=True))
    assert acts == {"remind"} and district.find(number).listing == ""


@pytest.mark.usefixtures("damaged")
def test_an_order_after_it_climbs_the_whole_ladder(district: District, clock: Any) -> None:
    number = district.reach("filed")
    as_before_the_clock(district, number)
    take_over_all(district.at)
    clock.set(district.at + timedelta(hours=1))
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="加固")
    assert armed(district, number)["limit"].ladder == "unit"


@pytest.mark.usefixtures("damaged")
def test_a_letter_whose_day_passed_has_another_one(district: District, clock: Any) -> None:
    number = o.notified(district)
    as_before_the_clock(district, number)
    clock.set(moment("2027-03-01 09:00"))
    take_over_all(district.at)
    hazard = district.find(number)
    assert hazard.due_at > district.at and hazard.lead_assignment.reply_on.isoformat() == "2027-03-08"
    sweep_until(hazard.due_at)
    assert district.find(number).state == "filed", "and then it lapses as any other"


@pytest.mark.usefixtures("damaged")
def test_the_turns_of_small_rows_are_armed(district: District, clock: Any) -> None:
    number = district.reach_with("sibling", level="significant")
    district.do("request_support", district.principal, number, kind="funding", reason="缺经费", amount=80000)
    as_before_the_clock(district, number)
    clock.set(moment("2027-03-01 09:00"))
    take_over_all(district.at)
    found = armed(district, number)
    assert {"part", "plan", "support", "limit"} <= set(found)
    assert all(found[kind].due_at > district.at for kind in ("part", "plan", "support"))


@pytest.mark.usefixtures("damaged")
def test_the_command_and_the_daily_run_do_it(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    as_before_the_clock(district, district.report(), district.reach("submitted"))
    call_command("take_over")
    assert "接管 2 条" in capsys.readouterr().out
    call_command("take_over")
    assert "接管 0 条" in capsys.readouterr().out


@pytest.mark.usefixtures("damaged")
def test_what_had_ended_has_a_clock_once_it_is_open_again(district: District) -> None:
    number = district.reach("rejected")
    as_before_the_clock(district, number)
    district.do("appeal", district.teacher, number, reason="又掉下一块")
    assert set(armed(district, number)) == {"step"} and district.find(number).taken_over_at is None


@pytest.mark.usefixtures("damaged")
def test_a_limit_of_rework_begins_the_whole_ladder(district: District, clock: Any) -> None:
    d = district
    number = d.reach("rectifying")
    as_before_the_clock(d, number)
    clock.set(d.at + timedelta(hours=1))
    take_over_open(d.at)
    assert armed(d, number)["limit"].ladder == "inherited"
    d.submit(number)
    d.do("fail_verification", d.office, number, failed_points="栏杆仍松动", photos=[str(d.photo(d.office).pk)])
    assert (armed(d, number)["limit"].ladder, d.find(number).taken_over_at) == ("unit", None)


@pytest.mark.usefixtures("damaged")
def test_so_does_the_time_of_another_level(district: District, clock: Any) -> None:
    d = district
    number = d.reach("rectifying")
    as_before_the_clock(d, number)
    clock.set(d.at + timedelta(hours=1))
    take_over_open(d.at)
    d.do("regrade", d.office, number, level="significant", reason="现场复核")
    assert (armed(d, number)["limit"].ladder, d.find(number).taken_over_at) == ("unit", None)
