import pytest

from core.errors import Invalid, NotAllowed
from hazards.models import Countersign, HazardEvent
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, assert_owed
from workflows.models import SideTask

TRIAL = Trial(
    action="refer",
    by="office",
    reach=lambda d: o.filed(d, competence="township"),
    data=lambda d: {
        "to": d.units["gov"].pk, "lead": d.units["town"].pk, "reason": "须由县里协调", "control": "专人值守",
    },
)  # fmt: skip


def test_works(district: District) -> None:
    number = TRIAL.reach(district)
    outcome = TRIAL.do(district, number)
    assert (outcome.event, outcome.state) == ("hazard.countersign_requested", "filed")
    assert_owed(district.find(number), "县教育局安全办经办")
    assert str(SideTask.objects.get(finished__isnull=True).post) == "县教育局分管领导"
    district.do("confirm_countersign", district.leader, number, note="同意提请")
    hazard = district.find(number)
    assert (hazard.state, hazard.referred_to, hazard.proposed_lead) == (
        "referred", district.units["gov"], district.units["town"],
    )  # fmt: skip
    assert hazard.interim_control == "专人值守"
    assert_owed(hazard, "县安委办县级协调员", "2026-11-30 17:30")
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.action, event.actor, event.data["countersigned_by"]["name"]) == (
        "refer", district.office, district.leader.name,
    )  # fmt: skip


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, o.referred(district), did="提请交办", owed_by="县安委办县级协调员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "to", "reason", "control")


def test_only_where_the_education_tree_is_not_competent(district: District) -> None:
    with pytest.raises(Invalid, match="请直接交办"):
        TRIAL.do(district, o.filed(district, competence="bureau"))


def test_only_a_county_body_is_asked(district: District) -> None:
    number = TRIAL.reach(district)
    for unit in ("fire", "edu", "county"):
        assert TRIAL.fields_refused(district, number, to=district.units[unit].pk) == {"to"}
    assert TRIAL.fields_refused(district, number, lead=district.units["school"].pk) == {"lead"}


def test_a_leader_who_declines_leaves_it_with_the_office(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.do("decline_countersign", district.leader, number, note="先函告")
    assert Countersign.objects.get().state == "declined"
    assert_owed(district.find(number), "县教育局安全办经办")
    o.notify(district, number, "town")


def test_a_letter_sent_meanwhile_ends_the_proposal(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    o.notify(district, number, "town")
    assert Countersign.objects.get().state == "canceled"
    with pytest.raises(NotAllowed):
        district.do("confirm_countersign", district.leader, number)


def test_a_leader_who_refers_needs_another_leader(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, who="leader")
    assert str(SideTask.objects.get(finished__isnull=True).post) == "县教育局主要领导"
    district.do("confirm_countersign", district.chief, number)
    assert district.find(number).state == "referred"
