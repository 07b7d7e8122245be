import pytest

from core.errors import Invalid
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(
    action="record_service",
    by="coordinator",
    reach=lambda d: o.ordered(d, "town"),
    data=lambda d: {"receiver": "李某 副镇长", "photos": o.scans(d, d.coordinator)},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="城关镇联络员", due="2026-12-09 00:00")
    assert (hazard.lead_assignment.state, hazard.lead_assignment.is_deemed_received) == ("signed", True)
    assert hazard.evidence.get().stage == "document"


def test_wrong_state(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    TRIAL.wrong_state(district, number, did="登记送达", owed_by="城关镇联络员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "town"):
        TRIAL.wrong_post(district, who=who, names="县安委办县级协调员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "receiver", "photos")


def test_a_letter_is_not_served(district: District) -> None:
    number = o.notified(district, "town")
    with pytest.raises(Invalid, match="函告不能以送达代替签收"):
        district.do(
            "record_service", district.office, number, receiver="李某", photos=o.scans(district, district.office)
        )


def test_it_serves_a_school_too(district: District) -> None:
    number = district.reach("assigned")
    facts = {"receiver": "门卫", "refused": True, "photos": o.scans(district, district.office)}
    district.do("record_service", district.office, number, **facts)
    assert_owed(district.find(number), "第一小学安全员")
    district.submit(number)
