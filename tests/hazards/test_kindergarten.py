"""A real case with its dates: found 2020-03-24, listed by the city government, taken off in May 2021.

Source: real_hazards.csv row 32. What the table does not say is invented and said so.
"""

from __future__ import annotations

from typing import Any

from hazards.models import HazardEvent, Supervision
from organizations.kinds import PostKind, UnitKind
from organizations.models import Unit
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District, make_person, make_unit
from tests.support.trials import moment


def build(d: District) -> Unit:
    unit = make_unit(UnitKind.KG, "爱尚东升幼儿园", d.units["central"])
    d.people["kg_principal"] = make_person("kg_principal", unit, PostKind.PRINCIPAL)
    d.people["kg_safety"] = make_person("kg_safety", unit, PostKind.SAFETY)
    return unit


def entered(d: District, action: str, number: str, name: str, **data: Any) -> None:
    """By the office, from the paper of the one who did it (代录)."""
    envelope = o.by_letter(d, d.office, name, note="原件复印件")
    o.record(d, action, d.office, number, _on_behalf=envelope, **data)


def filed_and_listed(d: District, clock: Any) -> str:
    unit = build(d)
    clock.set(moment("2020-03-24 10:00"))
    facts = {
        "unit": unit.pk,
        "place": "四楼室外平台",
        "description": "儿童活动场所设在四楼",
        "finder": "消防监督检查人员",
    }
    number = d.report(d.fire, domain="02", suspected_major=True, interim_control="停用平台", **facts)
    clock.set(moment("2020-03-24 11:00"))
    d.do("file", d.office, number, level="major", domain="02", competence="school", clause=d.clause)
    d.do("confirm_countersign", d.leader, number)
    assert l.row_of(d, number).lister_name == "县教育局", "a major fire hazard is listed at filing"
    d.do("assign", d.office, number, lead=unit.pk, requirements="移至低楼层，停用平台", limit_on="2020-09-20")
    clock.set(moment("2020-04-10 09:00"))
    # Number and term of the notice are not in the table.
    l.record(d, number, authority="city", lister_name="市人民政府", number="未载明", term_on="2021-05-31")
    return number


def rectified(d: District, clock: Any, number: str) -> None:
    clock.set(moment("2020-04-13 09:00"))
    leader, handler = d.people["kg_principal"], d.people["kg_safety"]
    entered(d, "sign", number, "园长", leader=leader.pk, handler=handler.pk, interim_control="平台已封闭")
    d.do("save_plan", handler, number, **d.plan_facts(milestones="2020-08-31 移至二楼"))
    d.do("submit_plan", leader, number)
    d.do("approve_plan", d.leader, number)
    clock.set(moment("2021-04-20 09:00"))
    d.submit(number, leader)


def test_the_case_with_its_dates(district: District, clock: Any) -> None:
    d = district
    number = filed_and_listed(d, clock)
    rectified(d, clock, number)
    row = l.row_of(d, number)
    assert (row.state, row.is_external, row.is_missed) == ("acceptance_requested", True, False)
    clock.set(moment("2021-05-10 09:00"))
    l.record(d, number, "acceptance", is_passed=True, requirements="复查合格", number="未载明")
    d.pass_by_two(number)
    clock.set(moment("2021-05-12 09:00"))
    d.do("delist", d.leader, number, opinion="市政府已摘牌", number="未载明", photos=[str(d.photo(d.leader).pk)])
    hazard, row = d.find(number), Supervision.objects.get(hazard=d.find(number))
    assert (hazard.state, hazard.listing, row.state) == ("verified", "", "delisted")
    assert (str(row.delisted_on), row.lister_name, row.authority) == ("2021-05-12", "市人民政府", "city")
    for to in ("department", "staff"):
        d.do(
            "record_double_report", d.people["kg_safety"], number, to=to, receiver="市消防、教职工大会", reported_on="2020-04-13",
            photos=[str(d.photo(d.people["kg_safety"]).pk)],
        )  # fmt: skip
    d.do("close", d.chief, number, closure_type="rectified")
    assert d.find(number).state == "closed", "摘牌 and 销号 are two acts"
    told = list(HazardEvent.objects.filter(hazard=hazard).order_by("seq").values_list("action", flat=True))
    assert told.index("delist") < told.index("close")
