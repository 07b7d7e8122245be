import pytest

from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(
    action="send_back_referral",
    by="coordinator",
    reach=lambda d: o.referred(d, "town", competence="township"),
    data=lambda d: {"ruling": "围墙内归学校", "competence": "school"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="县教育局安全办经办", due="2026-11-24 17:30")
    assert (hazard.competence, hazard.proposed_lead) == ("school", None)
    district.do("assign", district.office, hazard.number, lead=district.units["school"].pk, requirements="清理")


def test_wrong_state(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    TRIAL.wrong_state(district, number, did="不予交办", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "town"):
        TRIAL.wrong_post(district, who=who, names="县安委办县级协调员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling", "competence")


@pytest.mark.parametrize("competence", ["department", "owner"])
def test_another_outside_unit_may_be_asked_then(district: District, competence: str) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, competence=competence)
    o.notify(district, number)
    assert_owed(district.find(number), "消防救援大队联络员")


def test_the_coordinator_takes_it_back(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("withdraw", district.coordinator, number, reason="看错了")
    hazard = district.find(number)
    assert (hazard.state, hazard.competence, hazard.proposed_lead) == ("referred", "township", district.units["town"])
    assert_owed(hazard, "县安委办县级协调员")
