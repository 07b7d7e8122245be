"""What a suspension does to the rest of the life of a hazard; and which types of hazards demand one."""

from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.case import Case
from hazards.models import Hazard, Suspension
from hazards.routing import awaited_action
from hazards.selectors import access_hazard, list_possible_actions, say_blocked
from organizations.services import merge_units
from tests.hazards.test_prove_guard import suspended
from tests.hazards.test_request_extension import FACTS
from tests.hazards.test_suspend import facts
from tests.support.district import District
from tests.support.trials import assert_owed
from workflows.models import SideTask


def offered(d: District, who: str, number: str) -> set[str]:
    case = access_hazard(d.people[who], number, d.at)
    return {one.action.name for one in list_possible_actions(case)}


def test_a_case_is_not_closed_while_anything_is_out_of_use(district: District) -> None:
    number = suspended(district)
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    with pytest.raises(Invalid, match="解除停用：教学楼二楼走廊"):
        district.do("close", district.office, number, closure_type="rectified")
    assert "close" not in offered(district, "office", number)
    case = access_hazard(district.office, number, district.at)
    assert say_blocked(case) == "停用解除后才能销号：教学楼二楼走廊。"


def test_a_schools_own_case_is_verified_then_used_then_closed(district: District) -> None:
    """Instead of 核实销号 in one act."""
    number = district.reach_own("rectifying")
    district.do("suspend", district.safety, number, **facts(district))
    district.submit(number)
    hazard = district.find(number)
    assert awaited_action(Case(hazard=hazard, actor=district.principal, at=district.at)) == "pass_verification"
    with pytest.raises(Invalid, match="解除停用"), transaction.atomic():
        district.do("confirm_and_close", district.principal, number)
    assert "confirm_and_close" not in offered(district, "principal", number)
    district.do("pass_verification", district.safety, number, opinion="合格")
    district.do("request_resume", district.safety, number, basis="复查合格")
    district.do("rule_resume", district.principal, number, ruling="grant", opinion="同意")
    assert_owed(district.find(number), "第一小学校长")
    district.do("close", district.principal, number, closure_type="rectified")


def test_used_again_before_submission_it_closes_in_one_act(district: District) -> None:
    number = district.reach_own("rectifying")
    district.do("suspend", district.safety, number, **facts(district))
    district.do("rule_resume", district.principal, number, ruling="revoke", opinion="不在危险范围")
    district.submit(number)
    assert_owed(district.find(number), "第一小学校长")
    district.do("confirm_and_close", district.principal, number)


@pytest.mark.parametrize(("closure_type", "state"), [("demolished", "permanent"), ("vanished", "in_force")])
def test_elimination_ends_use_with_its_object(district: District, closure_type: str, state: str) -> None:
    number = suspended(district)
    photos = [str(district.photo(district.leader).pk)]
    told = {"closure_type": closure_type, "decision": "9号", "arrangement": "分流"}
    district.do("eliminate", district.leader, number, photos=photos, **told)
    assert Suspension.objects.get().state == state
    assert district.find(number).is_suspended == (state == "in_force")
    if state == "permanent":
        district.do("withdraw", district.leader, number, reason="决定未下")
        assert (Suspension.objects.get().state, district.find(number).is_suspended) == ("in_force", True)
        assert SideTask.objects.filter(process__machine="suspension", finished=None).count() == 1


# --- what must be out of use from filing on -----------------------------------------------------------------------

BUS = {"level": "general", "domain": "12", "competence": "school"}


def of_bus(d: District, **more: Any) -> str:
    return d.report(domain="12", place="校车", description="接送车辆无标牌", **more)


def order(d: District, who: str) -> dict[str, Any]:
    return {
        "suspend_scope": "车牌 赣E00000", "suspend_guard": "钥匙交校长保管，停于车库",
        "suspend_photos": [str(d.photo(d.people[who]).pk)],
    }  # fmt: skip


@pytest.mark.parametrize(
    "what", [{"category": "12-06"}, {"category": "12-07"}, {"bus": "unlicensed"}, {"bus": "modified"}]
)
def test_a_bus_that_may_not_drive_stops_in_the_act_of_filing(district: District, what: dict[str, str]) -> None:
    number = of_bus(district)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("file", district.safety, number, **BUS, **what)
    assert set(caught.value.fields) == {"suspend_scope", "suspend_guard", "suspend_photos"}
    district.do("file", district.safety, number, **BUS, **what, **order(district, "safety"))
    row = Suspension.objects.get()
    assert (row.kind, row.is_mandatory, row.issuer_unit) == ("vehicle", True, district.units["school"])
    assert district.find(number).state == "filed"


def test_other_faults_of_a_bus_demand_nothing(district: District) -> None:
    number = of_bus(district)
    district.do("file", district.safety, number, **BUS, category="12-05")
    assert not Suspension.objects.exists()


def test_what_the_bureau_files_is_stopped_by_its_order(district: District) -> None:
    number = of_bus(district)
    district.do("escalate", district.safety, number, reason="须教育局处理")
    district.do("file", district.office, number, **BUS, category="12-06", **order(district, "office"))
    assert Suspension.objects.get().issuer_unit == district.units["edu"]


def test_what_the_school_has_stopped_needs_no_second_order(district: District) -> None:
    number = of_bus(district)
    district.do("suspend", district.safety, number, **facts(district, kind="vehicle", scope="车牌 赣E00000"))
    district.do("file", district.safety, number, **BUS, category="12-06")
    assert Suspension.objects.count() == 1


def test_the_second_person_sees_and_agrees_to_the_order_too(district: District) -> None:
    number = of_bus(district, suspected_major=True)
    told = {**BUS, "level": "major", "clause": district.clause, "category": "12-06"}
    district.do("file", district.office, number, **told, **order(district, "office"))
    assert not Suspension.objects.exists()
    district.do("confirm_countersign", district.leader, number)
    hazard, row = district.find(number), Suspension.objects.get()
    assert (hazard.state, hazard.is_suspended, row.issuer_unit) == ("filed", True, district.units["edu"])
    assert hazard.evidence.filter(stage="control").exists()


@pytest.mark.parametrize("category", ["04-08", "12-06", "12-07"])
def test_a_school_does_not_settle_such_a_type_by_itself(district: District, category: str) -> None:
    number = district.report(domain=category[:2])
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.self_handle(number, category=category)
    assert set(caught.value.fields) == {"category"}


def test_withdrawing_the_filing_takes_the_order_back(district: District) -> None:
    number = of_bus(district)
    district.do("file", district.safety, number, **BUS, category="12-06", **order(district, "safety"))
    district.do("withdraw", district.safety, number, reason="类别选错")
    assert (Suspension.objects.get().state, district.find(number).is_suspended) == ("ended", False)


def test_a_correction_does_not_slip_past_it(district: District) -> None:
    number = of_bus(district)
    district.do("file", district.safety, number, **BUS, category="12-05")
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("amend", district.safety, number, reason="类别选错", category="12-06")
    assert set(caught.value.fields) == {"category"}
    district.do("suspend", district.safety, number, **facts(district, kind="vehicle", scope="车牌 赣E00000"))
    district.do("amend", district.safety, number, reason="类别选错", category="12-06")


def test_the_form_asks_only_where_it_may_be_needed(district: District) -> None:
    def asks(number: str) -> bool:
        case = access_hazard(district.safety, number, district.at)
        [form] = [one for one in list_possible_actions(case) if one.action.name == "file"]
        return "suspend_scope" in {field.name for field in form.fields}

    assert asks(of_bus(district)) and asks(district.report(domain="04"))
    assert not asks(district.report(domain="02"))


def test_class_d_is_out_of_use_from_its_appraisal_on(district: District) -> None:
    number = district.reach("rectifying")
    told = {
        "grade": "D", "body": "测试鉴定公司", "report_number": "JD-1", "appraised_on": "2026-11-20", "control": "门卫全天值守",
        "photos": [str(district.photo(district.safety).pk)], "control_photos": [str(district.photo(district.safety).pk)],
    }  # fmt: skip
    district.do("record_appraisal", district.safety, number, **told)
    hazard, row = district.find(number), Suspension.objects.get()
    assert (row.kind, row.scope, row.guard, row.is_mandatory) == ("room", "教学楼二楼", "门卫全天值守", True)
    assert hazard.is_suspended and "D级危房" in row.reason


def test_class_d_of_what_is_out_of_use_already_asks_for_no_order(district: District) -> None:
    number = suspended(district)
    told = {
        "grade": "D", "body": "测试鉴定公司", "report_number": "JD-1", "appraised_on": "2026-11-20",
        "photos": [str(district.photo(district.safety).pk)],
    }  # fmt: skip
    district.do("record_appraisal", district.safety, number, **told)
    assert Suspension.objects.count() == 1 and Hazard.objects.get().appraisal == "D"


def test_a_merged_school_goes_on_watching_under_its_new_name(district: District) -> None:
    number = district.reach("rectifying")
    district.do("suspend", district.safety, number, **facts(district))
    district.do("request_extension", district.safety, number, **FACTS)
    merge_units(actor=None, unit=district.units["school"], into=district.units["sibling"], at=district.at)
    row = Suspension.objects.get()
    assert (row.unit, row.issuer_unit) == (district.units["sibling"], district.units["sibling"])
    district.do("prove_guard", district.sibling_safety, number, note="封条完好")
    district.do("rule_extension", district.director, number, ruling="grant", opinion="同意")
