import pytest

from core.errors import Invalid
from hazards.models import Assignment
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

TRIAL = Trial(
    action="assign_referred",
    by="coordinator",
    reach=lambda d: o.referred(d, "town", competence="township"),
    data=lambda d: {"lead": d.units["town"].pk, "requirements": "限期清理"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="城关镇联络员", due="2026-11-24 17:30")
    lead = hazard.lead_assignment
    assert (lead.kind, lead.issuer_unit, str(lead.issuer_post)) == (
        "order", district.units["gov"], "县安委办县级协调员",
    )  # fmt: skip
    assert (lead.reply_on, lead.due_at) == (None, moment("2026-12-09 00:00"))
    assert (hazard.verifying_unit, hazard.closing_unit) == (district.units["school"], district.units["edu"])
    assert Assignment.objects.get(hazard=hazard, kind="control").unit == district.units["school"]


def test_wrong_state(district: District) -> None:
    number = o.referred(district)
    o.order(district, number)
    TRIAL.wrong_state(district, number, did="县级交办", owed_by="消防救援大队联络员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "leader", "town"):
        TRIAL.wrong_post(district, who=who, names="县安委办县级协调员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "lead", "requirements")


def test_the_county_decides_whose_duty_it_is(district: District) -> None:
    for unit, competence in (("fire", "department"), ("town", "township"), ("edu", "bureau")):
        number = TRIAL.reach(district)
        TRIAL.do(district, number, lead=district.units[unit].pk)
        assert district.find(number).competence == competence


def test_a_school_is_the_bureaus_to_order(district: District) -> None:
    number = TRIAL.reach(district)
    for unit in ("school", "central", "gov"):
        assert TRIAL.fields_refused(district, number, lead=district.units[unit].pk) == {"lead"}


def test_co_units_are_ordered_too(district: District) -> None:
    number = TRIAL.reach(district)
    co_units = [district.units["fire"].pk, district.units["transport"].pk]
    assert TRIAL.fields_refused(district, number, co_units=co_units) == {"co_task"}
    TRIAL.do(district, number, co_units=co_units, co_task="配合清理")
    parts = Assignment.objects.filter(hazard=district.find(number)).exclude(kind="control").order_by("id")
    assert [(part.unit.name, part.kind) for part in parts] == [
        ("城关镇", "order"), ("消防救援大队", "order"), ("交通运输局", "order"),
    ]  # fmt: skip


def test_it_is_issued_in_the_name_of_a_body(district: District) -> None:
    number = TRIAL.reach(district)
    district.units["gov"].issuing_names = ["县平安办"]
    district.units["gov"].save()
    assert TRIAL.fields_refused(district, number, issued_as="县政府") == {"issued_as"}
    TRIAL.do(district, number, issued_as="县平安办")
    assert district.find(number).lead_assignment.issued_as == "县平安办"


def test_it_is_withdrawn(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, co_units=[district.units["fire"].pk], co_task="配合清理")
    district.do("withdraw", district.coordinator, number, reason="单位选错")
    hazard = district.find(number)
    assert (hazard.state, hazard.lead_assignment, hazard.competence) == ("referred", None, "township")
    assert_owed(hazard, "县安委办县级协调员", "2026-11-30 17:30")
    assert set(Assignment.objects.filter(hazard=hazard).values_list("state", flat=True)) == {"canceled"}


def test_a_legal_paper_caps_the_limit(district: District) -> None:
    paper = {"paper_name": "责令限期改正通知书", "paper_number": "消改〔2026〕8 号", "paper_limit_on": "2026-12-01"}
    number = district.report(district.fire, domain="02", **paper)
    district.do("file", district.office, number, level="general", domain="02", competence="township")
    o.refer(district, number, "town")
    with pytest.raises(Invalid, match="责令限期改正通知书的期限 2026-12-01"):
        TRIAL.do(district, number, limit_on="2026-12-02")
    TRIAL.do(district, number)
    assert district.find(number).lead_assignment.limit_on.isoformat() == "2026-12-01"
