import pytest

from hazards.models import Assignment
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed
from workflows.models import SideTask


def requested(d: District) -> str:
    number = o.ordered(d, "town")
    d.do("request_return", d.town, number, reason="不属于本镇职责")
    return number


TRIAL = Trial(
    action="rule_return",
    by="coordinator",
    reach=requested,
    data=lambda d: {"ruling": "keep", "reason": "属本镇职责"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="城关镇联络员", due="2026-11-24 17:30")
    assert (hazard.lead_assignment.state, hazard.lead_assignment.return_state) == ("sent", "kept")
    assert not SideTask.objects.filter(finished__isnull=True).exists()


def test_wrong_state(district: District) -> None:
    number = requested(district)
    TRIAL.do(district, number, ruling="back")
    TRIAL.wrong_state(district, number, did="退办审核", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "town"):
        TRIAL.wrong_post(district, who=who, names="县安委办县级协调员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling", "reason")


def test_it_goes_to_another_unit(district: District) -> None:
    number = requested(district)
    assert TRIAL.fields_refused(district, number, ruling="transfer") == {"lead"}
    assert TRIAL.fields_refused(district, number, ruling="transfer", lead=district.units["school"].pk) == {"lead"}
    assert TRIAL.fields_refused(district, number, ruling="transfer", lead=district.units["town"].pk) == {"lead"}
    TRIAL.do(district, number, ruling="transfer", lead=district.units["fire"].pk)
    hazard = district.find(number)
    assert (hazard.state, hazard.n_transfers, hazard.lead_assignment.unit) == (
        "assigned", 1, district.units["fire"],
    )  # fmt: skip
    assert Assignment.objects.get(hazard=hazard, unit=district.units["town"]).return_state == "granted"
    assert_owed(hazard, "消防救援大队联络员")


def test_it_is_taken_back(district: District) -> None:
    number = o.referred(district)
    o.order(district, number, co_units=[district.units["town"].pk], co_task="配合")
    district.do("request_return", district.fire, number, reason="不属于消防职责")
    TRIAL.do(district, number, ruling="back")
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment, hazard.n_transfers) == ("filed", None, 0)
    living = Assignment.objects.filter(hazard=hazard).exclude(state="canceled")
    assert [row.kind for row in living] == ["control"]
    assert_owed(hazard, "县教育局安全办经办")
    o.refer(district, number, "town")
    o.order(district, number, "town")
    assert Assignment.objects.filter(hazard=hazard, kind="control").count() == 1


@pytest.mark.parametrize("ruling", ["transfer", "back"])
def test_it_is_withdrawn(district: District, ruling: str) -> None:
    """From rectifying it moves the state, so the issuer may think again."""
    number = o.ordered(district, "town")
    district.do("sign", district.town, number, handler=district.town.pk, interim_control="值守")
    district.do("request_return", district.town, number, reason="不属于本镇职责")
    TRIAL.do(district, number, ruling=ruling, lead=district.units["fire"].pk)
    district.do("withdraw", district.coordinator, number, reason="再议")
    hazard = district.find(number)
    lead = hazard.lead_assignment
    assert (hazard.state, lead.unit, lead.state, lead.return_state) == (
        "rectifying", district.units["town"], "signed", "requested",
    )  # fmt: skip
    assert_owed(hazard, "城关镇联络员", "2026-12-09 00:00")
    assert str(SideTask.objects.get(finished__isnull=True).post) == "县安委办县级协调员"
    TRIAL.do(district, number)


def asked_of_co_unit(d: District) -> str:
    number = d.report()
    d.do("escalate", d.safety, number, reason="需消防配合")
    d.do("file", d.office, number, level="general", domain="04", competence="school")
    facts = {"co_units": [d.units["fire"].pk, d.units["central"].pk], "co_task": "配合检查"}
    d.do("assign", d.office, number, lead=d.units["school"].pk, requirements="加固", **facts)
    d.do("request_return", d.fire, number, reason="不属于消防职责")
    return number


@pytest.mark.parametrize("ruling", ["keep", "transfer", "back"])
def test_a_co_units_request_leaves_the_lead_alone(district: District, ruling: str) -> None:
    number = asked_of_co_unit(district)
    part = Assignment.objects.get(hazard=district.find(number), unit=district.units["fire"])
    assert part.kind == "request"
    lead = {"lead": district.units["town"].pk} if ruling == "transfer" else {}
    district.do("rule_return", district.office, number, ruling=ruling, reason="研究决定", **lead)
    hazard = district.find(number)
    part = Assignment.objects.get(pk=part.pk)
    assert (hazard.state, hazard.n_transfers, hazard.lead_assignment.state) == ("assigned", 0, "sent")
    assert (part.state, part.return_state) == {"keep": ("sent", "kept")}.get(ruling, ("canceled", "granted"))
    others = Assignment.objects.filter(hazard=hazard, unit=district.units["town"])
    assert [(row.state, row.requirements, row.limit_on) for row in others] == (
        [("sent", "配合检查", part.limit_on)] if ruling == "transfer" else []
    )


def test_which_of_two_requests_is_said(district: District) -> None:
    number = asked_of_co_unit(district)
    district.do("request_return", district.central, number, reason="已另行安排")
    parts = {row.unit.name: row.pk for row in Assignment.objects.filter(hazard=district.find(number))}
    answer = {"who": "office", "reason": "同意"}
    assert TRIAL.fields_refused(district, number, **answer) == {"part"}
    assert TRIAL.fields_refused(district, number, part=parts["第一小学"], **answer) == {"part"}
    TRIAL.do(district, number, part=parts["消防救援大队"], **answer)
    TRIAL.do(district, number, **answer)
