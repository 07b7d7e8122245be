"""调查查阅: one investigator, one file, until a day; he reads and does nothing."""

from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound
from hazards import fsm
from hazards.actions import ACTIONS
from hazards.models import ReadingGrant
from hazards.selectors import access_hazard, in_scope, list_events, list_possible_actions
from organizations.kinds import PostKind
from tests.support.district import District, give_post
from tests.support.trials import Trial


def _data(d: District) -> dict[str, Any]:
    return {"reader": d.investigator.pk, "until_on": "2026-12-23", "reason": "县纪委调阅"}


TRIAL = Trial(action="grant_reading", by="director", reach=lambda d: d.reach("rectifying"), data=_data)


def test_works(district: District) -> None:
    number = TRIAL.reach(district)
    with pytest.raises(NotFound):
        access_hazard(district.investigator, number, district.at)
    outcome = TRIAL.do(district, number)
    assert (outcome.event, outcome.state) == ("hazard.reading_granted", "rectifying")
    case = access_hazard(district.investigator, number, district.at)
    assert len(list_events(case)) == case.hazard.last_seq
    assert list_possible_actions(case) == []


def test_wrong_state(district: District) -> None:
    """There is none: a closed file is read as well."""
    number = district.reach("closed")
    TRIAL.do(district, number)
    assert in_scope(district.investigator, district.at).filter(receipt_number=number).exists()


def test_wrong_post(district: District) -> None:
    for who in ("office", "safety", "section"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reader", "until_on", "reason")


def test_he_does_nothing(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    hazard = district.find(number)
    for name in ACTIONS:
        if name != "report" and fsm.is_legal(hazard, name):
            with pytest.raises(NotAllowed), transaction.atomic():
                district.do(name, district.investigator, number)


def test_only_investigators(district: District) -> None:
    number = TRIAL.reach(district)
    for who in ("outsider", "fire", "teacher"):
        assert TRIAL.fields_refused(district, number, reader=district.people[who].pk) == {"reader"}


def test_neither_yesterday_nor_years_away(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-22", "2027-11-25"):
        assert TRIAL.fields_refused(district, number, until_on=day) == {"until_on"}
    TRIAL.do(district, number, until_on="2026-11-23")


def test_a_new_grant_takes_the_place_of_the_old(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    TRIAL.do(district, number, until_on="2026-11-30")
    assert ReadingGrant.objects.filter(ended_at__isnull=True).get().until_on.isoformat() == "2026-11-30"


def test_a_confidential_one_by_the_confidant_alone(district: District) -> None:
    number = district.report(domain="08")
    TRIAL.refused(district, number, NotFound)
    TRIAL.do(district, number, who="bureau_confidant")
    assert access_hazard(district.investigator, number, district.at).hazard.is_restricted


def test_a_second_post_of_his_reads_no_more(district: District) -> None:
    give_post(district.investigator, district.units["edu"], PostKind.SUPERINTENDENT)
    number = district.report(domain="08")
    with pytest.raises(NotFound):
        access_hazard(district.investigator, number, district.at)
