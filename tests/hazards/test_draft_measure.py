from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed, WrongState
from deadlines.schedule import end_of
from documents.models import Document
from hazards.models import HazardEvent, Measure
from hazards.services import perform
from tests.support import listed
from tests.support import measured as m
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import assert_owed
from workflows.models import SideTask


def test_works(district: District) -> None:
    number = m.overdue(district)
    version = district.find(number).version
    m.draft(district, number)
    hazard, measure = district.find(number), m.only(number, district)
    assert (measure.state, measure.kind, measure.unit, measure.to_unit) == (
        "draft", "bulletin", district.units["school"], district.units["edu"],
    )  # fmt: skip
    assert hazard.version > version and hazard.rank == 0, "what nobody has signed counts for nothing"
    assert "已逾期17天" in measure.text and hazard.number in measure.text and "第一小学" in measure.text
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.data["drafted"]) == (None, "通报批评（第一小学）")
    assert_owed(hazard, "第一小学安全员")
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert str(task.post) == "县教育局分管领导" and task.due_at == measure.due_at


def test_its_paper_is_a_draft_that_the_school_does_not_read(district: District) -> None:
    number = m.drafted(district)
    measure = m.only(number, district)
    paper = Document.objects.get(subject_id=measure.hazard_id)
    assert (paper.pk, paper.row_id, paper.state, paper.number) == (measure.document_id, measure.pk, "draft", "")
    assert (paper.issuer_unit, paper.addressee) == (district.units["edu"], district.units["school"])
    assert "第一小学" in paper.title


def test_wrong_state(district: District) -> None:
    number = m.overdue(district)
    district.submit(number)
    with pytest.raises(WrongState, match="不再计时"):
        m.draft(district, number)
    with pytest.raises(WrongState):
        m.draft(district, district.reach("closed"))


def test_nobody_asks_for_it(district: District) -> None:
    number = m.overdue(district)
    for who in (district.office, district.leader, district.chief):
        with pytest.raises(NotAllowed), transaction.atomic():
            district.do("draft_measure", who, number, kind="bulletin", label="x", of="limit")


def test_not_a_moment_before(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    lead = district.find(number).lead_assignment
    assert lead
    clock.set(lead.due_at - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="还没有到"):
        m.draft(district, number)
    clock.set(lead.due_at)
    m.draft(district, number)


def test_the_same_is_not_drafted_twice(district: District) -> None:
    number = m.drafted(district)
    with pytest.raises(WrongState, match="已有一件"), transaction.atomic():
        m.draft(district, number, label="逾期20天")
    m.draft(district, number, "interview")
    assert Measure.objects.count() == 2
    first = Measure.objects.get(kind="bulletin")
    m.issue(district, number, measure=first.pk)
    m.draft(district, number)
    assert Measure.objects.filter(kind="bulletin").count() == 2, "once it is settled, another delay is another bulletin"


def test_one_that_runs_is_not_repeated_for_the_same_cause(district: District) -> None:
    number = m.unanswered(district)
    with pytest.raises(WrongState, match="待回复"), transaction.atomic():
        m.draft(district, number)
    m.draft(district, number, label="逾期30天")


def test_a_part_of_a_co_unit_is_its_own_delay(district: District, clock: Any) -> None:
    number = district.reach_with("sibling")
    part = district.find(number).assignments.get(unit=district.units["sibling"])
    clock.set(part.due_at + timedelta(days=15))
    m.draft(district, number, row_id=part.pk)
    assert m.only(number, district).unit == district.units["sibling"]


@pytest.mark.parametrize("kind", ["bulletin", "interview", "accountability", "transfer"])
def test_no_bureau_decides_about_a_department(district: District, kind: str) -> None:
    number = m.overdue_outside(district)
    with pytest.raises(WrongState, match="不属教育局管理"):
        m.draft(district, number, kind)


@pytest.mark.parametrize("kind", ["urge_letter", "county_supervision"])
def test_a_department_is_written_to(district: District, kind: str) -> None:
    number = m.drafted(district, kind)
    measure = m.only(number, district)
    assert (measure.unit, measure.kind) == (district.units["fire"], kind)
    with pytest.raises(WrongState, match="教育系统的单位"):
        m.draft(district, m.overdue(district), kind)


def test_the_bureau_does_not_sanction_itself(district: District, clock: Any) -> None:
    number = district.reach("filed")
    district.do("assign", district.office, number, lead=district.units["edu"].pk, requirements="统一整改")
    facts = {"leader": district.leader.pk, "handler": district.office.pk, "interim_control": "警戒"}
    district.do("sign", district.director, number, **facts)
    clock.set(district.find(number).due_at + m.DAY * 15)
    with pytest.raises(WrongState, match="只能提请县级督查"):
        m.draft(district, number)
    m.draft(district, number, "county_supervision")


def test_nothing_about_what_is_confidential(district: District, clock: Any) -> None:
    number = district.report(domain="08", description="保密内容")
    hazard = district.find(number)
    assert hazard.is_restricted
    clock.set(hazard.due_at + m.DAY * 30)
    with pytest.raises(WrongState, match="敏感事项"):
        perform(
            "draft_measure", actor=None, at=district.at, number=number,
            data={"kind": "bulletin", "label": "逾期", "of": "step"},
        )  # fmt: skip


def test_the_county_that_does_not_order_is_asked_to_supervise(district: District, clock: Any) -> None:
    number = o.referred(district)
    clock.set(district.find(number).due_at + m.DAY * 5)
    m.draft(district, number, "county_supervision", of="step", row_id=0)
    assert m.only(number, district).unit == district.units["gov"]


def test_a_draft_ends_with_the_case_and_its_paper_is_void(district: District) -> None:
    number = m.drafted(district)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    assert m.only(number, district).state == "ended"
    assert Document.objects.get(kind="bulletin").state == "void"
    assert not SideTask.objects.filter(finished=None).exists()


def test_a_term_of_a_listing_that_passed_is_marked_as_missed(district: District, clock: Any) -> None:
    number = listed.listed(district)
    row = listed.row_of(district, number)
    assert row.term_on is not None and not row.is_missed
    facts = {"of": "term", "row_id": row.pk}
    clock.set(end_of(row.term_on) - timedelta(microseconds=1))
    with pytest.raises(WrongState, match="还没有到"):
        m.draft(district, number, "accountability", **facts)
    clock.set(end_of(row.term_on))
    m.draft(district, number, "accountability", **facts)
    assert listed.row_of(district, number).is_missed
    assert m.only(number, district).unit == district.units["school"]
