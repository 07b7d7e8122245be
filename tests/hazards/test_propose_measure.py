import pytest

from core.errors import NotAllowed, WrongState
from documents.models import Document
from hazards.models import Measure
from notifications.models import OutboxMessage
from tests.support import measured as m
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(
    action="propose_measure",
    by="office",
    reach=lambda d: d.reach("rectifying"),
    data=lambda d: {
        "kind": "bulletin", "to": d.units["school"].pk, "cause": "多次催办不动", "content": "三次催办未回应",
        "requirements": "三日内报告",
    },
)  # fmt: skip


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    measure = Measure.objects.get(hazard=hazard)
    assert (measure.state, measure.cause, measure.text) == ("draft", "多次催办不动", "三次催办未回应")
    paper = Document.objects.get(pk=measure.document_id or 0)
    assert paper.drafted_by == district.office and "三日内报告" in paper.text
    assert str(SideTask.objects.get(finished=None).post) == "县教育局分管领导"
    assert OutboxMessage.objects.get(kind="measure.drafted").recipient == district.leader


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    # The unit that owes the step is proposed.
    TRIAL.missing(district, "kind", "to", "cause", "content")


def test_a_talk_says_how(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, interview_type="warning") == {"interview_type"}
    TRIAL.do(district, number, kind="interview", interview_type="collective")
    assert m.only(number, district).interview_type == "collective"
    assert "集中约谈" in Document.objects.get(kind="interview").text


def test_one_that_says_nothing_reminds(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, kind="interview")
    assert m.only(number, district).interview_type == "reminder"


def test_the_same_is_not_proposed_twice(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    TRIAL.refused(district, number, WrongState)


def test_a_department_is_written_to_and_not_sanctioned(district: District) -> None:
    number = m.overdue_outside(district)
    fire = district.units["fire"].pk
    assert TRIAL.fields_refused(district, number, to=fire) == {"kind"}
    assert TRIAL.fields_refused(district, number, to=fire, kind="interview") == {"kind"}
    TRIAL.do(district, number, to=fire, kind="urge_letter")
    assert "现已超期" in Document.objects.get(kind="urge_letter").text


def test_a_school_is_not_written_to_as_a_department(district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), kind="county_supervision") == {"kind"}


def test_only_who_takes_part_is_measured(district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), to=district.units["far"].pk) == {"to"}


def test_nothing_about_what_is_confidential(district: District) -> None:
    number = district.report(domain="08", description="保密内容")
    with pytest.raises(NotAllowed):
        TRIAL.do(district, number, who="bureau_confidant")
    assert not Measure.objects.exists()
