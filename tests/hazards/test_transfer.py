import pytest

from core.errors import NotAllowed
from hazards.models import Assignment, HazardEvent
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment

TRIAL = Trial(
    action="transfer",
    by="coordinator",
    reach=lambda d: o.ordered(d, "town"),
    data=lambda d: {"lead": d.units["transport"].pk, "reason": "属道路职责", "requirements": "施划标线"},
)


def test_works(district: District, clock) -> None:
    number = TRIAL.reach(district)
    clock.set(moment("2026-11-24 10:00"))
    before = district.find(number)
    old = before.lead_assignment
    TRIAL.do(district, number)
    hazard = district.find(number)
    lead = hazard.lead_assignment
    assert (hazard.state, hazard.n_transfers, hazard.found_on) == ("assigned", 1, before.found_on)
    assert_owed(hazard, "县安委办县级协调员", "2026-11-25 17:30")
    assert (lead.unit, lead.issuer_unit, lead.kind, lead.requirements) == (
        district.units["transport"], district.units["gov"], "order", "施划标线",
    )  # fmt: skip
    assert lead.due_at == moment("2026-12-10 00:00"), "the new unit's limit begins anew"
    assert Assignment.objects.get(pk=old.pk).state == "canceled" and hazard.competence == "department"
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.data["from_lead"], event.data["to_lead"]) == ("城关镇", "交通运输局")
    assert "advice" not in event.data
    assert Assignment.objects.filter(hazard=hazard, kind="control", state="signed").count() == 1


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, o.answered(district), did="提请复查", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "town"):
        TRIAL.wrong_post(district, who=who, names="县安委办县级协调员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "lead", "reason", "requirements")


def test_the_same_unit_is_no_other(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, lead=district.units["town"].pk) == {"lead"}


def test_after_two_a_meeting_is_advised(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    TRIAL.do(district, number, lead=district.units["fire"].pk)
    hazard = district.find(number)
    assert hazard.n_transfers == 2
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert event.data["advice"] == "已转办 2 次，建议召开协调会"


def test_from_rectifying_it_is_signed_anew(district: District) -> None:
    number = o.signed(district)
    TRIAL.do(district, number, lead=district.units["town"].pk)
    assert_owed(district.find(number), "城关镇联络员")
    district.do("withdraw", district.coordinator, number, reason="仍由消防办")
    hazard = district.find(number)
    assert (hazard.state, hazard.n_transfers, hazard.lead_assignment.state) == ("rectifying", 0, "signed")
    assert_owed(hazard, "消防救援大队联络员", "2026-12-09 00:00")
    o.answer(district, number)


def test_the_bureau_transfers_in_its_tree_and_asks_outside(district: District) -> None:
    """A school's own duty that turns out to be a department's goes on by letter, and the other way by order."""
    number = district.reach("rectifying")
    facts = {"reason": "经查属消防职责", "requirements": "清理"}
    district.do("transfer", district.office, number, lead=district.units["fire"].pk, **facts)
    hazard = district.find(number)
    lead = hazard.lead_assignment
    assert (lead.kind, hazard.competence, hazard.verifying_unit) == ("request", "department", district.units["school"])
    assert lead.reply_on.isoformat() == "2026-11-30" and hazard.commitments == {}
    assert Assignment.objects.filter(hazard=hazard, kind="control", state="signed").exists()
    district.do("transfer", district.office, number, lead=district.units["school"].pk, **facts)
    hazard = district.find(number)
    assert (hazard.lead_assignment.kind, hazard.competence) == ("order", "school")
    assert hazard.verifying_unit == district.units["edu"]
    assert not Assignment.objects.filter(hazard=hazard, kind="control", state="signed").exists()
    district.sign(number)
    district.submit(number)


def test_a_bureau_orders_no_county_body(district: District) -> None:
    number = district.reach("assigned")
    facts = {"reason": "x", "requirements": "y"}
    for unit in ("gov", "county"):
        assert TRIAL.fields_refused(district, number, who="office", lead=district.units[unit].pk, **facts) == {"lead"}


def test_a_co_unit_that_takes_the_lead_has_no_part_beside(district: District) -> None:
    number = o.referred(district)
    o.order(district, number, co_units=[district.units["town"].pk], co_task="配合清理")
    TRIAL.do(district, number, lead=district.units["town"].pk)
    living = Assignment.objects.filter(hazard=district.find(number)).exclude(state="canceled")
    assert sorted(living.values_list("unit__name", "kind")) == [("城关镇", "order"), ("第一小学", "control")]


def test_the_issuers_answer_to_a_request(district: District) -> None:
    number = o.ordered(district)
    district.do("request_return", district.fire, number, reason="属城管职责")
    TRIAL.do(district, number, lead=district.units["town"].pk)
    old = Assignment.objects.get(hazard=district.find(number), unit=district.units["fire"])
    assert (old.state, old.return_state) == ("canceled", "granted")
    with pytest.raises(NotAllowed):
        district.do("rule_return", district.coordinator, number, ruling="keep", reason="x")


def test_who_leads_from_now_on_does_not_verify(district: District) -> None:
    d = district
    number = d.reach("filed")
    chosen = {"lead": d.units["school"].pk, "verifier": d.units["central"].pk}
    d.do("assign", d.office, number, requirements="加固", **chosen)
    d.do("transfer", d.office, number, lead=d.units["central"].pk, reason="统一改造", requirements="改造")
    assert d.find(number).verifying_unit == d.units["edu"]
