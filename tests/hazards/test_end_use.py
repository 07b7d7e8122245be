import pytest

from core.errors import Invalid
from hazards.models import Suspension
from tests.hazards.test_prove_guard import suspended
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(
    action="end_use", by="leader", reach=suspended, data=lambda d: {"decision": "局办公会〔2026〕3号：拆除旧楼"}
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    row = Suspension.objects.get()
    assert (row.state, row.opinion, str(row.ended_on)) == ("permanent", "局办公会〔2026〕3号：拆除旧楼", "2026-11-23")
    assert not hazard.is_suspended
    assert not SideTask.objects.filter(hazard=hazard, finished=None).exists()


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="director", names="县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "decision")


def test_what_is_in_use_is_not_ended(district: District) -> None:
    with pytest.raises(Invalid) as caught:
        TRIAL.do(district, district.reach("rectifying"))
    assert set(caught.value.fields) == {"suspension"}


def test_then_the_case_may_be_closed(district: District) -> None:
    number = suspended(district)
    TRIAL.do(district, number)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="已拆除")
    district.do("close", district.office, number, closure_type="demolished")
