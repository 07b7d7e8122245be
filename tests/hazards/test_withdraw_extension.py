import pytest

from core.errors import Invalid
from documents.models import Document
from hazards.models import Extension
from tests.hazards.test_request_extension import FACTS
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask


def asked(d: District) -> str:
    number = d.reach("rectifying")
    d.do("request_extension", d.safety, number, **FACTS)
    return number


TRIAL = Trial(action="withdraw_extension", by="safety", reach=asked)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert Extension.objects.get().state == "withdrawn"
    assert not SideTask.objects.filter(hazard=hazard, finished=None).exists()
    paper = Document.objects.get(kind="extension_request")
    assert (paper.state, paper.void_reason) == ("void", "申请单位撤回")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    number = district.reach("rectifying")
    with pytest.raises(Invalid, match="没有待审批的延期申请"):
        TRIAL.do(district, number)


def test_another_may_be_asked_for(district: District) -> None:
    number = asked(district)
    TRIAL.do(district, number, reason="日期填错")
    district.do("request_extension", district.safety, number, **FACTS)
    assert Extension.objects.filter(state="requested").count() == 1
