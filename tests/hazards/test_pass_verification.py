import pytest

from core.errors import NotAllowed
from hazards.models import Evidence
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="pass_verification",
    by="office",
    reach=lambda d: d.reach("submitted"),
    data=lambda d: {"opinion": "栏杆已加固", "photos": [str(d.photo(d.office).pk)]},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="verified", owed_by="县教育局安全办经办", due="2026-11-25 17:30")
    assert hazard.lead_assignment.state == "confirmed"
    assert Evidence.objects.filter(hazard=hazard, stage="verification").count() == 1


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("verified"), did="复查合格", owed_by="县教育局安全办经办")
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district, photos=[])


def test_missing(district: District) -> None:
    TRIAL.missing(district, "opinion")


def test_a_section_verifies_in_its_field_only(district: District) -> None:
    assert TRIAL.do(district, TRIAL.reach(district), who="section", photos=[]).state == "verified"
    elsewhere = district.reach("submitted")
    district.do("amend", district.office, elsewhere, reason="归错领域", domain="02")
    with pytest.raises(NotAllowed):
        TRIAL.do(district, elsewhere, who="section", photos=[])


def test_who_did_the_work_does_not_verify_whatever_his_post(district: District) -> None:
    """The office's clerk works on what the bureau assigned to itself; the director verifies."""
    number = district.reach("filed")
    district.do("assign", district.office, number, lead=district.units["edu"].pk, requirements="自办")
    people = {"leader": district.director.pk, "handler": district.office.pk, "interim_control": "警戒"}
    district.do("sign", district.office, number, **people)
    district.submit(number, district.office)
    with pytest.raises(NotAllowed, match="县教育局安全办主任"):
        TRIAL.do(district, number)
    assert TRIAL.do(district, number, who="director", photos=[]).state == "verified"
