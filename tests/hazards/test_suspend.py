from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed
from deadlines.models import Deadline
from documents.models import Document
from hazards.models import HazardEvent, Suspension
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask


def facts(d: District, who: str = "safety", **more: Any) -> dict[str, Any]:
    return {
        "kind": "room", "scope": "教学楼二楼走廊", "reason": "栏杆松动，有坠落危险", "guard": "保安全天值守，课间教师轮值",
        "photos": [str(d.photo(d.people[who]).pk)], **more,
    }  # fmt: skip


TRIAL = Trial(action="suspend", by="safety", reach=lambda d: d.report(), data=facts)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="reported", owed_by="第一小学安全员", due="2026-11-24 17:30")
    assert hazard.is_suspended and hazard.interim_control == "已停用教学楼二楼走廊"
    row = Suspension.objects.get()
    assert (row.state, row.unit, row.issuer_unit) == ("in_force", district.units["school"], district.units["school"])
    assert (row.from_on.isoformat(), row.is_mandatory) == ("2026-11-23", False)
    # The first proof is owed on the day after; it waits for no working day.
    assert row.due_at == moment("2026-11-25 00:00")
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("第一小学安全员", row.due_at)
    deadline = Deadline.objects.get(subject_id=hazard.pk, kind="suspension", row_id=row.pk)
    assert (deadline.ladder, deadline.due_at, deadline.owner_unit_id) == (
        "guard",
        row.due_at,
        district.units["school"].pk,
    )
    assert hazard.evidence.get().stage == "control"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长", photos=[])


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "kind", "scope", "reason", "guard", "photos")


def test_the_bureau_stops_use_by_order(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, who="office", **facts(district, "office"))
    row = Suspension.objects.get()
    assert (row.issuer_unit, row.unit) == (district.units["edu"], district.units["school"])
    paper = Document.objects.get(kind="suspension_order")
    assert (paper.issuer_unit, paper.addressee, paper.row_id) == (row.issuer_unit, row.unit, row.pk)
    assert row.order_number == paper.number and "值守要求：保安全天值守" in paper.text


def test_a_number_that_is_given_stands_for_its_paper(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, order_number="校安停〔2026〕1号")
    assert Suspension.objects.get().order_number == "校安停〔2026〕1号"
    assert not Document.objects.exists()


def test_several_at_once_for_different_things(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert TRIAL.fields_refused(district, number) == {"scope"}
    TRIAL.do(district, number, scope="教学楼三楼走廊")
    assert Suspension.objects.filter(state="in_force").count() == 2
    assert SideTask.objects.filter(process__machine="suspension", finished=None).count() == 2


def test_a_whole_school_is_stopped_by_the_government(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, kind="school") == {"order_number"}
    assert TRIAL.fields_refused(district, number, kind="school", order_number="政办〔2026〕9号") == {"pupils"}
    TRIAL.do(district, number, kind="school", order_number="政办〔2026〕9号", pupils="居家学习，教师线上授课")


def test_the_central_school_stops_use_in_a_teaching_point(district: District) -> None:
    number = district.report(district.central, unit=district.units["point"].pk)
    TRIAL.do(district, number, who="central", **facts(district, "central"))
    row = Suspension.objects.get()
    assert (row.issuer_unit, row.unit) == (district.units["central"], district.units["point"])
    assert str(SideTask.objects.get(process__machine="suspension", finished=None).post) == "城关中心校安全负责人"


def test_a_school_learns_of_an_order_about_what_went_past_it(district: District) -> None:
    number = district.report(channel="direct")
    with pytest.raises(Exception) as caught, transaction.atomic():
        TRIAL.do(district, number, _version=None)
    assert type(caught.value).__name__ == "NotFound"
    TRIAL.do(district, number, who="office", **facts(district, "office"))
    district.do("prove_guard", district.safety, number, note="封条完好")


def test_a_department_stops_nothing_here(district: District) -> None:
    number = o.ordered(district)
    with pytest.raises(NotAllowed):
        TRIAL.do(district, number, who="fire", **facts(district, "fire"))


def test_the_unit_goes_on_watching_and_gives_nothing_back(district: District) -> None:
    number = district.reach("assigned")
    TRIAL.do(district, number)
    with pytest.raises(Invalid, match="恢复使用前不能申请退办"):
        district.do("request_return", district.safety, number, reason="不属本校")


def test_what_is_out_of_use_is_not_merged(district: District) -> None:
    number, other = TRIAL.reach(district), district.report()
    TRIAL.do(district, number)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("merge", district.safety, number, master=other, reason="同一处")
    assert "停用" in caught.value.fields["master"][0]
    district.do("merge", district.safety, other, master=number, reason="同一处")


def test_a_rejected_report_ends_it(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("reject", district.safety, number, reason="no_hazard", basis="已核实")
    assert Suspension.objects.get().state == "ended"
    assert not district.find(number).is_suspended
    assert not SideTask.objects.filter(finished=None).exists()


def test_the_event_tells_it(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    event = HazardEvent.objects.get(kind="hazard.suspended")
    assert event.data["scope"] == "教学楼二楼走廊" and event.data["guard"].startswith("保安")
