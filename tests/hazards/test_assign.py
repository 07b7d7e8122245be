from typing import Any

import pytest

from core.errors import Invalid, NotAllowed
from organizations.kinds import PostKind, UnitKind
from organizations.models import Mandate
from tests.support.district import District, make_person, make_unit
from tests.support.trials import Trial, assert_owed, moment

TRIAL = Trial(
    action="assign",
    by="office",
    reach=lambda d: d.reach("filed"),
    data=lambda d: {"lead": d.units["school"].pk, "requirements": "加固栏杆"},
)


def filed(d: District, **more: Any) -> str:
    number = d.report()
    d.do("escalate", d.safety, number, reason="无力整改")
    d.do("file", d.office, number, **{"level": "general", "domain": "04", "competence": "school", **more})
    return number


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="第一小学安全员", due="2026-11-24 17:30")
    lead = hazard.lead_assignment
    assert (lead.state, lead.unit, lead.issuer_unit) == ("sent", district.units["school"], district.units["edu"])
    assert str(lead.issuer_post) == "县教育局安全办经办"
    assert (lead.limit_on.isoformat(), lead.due_at) == ("2026-12-08", moment("2026-12-09 00:00"))
    assert (hazard.verifying_unit, hazard.closing_unit) == (district.units["edu"], district.units["edu"])
    assert not hazard.closes_in_one_act


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("assigned"), did="交办", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办、县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "lead", "requirements")


def test_a_section_assigns_in_its_field_only(district: District) -> None:
    assert TRIAL.do(district, TRIAL.reach(district), who="section").state == "assigned"
    elsewhere = district.report(domain="02")
    district.do("escalate", district.safety, elsewhere, reason="无力整改")
    district.do("file", district.office, elsewhere, level="general", domain="02", competence="school")
    with pytest.raises(NotAllowed, match="县教育局安全办经办"):
        TRIAL.do(district, elsewhere, who="section")


def test_only_units_of_the_own_tree_are_ordered(district: District) -> None:
    shop = make_unit(UnitKind.SVC, "供餐公司", district.units["edu"])
    closed = make_unit(UnitKind.SCH, "撤并小学", district.units["central"], is_active=False)
    number = TRIAL.reach(district)
    for unit in (district.units["fire"], district.units["gov"], district.units["county"], shop, closed):
        assert TRIAL.fields_refused(district, number, lead=unit.pk) == {"lead"}, unit
    for name in ("school", "central", "section", "edu", "sibling", "far"):
        TRIAL.do(district, TRIAL.reach(district), lead=district.units[name].pk)


def test_a_school_orders_only_itself(district: District) -> None:
    number = district.report()
    district.do("file", district.safety, number, level="general", domain="04", competence="school")
    for name in ("sibling", "central", "edu"):
        assert TRIAL.fields_refused(district, number, who="safety", lead=district.units[name].pk) == {"lead"}
    TRIAL.do(district, number, who="safety")
    assert district.find(number).closes_in_one_act


def test_what_is_no_duty_of_education_is_not_assigned(district: District) -> None:
    for competence, word in (("department", "部门"), ("township", "乡镇"), ("owner", "校外产权单位")):
        number = filed(district, competence=competence)
        with pytest.raises(Invalid, match=word) as caught:
            TRIAL.do(district, number)
        assert set(caught.value.fields) == {"lead"}
        assert district.find(number).state == "filed"


def test_a_central_school_assigns_by_mandate_only(district: District) -> None:
    district.mandate()
    number = district.report()
    district.do("escalate", district.safety, number, reason="无力整改")
    district.do("file", district.central, number, level="general", domain="04", competence="school")
    assert TRIAL.fields_refused(district, number, who="central", lead=district.units["far"].pk) == {"lead"}
    Mandate.objects.filter(action="assign").delete()
    with pytest.raises(Invalid, match="未受委托"):
        TRIAL.do(district, number, who="central")
    Mandate.objects.create(bureau=district.units["edu"], action="assign", level="general")
    TRIAL.do(district, number, who="central")
    hazard = district.find(number)
    assert (hazard.verifying_unit, hazard.closing_unit) == (district.units["central"], district.units["edu"])


def test_another_verifier_may_be_chosen_on_the_way_to_the_campus(district: District) -> None:
    number = TRIAL.reach(district)
    for name in ("sibling", "far", "central2", "fire", "county"):
        assert TRIAL.fields_refused(district, number, verifier=district.units[name].pk) == {"verifier"}, name
    TRIAL.do(district, number, verifier=district.units["central"].pk)
    district.sign(number)
    district.submit(number)
    assert_owed(district.find(number), "城关中心校安全负责人")


def test_a_lead_where_nobody_holds_a_post_is_served_by_its_central_school(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, lead=district.units["point"].pk)
    assert_owed(district.find(number), "城关中心校安全负责人")
    with pytest.raises(NotAllowed, match="城关中心校安全负责人"):
        district.sign(number)


def test_the_lead_sees_it_though_it_lies_elsewhere(district: District) -> None:
    guard = make_person("guard", district.units["far"], PostKind.PRINCIPAL)
    number = TRIAL.reach(district)
    TRIAL.do(district, number, lead=district.units["far"].pk)
    people = {"leader": guard.pk, "handler": district.outsider.pk, "interim_control": "警戒"}
    assert district.do("sign", district.outsider, number, **people).state == "rectifying"


def test_limits(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-22", "9999-12-31"):
        assert TRIAL.fields_refused(district, number, limit_on=day) == {"limit_on"}
    TRIAL.do(district, number, limit_on="2026-11-28")
    assert district.find(number).lead_assignment.due_at == moment("2026-11-29 00:00")


def test_who_works_on_it_is_not_chosen_to_verify_it(district: District) -> None:
    units = {name: unit.pk for name, unit in district.units.items()}
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, verifier=units["school"]) == {"verifier"}
    co_units = {"co_units": [units["central"]], "co_task": "协助"}
    assert TRIAL.fields_refused(district, number, verifier=units["central"], **co_units) == {"verifier"}
