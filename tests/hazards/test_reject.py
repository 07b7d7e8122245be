import pytest

from core.errors import NotAllowed
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="reject",
    by="safety",
    reach=lambda d: d.reach("reported"),
    data=lambda d: {"reason": "no_hazard", "basis": "现场核实，栏杆牢固"},
)


def test_works(district: District) -> None:
    TRIAL.works(district, to="rejected")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("rejected"), did="不予登记")
    TRIAL.wrong_state(district, district.reach("filed"), did="建档", owed_by="县教育局安全办经办", who="office")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason", "basis")
    assert TRIAL.fields_refused(district, TRIAL.reach(district), reason="因为") == {"reason"}


def test_a_suspected_major_only_by_a_leader(district: District) -> None:
    number = district.report(suspected_major=True)
    for who in ("office", "director"):
        with pytest.raises(NotAllowed, match="县教育局分管领导"):
            TRIAL.do(district, number, who=who)
    assert TRIAL.do(district, number, who="leader").state == "rejected"
