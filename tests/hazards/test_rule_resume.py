from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed
from deadlines.models import Deadline
from documents.models import Document
from hazards.models import Suspension
from tests.hazards.test_prove_guard import suspended
from tests.hazards.test_request_resume import verified
from tests.hazards.test_suspend import facts
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask


def asked(d: District) -> str:
    number = verified(d)
    d.do("request_resume", d.principal, number, basis="复查合格")
    return number


TRIAL = Trial(
    action="rule_resume",
    by="director",
    reach=asked,
    data=lambda d: {"ruling": "grant", "opinion": "已现场核查，可以使用"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="verified", owed_by="县教育局安全办经办")
    row = Suspension.objects.get()
    assert (row.state, str(row.ended_on), hazard.is_suspended) == ("lifted", "2026-11-23", False)
    assert not SideTask.objects.filter(hazard=hazard, finished=None).exists()
    assert Deadline.objects.get(subject_id=hazard.pk, kind="suspension").state == "ended"
    paper = Document.objects.get(kind="resume_reply")
    assert (paper.issuer_unit, paper.addressee) == (district.units["edu"], district.units["school"])
    assert row.order_number in paper.text
    district.do("close", district.office, hazard.number, closure_type="rectified")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="principal", names="县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling", "opinion")


def test_a_refusal_leaves_it_watched_day_by_day(district: District, clock: Any) -> None:
    number = asked(district)
    clock.set(moment("2026-11-24 09:00"))
    TRIAL.do(district, number, ruling="refuse", opinion="门锁未换")
    row = Suspension.objects.get()
    assert (row.state, row.due_at) == ("in_force", moment("2026-11-26 00:00"))
    assert str(SideTask.objects.get(process__machine="suspension", finished=None).post) == "第一小学安全员"
    assert Deadline.objects.get(kind="suspension").ladder == "guard"
    assert TRIAL.fields_refused(district, number, ruling="refuse") == {"ruling"}


def test_only_who_stopped_it_lets_it_be_used(district: District) -> None:
    """The school stopped it: its head decides, the bureau does not."""
    number = suspended(district)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("request_resume", district.safety, number, basis="复查合格")
    with pytest.raises(NotAllowed, match="第一小学校长"), transaction.atomic():
        TRIAL.do(district, number)
    TRIAL.do(district, number, who="principal")
    assert not Document.objects.filter(kind="resume_reply").exists(), "one writes no paper to oneself"


def test_not_before_it_is_safe_and_also_unasked_then(district: District) -> None:
    number = district.reach("rectifying")
    district.do("suspend", district.office, number, **facts(district, "office"))
    with pytest.raises(Invalid, match="没有复查合格"), transaction.atomic():
        TRIAL.do(district, number)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    TRIAL.do(district, number)
    assert not district.find(number).is_suspended


def test_an_order_that_was_an_error_is_taken_back(district: District) -> None:
    number = suspended(district)
    TRIAL.do(district, number, who="principal", ruling="revoke", opinion="范围写错")
    assert (Suspension.objects.get().state, district.find(number).is_suspended) == ("lifted", False)


def test_what_must_be_out_of_use_is_not_taken_back(district: District) -> None:
    number = district.report(domain="12")
    order = {
        "suspend_scope": "车牌",
        "suspend_guard": "停于车库",
        "suspend_photos": [str(district.photo(district.safety).pk)],
    }
    filing = {"level": "general", "domain": "12", "competence": "school", "category": "12-06"}
    district.do("file", district.safety, number, **filing, **order)
    assert TRIAL.fields_refused(district, number, who="principal", ruling="revoke") == {"ruling"}


def test_a_whole_school_opens_by_a_decision_of_the_government(district: District) -> None:
    number = district.reach("rectifying")
    more = {"kind": "school", "order_number": "政办〔2026〕9号", "pupils": "居家学习"}
    district.do("suspend", district.office, number, **facts(district, "office", **more))
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    assert TRIAL.fields_refused(district, number) == {"decision"}
    TRIAL.do(district, number, decision="政办〔2026〕12号")


def test_one_of_two_stays_out_of_use(district: District) -> None:
    number = verified(district)
    district.do("suspend", district.office, number, **facts(district, "office", scope="三楼走廊"))
    first = Suspension.objects.get(scope="教学楼二楼走廊")
    TRIAL.do(district, number, suspension=first.pk)
    assert district.find(number).is_suspended
    with pytest.raises(Invalid, match="解除停用：三楼走廊"):
        district.do("close", district.office, number, closure_type="rectified")
