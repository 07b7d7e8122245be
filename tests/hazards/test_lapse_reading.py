"""What was granted until a day ends after it."""

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.listing import Filters, find_hazards
from hazards.models import HazardEvent
from hazards.selectors import access_hazard, in_scope
from hazards.services.lapse_reading import lapse_readings
from organizations.hooks import daily_jobs
from tests.support.district import District
from tests.support.trials import moment


def granted(d: District, until_on: str = "2026-11-30") -> str:
    number = d.reach("rectifying")
    d.do("grant_reading", d.director, number, reader=d.investigator.pk, until_on=until_on, reason="调阅")
    return number


def reads(d: District) -> bool:
    return in_scope(d.investigator, d.at).exists()


def test_works(district: District, clock) -> None:
    number = granted(district)
    clock.set(moment("2026-12-01 00:00"))
    version = district.find(number).version
    district.lapse("lapse_reading", number)
    hazard = district.find(number)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.kind, event.actor_id, event.data["readers"]) == (
        "hazard.reading_lapsed", None, district.investigator.name,
    )  # fmt: skip
    assert hazard.version == version and not reads(district)


def test_wrong_state(district: District, clock) -> None:
    number = granted(district)
    clock.set(moment("2026-11-30 23:59"))
    with pytest.raises(WrongState):
        district.lapse("lapse_reading", number)
    assert reads(district)


def test_nobody_asks_for_it(district: District, clock) -> None:
    number = granted(district)
    clock.set(moment("2026-12-01 00:00"))
    for who in (district.director, district.investigator, district.safety):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("lapse_reading", who, number)


def test_the_days_work_does_it_once(district: District, clock) -> None:
    assert lapse_readings in daily_jobs
    early, late = granted(district), granted(district, "2026-12-05")
    clock.set(moment("2026-11-30 23:59"))
    lapse_readings(district.at)
    assert in_scope(district.investigator, district.at).count() == 2
    clock.set(moment("2026-12-01 00:05"))
    for _again in range(2):
        lapse_readings(district.at)
    assert [one.receipt_number for one in in_scope(district.investigator, district.at)] == [late]
    assert HazardEvent.objects.filter(hazard=district.find(early), action="lapse_reading").count() == 1


def test_who_is_no_investigator_any_more_reads_no_more(district: District) -> None:
    granted(district)
    district.leave(district.investigator)
    lapse_readings(district.at)
    assert not reads(district)


def test_the_door_shuts_by_itself_on_the_day_after(district: District, clock) -> None:
    """Nobody need have run the day's work; what he may read anyway he reads on."""
    number = granted(district)
    own = district.report(district.investigator)
    clock.set(moment("2026-11-30 23:59"))
    assert reads(district) and len(listed(district)) == 2
    clock.set(moment("2026-12-01 00:00"))
    assert [one.receipt_number for one in in_scope(district.investigator, district.at)] == [own]
    assert listed(district) == [own]
    with pytest.raises(NotFound):
        access_hazard(district.investigator, number, district.at)


def listed(d: District) -> list[str]:
    found = find_hazards(d.investigator, Filters(), at=d.at)
    return [one.receipt_number for one in found.rows(50, order="-pk", related=())]


def test_with_the_post_goes_what_was_granted(district: District) -> None:
    number = granted(district)
    district.leave(district.investigator)
    assert not reads(district)
    assert HazardEvent.objects.filter(hazard=district.find(number), action="lapse_reading").count() == 1
