"""What the timeline tells outside the bureau of measures that are drafts, or go to a competent body."""

from __future__ import annotations

import pytest

from hazards.measures_pages import list_measures
from hazards.models import HazardEvent
from hazards.selectors import access_hazard, list_events
from organizations.models import User
from tests.support import measured as m
from tests.support.district import District

SECRET = "挪用安全经费的线索"


def told(d: District, who: User, number: str) -> str:
    return "".join(f"{event.data}{event.changes}" for event in list_events(access_hazard(who, number, d.at)))


def proposed(d: District, kind: str = "accountability") -> str:
    number = m.overdue(d)
    unit = d.units["school"].pk
    d.do("propose_measure", d.office, number, kind=kind, to=unit, cause=SECRET, content=SECRET, requirements=SECRET)
    return number


@pytest.mark.parametrize("kind", ["bulletin", "accountability", "transfer"])
def test_a_draft_of_a_person_is_the_bureaus(district: District, kind: str) -> None:
    number = proposed(district, kind)
    for who in (district.office, district.leader):
        assert SECRET in told(district, who, number)
    for who in (district.safety, district.principal):
        assert SECRET not in told(district, who, number)
        [event] = [
            one for one in list_events(access_hazard(who, number, district.at)) if one.action == "propose_measure"
        ]
        assert event.data == {}, "not even of what kind"
    assert HazardEvent.objects.get(action="propose_measure").data["content"] == SECRET, "the log itself keeps it"


def test_a_draft_of_the_clock_is_the_bureaus(district: District) -> None:
    number = m.drafted(district, "interview")
    assert "约谈" in told(district, district.office, number)
    assert "约谈" not in told(district, district.safety, number)


def test_a_declined_one_stays_the_bureaus(district: District) -> None:
    number = proposed(district, "bulletin")
    district.do("decide_measure", district.leader, number, ruling="decline", opinion=SECRET)
    assert SECRET not in told(district, district.safety, number) and "通报" not in told(
        district, district.safety, number
    )


def test_an_issued_bulletin_is_told_and_a_transfer_never(district: District) -> None:
    number = proposed(district, "transfer")
    m.issue(district, number)
    assert "线索移送" in told(district, district.leader, number)
    assert "线索移送" not in told(district, district.safety, number)
    m.draft(district, number)
    bulletin = list_measures(access_hazard(district.office, number, district.at))[0].row
    m.issue(district, number, measure=bulletin.pk)
    assert "通报批评" in told(district, district.safety, number)


def test_what_a_reopening_drafted_is_not_told(district: District) -> None:
    number = district.reach("closed")
    photo = str(district.photo(district.office).pk)
    district.do("reopen", district.office, number, cause="false", findings="回头看发现未整改", photos=[photo])
    assert "问责建议" in told(district, district.office, number)
    school = told(district, district.safety, number)
    assert "问责建议" not in school and "回头看发现未整改" in school
