"""Two reports of one thing become one; the age and the limit of the older go on."""

from datetime import date

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.models import HazardEvent
from tests.support.district import District
from tests.support.trials import Trial, assert_owed


def pair(d: District) -> str:
    """The one to be merged; the master is the first hazard of the teacher."""
    d.report()
    return d.report(d.safety, description="二楼栏杆松了")


def first(d: District) -> str:
    return HazardEvent.objects.filter(action="report").earliest("pk").hazard.receipt_number


TRIAL = Trial(
    action="merge", by="safety", reach=pair, data=lambda d: {"master": first(d), "reason": "同一处栏杆"}
)  # fmt: skip


def test_works(district: District) -> None:
    number = pair(district)
    outcome = TRIAL.do(district, number)
    hazard, master = district.find(number), district.find(first(district))
    assert (outcome.state, hazard.state, hazard.merged_into) == ("merged", "merged", master)
    assert_owed(hazard, "")
    assert_owed(master, "第一小学安全员")
    event = HazardEvent.objects.get(hazard=master, seq=master.last_seq)
    assert (event.kind, event.actor, event.data) == ("hazard.absorbed", district.safety, {"number": number})
    assert master.version == master.last_seq


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号", who="office")
    TRIAL.wrong_state(district, district.reach("rectifying"), did="签收", who="office", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    for who in ("office", "central"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "master", "reason")


@pytest.mark.parametrize("wrong", ["S202611230000000", "361102-2026-99999", "nonsense", "第一条"])
def test_a_number_that_is_none(district: District, wrong: str) -> None:
    assert TRIAL.fields_refused(district, pair(district), master=wrong) == {"master"}


def test_not_into_what_it_is_not(district: District) -> None:
    number = pair(district)
    closed, rejected = district.reach("closed"), district.reach("rejected")
    elsewhere = district.report(district.sibling_safety, unit=district.units["sibling"].pk)
    hidden = district.report(district.teacher, domain="08")
    for other in (number, closed, rejected, elsewhere, hidden):
        assert TRIAL.fields_refused(district, number, master=other) == {"master"}


def test_who_reported_past_the_school_is_not_given_away(district: District) -> None:
    known, direct = district.report(district.central), district.report(channel="direct")
    facts = {"reason": "同一处"}
    with pytest.raises(Invalid, match="以免暴露上报人"):
        district.do("merge", district.office, direct, master=known, **facts)


def test_an_assigned_one_goes_into_an_assigned_one_with_the_earlier_limit(district: District) -> None:
    master, other = district.reach("rectifying"), district.reach("filed")
    district.do(
        "assign", district.office, other, lead=district.units["school"].pk, requirements="加固", limit_on="2026-11-27"
    )
    district.do("merge", district.office, other, master=master, reason="同一处")
    hazard = district.find(master)
    assert hazard.lead_assignment.limit_on == date(2026, 11, 27)
    assert_owed(hazard, "第一小学安全员", "2026-11-28 00:00")
    gone = district.find(other)
    assert gone.lead_assignment is None and gone.assignments.get().state == "canceled"


def test_a_later_limit_changes_nothing(district: District) -> None:
    master, other = district.reach("rectifying"), district.reach("filed")
    before = district.find(master).due_at
    district.do(
        "assign", district.office, other, lead=district.units["school"].pk, requirements="加固", limit_on="2027-02-27"
    )
    district.do("merge", district.office, other, master=master, reason="同一处")
    assert district.find(master).due_at == before


def test_an_assigned_one_does_not_go_into_an_unassigned_one(district: District) -> None:
    master, other = district.reach("filed"), district.reach("assigned")
    with pytest.raises(Invalid, match="把它并入本条"):
        district.do("merge", district.office, other, master=master, reason="同一处")


@pytest.mark.parametrize("is_filed", [True, False])
def test_nothing_goes_into_what_is_less(district: District, is_filed: bool) -> None:
    """A 重大 would be lost without the second person that lowering it asks for."""
    master = district.find(district.reach("rectifying")).number
    number = district.filed_major() if is_filed else district.report(suspected_major=True, interim_control="已停用")
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("merge", district.office, number, master=master, reason="同一处")
    assert "本条等级更高" in caught.value.fields["master"][0]
