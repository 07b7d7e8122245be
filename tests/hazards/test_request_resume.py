import pytest

from core.errors import Invalid
from deadlines.models import Deadline
from hazards.models import Suspension
from tests.hazards.test_prove_guard import suspended
from tests.hazards.test_suspend import facts
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask


def verified(d: District) -> str:
    """Stopped by the bureau, repaired, found good."""
    number = d.reach("rectifying")
    d.do("suspend", d.office, number, **facts(d, "office"))
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    return number


TRIAL = Trial(action="request_resume", by="principal", reach=verified, data=lambda d: {"basis": "复查合格，可以使用"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="verified", owed_by="县教育局安全办经办", due="2026-11-25 17:30")
    row = Suspension.objects.get()
    assert (row.state, row.resume_basis, row.due_at) == (
        "resume_requested",
        "复查合格，可以使用",
        moment("2026-11-25 17:30"),
    )
    assert hazard.is_suspended
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("县教育局安全办主任", row.due_at)
    deadline = Deadline.objects.get(subject_id=hazard.pk, kind="suspension")
    assert (deadline.ladder, deadline.owner_unit_id) == ("side", district.units["edu"].pk)


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学校长、第一小学安全员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "basis")


@pytest.mark.parametrize("grade", ["A", "B"])
def test_a_building_that_is_appraised_as_safe_may_be_used_before(district: District, grade: str) -> None:
    number = suspended(district)
    with pytest.raises(Invalid, match="没有复查合格"):
        TRIAL.do(district, number)
    told = {"body": "测试鉴定公司", "report_number": "1", "appraised_on": "2026-11-20"}
    photos = [str(district.photo(district.safety).pk)]
    district.do("record_appraisal", district.safety, number, grade=grade, photos=photos, **told)
    TRIAL.do(district, number)


def test_not_before_it_was_verified(district: District) -> None:
    number = suspended(district)
    district.submit(number)
    with pytest.raises(Invalid, match="没有复查合格"):
        TRIAL.do(district, number)
    assert Suspension.objects.get().state == "in_force"
