"""The second person agrees: every guard is asked again and one event names both."""

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed
from hazards.models import Countersign, HazardEvent
from organizations.kinds import PostKind
from tests.support.district import District, make_person
from tests.support.trials import Trial, assert_owed
from workflows.models import SideTask


def proposed(d: District) -> str:
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复录入")
    return number


TRIAL = Trial(action="confirm_countersign", by="leader", reach=proposed)


def test_works(district: District) -> None:
    number = proposed(district)
    before = district.find(number)
    outcome = TRIAL.do(district, number, note="情况属实")
    hazard = district.find(number)
    assert (outcome.action, outcome.event, hazard.state) == ("void", "hazard.voided", "voided")
    assert hazard.last_seq == before.last_seq + 1
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor, event.post_label) == (district.director, "县教育局安全办主任")
    assert event.data["countersigned_by"] == {
        "id": district.leader.pk, "name": district.leader.name, "post": "县教育局分管领导", "note": "情况属实",
    }  # fmt: skip
    assert Countersign.objects.get().state == "confirmed"
    task = SideTask.objects.get(hazard=hazard, flow_task_type="HUMAN")
    assert (task.status, task.owner, task.ended_by_seq) == ("DONE", district.leader, event.seq)
    assert_owed(hazard, "")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "director", "safety", "central_head"):
        TRIAL.wrong_post(district, who=who, names="县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    number = proposed(district)
    assert TRIAL.do(district, number).state == "voided", "consent needs no words"


def test_nothing_to_agree_to(district: District) -> None:
    TRIAL.refused(district, district.reach("assigned"), NotAllowed)


def test_the_guards_are_asked_again(district: District) -> None:
    number = district.report(suspected_major=True)
    facts = {"level": "major", "domain": "04", "competence": "school", "clause": district.clause}
    district.do("file", district.office, number, **facts)
    hazard = district.find(number)
    row = Countersign.objects.get(hazard=hazard)
    row.data = {**row.data, "category": "99.99"}
    row.save()
    with pytest.raises(Invalid), transaction.atomic():
        district.do("confirm_countersign", district.leader, number)
    assert Countersign.objects.get().state == "open"
    row.data = {name: value for name, value in row.data.items() if name != "category"}
    row.save()
    district.do("confirm_countersign", district.leader, number)
    hazard = district.find(number)
    assert (hazard.state, hazard.level, hazard.level_is_pending, hazard.clause_id) == (
        "filed", "major", False, district.clause,
    )  # fmt: skip


def test_a_proposer_who_left_proposes_no_more(district: District) -> None:
    number = proposed(district)
    successor = make_person("director2", district.units["edu"], PostKind.OFFICE_DIRECTOR)
    district.leave(district.director)
    assert Countersign.objects.get().state == "canceled"
    TRIAL.refused(district, number, NotAllowed)
    district.do("void", successor, number, reason="重复录入")
    assert TRIAL.do(district, number).state == "voided"


def test_what_changed_meanwhile_stays(district: District) -> None:
    number = proposed(district)
    district.do("record_control", district.safety, number, interim_control="警戒")
    assert TRIAL.do(district, number).state == "voided"
    assert district.find(number).interim_control == "警戒"
