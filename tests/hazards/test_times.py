"""Two times: when it happened and when it was written down."""

from datetime import date, timedelta
from typing import Any

import pytest

from core.errors import Invalid
from hazards.models import HazardEvent
from tests.support.district import District
from tests.support.trials import moment


def fields(district: District, number: str, **more: Any) -> set[str]:
    with pytest.raises(Invalid) as caught:
        district.do("record_control", district.safety, number, interim_control="警戒", **more)
    return set(caught.value.fields)


def test_never_in_the_future(district: District) -> None:
    assert fields(district, district.report(), _occurred_on=date(2026, 11, 24)) == {"occurred_on"}


def test_the_day_is_the_day_in_shanghai(district: District, clock) -> None:
    clock.set(moment("2026-11-24 00:30"))
    number = district.report(_occurred_on=date(2026, 11, 24))
    assert district.find(number).found_on == date(2026, 11, 24)


def test_never_before_the_act_before_it(district: District, clock) -> None:
    number = district.report()
    clock.advance(timedelta(days=1))
    assert fields(district, number, _occurred_on=date(2026, 11, 22), _late_reason="补") == {"occurred_on"}
    district.do("record_control", district.safety, number, interim_control="警戒", _occurred_on=date(2026, 11, 23))


def test_more_than_a_day_apart_needs_a_reason_and_is_marked(district: District) -> None:
    yesterday = district.report(_occurred_on=date(2026, 11, 22))
    assert not HazardEvent.objects.get(hazard=district.find(yesterday)).is_late_entry
    for reason in ("", "   ", "\x00", "长" * 201):
        with pytest.raises(Invalid) as caught:
            district.report(_occurred_on=date(2026, 11, 21), _late_reason=reason)
        assert set(caught.value.fields) == {"late_reason"}
    number = district.report(_occurred_on=date(2026, 11, 21), _late_reason="周末在校外发现")
    event = HazardEvent.objects.get(hazard=district.find(number))
    assert event.is_late_entry and event.late_reason == "周末在校外发现"
    assert (event.occurred_on, event.recorded_at) == (date(2026, 11, 21), district.at)


def test_a_reason_without_need_is_not_kept(district: District) -> None:
    number = district.report(_late_reason="无")
    assert not HazardEvent.objects.get(hazard=district.find(number)).is_late_entry


def test_the_age_runs_from_the_day_it_was_found_and_no_act_resets_it(district: District, clock) -> None:
    number = district.report(_occurred_on=date(2026, 11, 13), _late_reason="补录")
    district.do("escalate", district.safety, number, reason="无力整改")
    clock.advance(timedelta(days=5))
    district.do("file", district.office, number, level="general", domain="04", competence="school")
    assert district.find(number).found_on == date(2026, 11, 13)


def test_limits_run_from_the_entry_not_from_a_day_given_late(district: District) -> None:
    number = district.report(_occurred_on=date(2026, 11, 1), _late_reason="补录")
    assert district.find(number).due_at == moment("2026-11-24 17:30")


def test_a_change_of_people_moves_no_limit(district: District, clock) -> None:
    """The safety officer's holding ends by date; whoever acts next finds the limit where it was."""
    number = district.report()
    holding = district.safety.holdings.get()
    holding.until_on = date(2026, 11, 24)
    holding.save()
    clock.set(moment("2026-11-24 16:00"))
    district.do("record_control", district.principal, number, interim_control="警戒")
    hazard = district.find(number)
    assert str(hazard.responsible_post) == "第一小学校长"
    assert hazard.due_at == moment("2026-11-24 17:30")
