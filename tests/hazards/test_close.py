import pytest

from core.errors import NotAllowed
from hazards.models import Evidence
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="close", by="office", reach=lambda d: d.reach("verified"), data=lambda d: {"closure_type": "rectified"}
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="closed")
    assert (hazard.closure_type, hazard.closed_at) == ("rectified", district.at)
    assert hazard.responsible_post is None and hazard.due_at is None


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central", "section"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办、县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "closure_type")
    assert TRIAL.fields_refused(district, TRIAL.reach(district), closure_type="forgotten") == {"closure_type"}


def test_the_proof_cannot_be_pulled_away_before_closing(district: District) -> None:
    number = TRIAL.reach(district)
    after = Evidence.objects.get(hazard=district.find(number), stage="after")
    withdrawal = Trial(action="withdraw_evidence", by="principal", reach=TRIAL.reach)
    assert withdrawal.fields_refused(district, number, evidence=after.pk, reason="换") == {"evidence"}


def test_a_rectifier_does_not_close(district: District) -> None:
    number = district.reach_own("rectifying")
    district.do(
        "report_progress",
        district.principal,
        number,
        percent=100,
        progress="完成",
        photos=[str(district.photo(district.principal).pk)],
    )
    district.submit(number, district.safety)
    with pytest.raises(NotAllowed, match="城关中心校校长"):
        district.do("confirm_and_close", district.principal, number)


def test_nothing_is_done_to_a_closed_hazard(district: District) -> None:
    number = district.reach("closed")
    for action in (
        "amend",
        "void",
        "withdraw",
        "add_evidence",
        "record_control",
        "withdraw_evidence",
        "escalate",
        "submit",
    ):
        Trial(action=action, by="office", reach=TRIAL.reach).wrong_state(district, number, did="销号")
