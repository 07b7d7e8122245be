"""Dual control when people are away, stand in for each other, or do not agree."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed, WrongState
from hazards.models import Countersign, HazardEvent
from hazards.selectors import access_hazard, list_possible_actions
from hazards.wording import describe_event
from organizations.models import Holding
from organizations.services import delegate_post
from tests.support.district import District
from tests.support.trials import assert_owed
from workflows.models import SideTask
from workflows.selectors import side_to_dos

MAJOR = {"level": "major", "domain": "04", "competence": "school"}


def ask_major(d: District, who: str = "office") -> str:
    number = d.report(suspected_major=True, interim_control="已停用")
    d.do("file", d.people[who], number, **MAJOR, clause=d.clause)
    return number


def ask_void(d: District) -> str:
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复录入")
    return number


def stand_in(d: District, whose: str, who: str) -> None:
    delegate_post(
        actor=d.people[whose], holding=Holding.objects.get(user=d.people[whose], delegated_by__isnull=True),
        to=d.people[who], from_on=date(2026, 11, 23), until_on=date(2026, 12, 1), reason="出差", at=d.at,
    )  # fmt: skip


def on_behalf(d: District, who: str, *, by: str, how: str = "signed_paper", **more: Any) -> dict[str, Any]:
    scans = [str(d.photo(d.people[by]).pk)] if how != "call" else []
    return {"name": "领导", "person": d.people[who].pk, "how": how, "note": "签批件第3号", "scans": scans, **more}


def test_one_who_declines_sends_it_back(district: District) -> None:
    number = ask_major(district)
    district.do("decline_countersign", district.leader, number, note="达不到重大")
    hazard = district.find(number)
    assert (hazard.state, hazard.file_number) == ("reported", None)
    assert_owed(hazard, "县教育局安全办经办")
    # The other leader may see it otherwise.
    district.do("file", district.office, number, **MAJOR, clause=district.clause)
    district.do("confirm_countersign", district.chief, number)
    assert district.find(number).level == "major"


def test_with_nobody_there_it_is_refused_and_says_what_to_do(district: District) -> None:
    for who in (district.leader, district.chief):
        district.leave(who)
    number = district.report(suspected_major=True)
    with pytest.raises(Invalid, match="请先在“机构人员”中任命"), transaction.atomic():
        district.do("file", district.office, number, **MAJOR, clause=district.clause)
    assert_owed(district.find(number), "县教育局安全办经办")


def test_the_last_leader_goes_and_the_to_do_goes_back(district: District) -> None:
    number = ask_major(district)
    for who in (district.leader, district.chief):
        district.leave(who)
    task = SideTask.objects.get(hazard=district.find(number), finished__isnull=True)
    assert str(task.post) == "县教育局安全办经办"
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.office, number)
    district.do("decline_countersign", district.office, number, note="暂无领导")
    assert Countersign.objects.get().state == "declined"


def test_a_leader_who_proposes_needs_the_other(district: District) -> None:
    number = ask_major(district, "leader")
    assert str(SideTask.objects.get(finished__isnull=True).post) == "县教育局主要领导"
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.leader, number)
    assert not side_to_dos(district.leader, district.at).exists()
    assert side_to_dos(district.chief, district.at).count() == 1
    assert district.do("confirm_countersign", district.chief, number).state == "filed"


def test_his_own_delegate_is_no_second_person(district: District) -> None:
    """Who stands in for the proposer, and for whom the proposer stood in."""
    number = district.reach("assigned")
    stand_in(district, "director", "office")
    district.do("void", district.office, number, reason="重复")
    hazard = district.find(number)
    row = Countersign.objects.get(hazard=hazard)
    assert row.proposer == district.office
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.director, number)
    assert district.do("confirm_countersign", district.leader, number).state == "voided"


def test_who_stands_in_for_the_proposer_does_not_agree(district: District) -> None:
    number = ask_void(district)
    stand_in(district, "director", "office")
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.office, number)


def test_who_stands_in_for_the_leader_agrees(district: District) -> None:
    stand_in(district, "leader", "chief")
    number = ask_major(district)
    leader_post = Holding.objects.get(user=district.leader).post_id
    outcome = district.do("confirm_countersign", district.chief, number, _acting_post=leader_post)
    event = HazardEvent.objects.get(hazard=district.find(number), seq=outcome.seq)
    assert event.data["countersigned_by"]["post"] == "县教育局分管领导（代）"


def test_a_delegate_of_the_leader_who_proposed_himself_does_not(district: District) -> None:
    """The office's clerk stands in for the leader: he would agree with himself."""
    stand_in(district, "leader", "director")
    number = ask_void(district)
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.director, number)
    assert district.do("confirm_countersign", district.leader, number).state == "voided"


def test_the_consent_of_a_leader_on_paper_is_entered_by_the_office(district: District) -> None:
    number = ask_void(district)
    told = on_behalf(district, "leader", by="office")
    outcome = district.do("confirm_countersign", district.office, number, note="同意", _on_behalf=told)
    assert (outcome.action, district.find(number).state) == ("void", "voided")
    event = HazardEvent.objects.get(hazard=district.find(number), seq=outcome.seq)
    assert event.actor == district.director
    assert event.data["countersigned_by"]["name"] == district.leader.name
    recorded = event.data["second_recorded_by"]
    assert recorded["name"] == district.leader.name and recorded["recorder"] == district.office.name
    assert event.hazard.evidence.filter(seq=event.seq, stage="document").count() == 1
    assert Countersign.objects.get().state == "confirmed"
    assert describe_event(event, district.at)


def test_who_proposed_does_not_enter_the_consent(district: District) -> None:
    number = ask_void(district)
    told = on_behalf(district, "leader", by="director")
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.director, number, _on_behalf=told)


def test_consent_on_paper_names_an_account_that_may(district: District) -> None:
    number = ask_void(district)
    for wrong, field in ((None, "person"), (district.safety.pk, "person")):
        told = {**on_behalf(district, "leader", by="office"), "person": wrong}
        with pytest.raises(Invalid) as caught, transaction.atomic():
            district.do("confirm_countersign", district.office, number, _on_behalf=told)
        assert any(field in name for name in caught.value.fields)
    told = {**on_behalf(district, "leader", by="office"), "scans": []}
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("confirm_countersign", district.office, number, _on_behalf=told)


def test_a_refusal_on_the_phone_is_entered_too(district: District) -> None:
    number = ask_void(district)
    told = on_behalf(district, "leader", by="office", how="call")
    district.do("decline_countersign", district.office, number, note="不同意", _on_behalf=told)
    assert Countersign.objects.get().state == "declined"


def test_a_recorded_act_can_be_proposed(district: District) -> None:
    """The director is on the road: the clerk enters what he decided, the leader agrees."""
    number = district.reach("assigned")
    told = on_behalf(district, "director", by="office")
    district.do("void", district.office, number, reason="重复录入", _on_behalf=told)
    assert district.find(number).state == "assigned"
    outcome = district.do("confirm_countersign", district.leader, number)
    event = HazardEvent.objects.get(hazard=district.find(number), seq=outcome.seq)
    assert (event.actor, event.data["on_behalf"]["name"]) == (district.office, district.director.name)
    assert event.data["on_behalf"]["post"] == "县教育局安全办主任"


def test_who_decided_does_not_agree_to_his_own_recorded_act(district: District) -> None:
    number = district.reach("assigned")
    stand_in(district, "leader", "director")
    told = on_behalf(district, "director", by="office")
    district.do("void", district.office, number, reason="重复录入", _on_behalf=told)
    leader_post = Holding.objects.get(user=district.leader).post_id
    with pytest.raises((NotAllowed, Invalid)), transaction.atomic():
        district.do("confirm_countersign", district.director, number, _acting_post=leader_post)
    assert district.do("confirm_countersign", district.leader, number).state == "voided"


def test_offered_to_the_second_and_to_who_may_take_it_back(district: District) -> None:
    number = ask_void(district)

    def offered(who: str) -> set[str]:
        case = access_hazard(district.people[who], number, district.at)
        return {one.action.name for one in list_possible_actions(case)}

    assert {"confirm_countersign", "decline_countersign"} <= offered("leader")
    assert offered("director") & {"confirm_countersign", "decline_countersign"} == {"decline_countersign"}
    assert not offered("safety") & {"confirm_countersign", "decline_countersign"}


def test_a_refer_waits_for_the_leader(district: District) -> None:
    number = district.report()
    district.do("escalate", district.safety, number, reason="不属学校")
    district.do("file", district.office, number, level="general", domain="02", competence="department")
    facts = {"to": district.units["gov"].pk, "lead": district.units["fire"].pk, "reason": "请交办", "control": "值守"}
    district.do("refer", district.office, number, **facts)
    assert district.find(number).state == "filed"
    assert district.do("confirm_countersign", district.leader, number).state == "referred"


def test_what_cannot_be_done_any_more_is_not_agreed_to(district: District) -> None:
    number = ask_void(district)
    district.sign(number)
    assert Countersign.objects.get().state == "canceled"
    with pytest.raises((NotAllowed, WrongState)), transaction.atomic():
        district.do("confirm_countersign", district.leader, number)


def test_who_decided_by_name_alone_is_the_account_that_bears_it(district: District) -> None:
    """The clerk types the director's name and picks no account: the director verified all the same and does not close."""
    number = district.graded("significant")
    told = {**on_behalf(district, "director", by="office"), "name": f"{district.director.name}主任", "person": None}
    sheet, photo = (str(district.photo(district.office).pk) for _ in range(2))
    district.do(
        "pass_verification", district.office, number, opinion="合格", photos=[photo], second_name="局外专家王某",
        second_phone="0000-0000002", signed_sheet=[sheet], _on_behalf=told,
    )  # fmt: skip
    assert district.find(number).verifiers == [district.director.pk]
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("close", district.director, number, closure_type="rectified")


@pytest.mark.parametrize("who", ["office", "director"])
def test_a_second_verifier_by_name_has_no_account(district: District, who: str) -> None:
    """Neither who verifies himself, nor who would close what he verified under his name."""
    number = district.graded("significant")
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.pass_by_two(number, second_name=f"{district.people[who].name}（教育局）")
    assert set(caught.value.fields) <= {"second", "second_name"}


def test_for_whom_the_proposer_stood_in_does_not_enter_the_consent(district: District) -> None:
    number = district.reach("assigned")
    stand_in(district, "director", "office")
    director_post = Holding.objects.get(user=district.director).post_id
    district.do("void", district.office, number, reason="重复录入", _acting_post=director_post)
    told = on_behalf(district, "leader", by="director")
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.director, number, _on_behalf=told)
