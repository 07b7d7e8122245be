from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="return_closure", by="office", reach=lambda d: d.reach("verified"), data=lambda d: {"doubt": "照片像是旧的"}
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="submitted", owed_by="县教育局安全办经办", due="2026-11-30 17:30")
    assert hazard.lead_assignment.state == "done"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central", "section"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "doubt")


def test_it_is_verified_again(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("pass_verification", district.director, number, opinion="已到现场")
    assert district.do("close", district.office, number, closure_type="rectified").state == "closed"
