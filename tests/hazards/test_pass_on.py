"""What bears somebody's name goes to his successor."""

from __future__ import annotations

import pytest

from core.clock import today
from core.errors import NotAllowed, WrongState
from hazards.models import HazardEvent
from hazards.services import perform
from organizations.kinds import PostKind
from organizations.models import Holding
from organizations.services import end_holding, hand_over
from tests.support.district import District, give_post, make_person
from workflows.handover import list_open_work


def _pass_on(d: District, number: str, new: int | None) -> None:
    perform("pass_on", actor=None, at=d.at, number=number, data={"old": d.teacher.pk, "new": new, "by": "测试"})


def test_works(district: District) -> None:
    number = district.reach("rectifying")
    _pass_on(district, number, district.safety.pk)
    hazard = district.find(number)
    assert hazard.lead_assignment and hazard.lead_assignment.handler_id == district.safety.pk
    assert {district.teacher.pk, district.safety.pk} <= set(hazard.rectifiers), "the old one did the work until now"
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.actor_id, event.actor_name, event.post_id) == (None, "系统", None)
    assert event.data["old_name"] == district.teacher.name and event.data["new_name"] == district.safety.name


def test_wrong_state(district: District) -> None:
    number = district.reach("closed")
    with pytest.raises(WrongState):
        _pass_on(district, number, district.safety.pk)


def test_nobody_asks_for_it(district: District) -> None:
    number = district.reach("rectifying")
    with pytest.raises(NotAllowed):
        district.do("pass_on", district.director, number, old=district.teacher.pk)


def test_a_leaver_leaves_no_name_behind(district: District) -> None:
    number = district.reach("rectifying")
    holding = Holding.objects.get(user=district.teacher)
    end_holding(actor=None, holding=holding, until_on=today(district.at), at=district.at)
    lead = district.find(number).lead_assignment
    assert lead and lead.handler_id is None
    district.submit(number)


def test_a_hand_over_moves_to_do_and_name(district: District) -> None:
    number = district.find(district.reach("assigned")).number
    district.do(
        "sign",
        district.safety,
        number,
        leader=district.principal.pk,
        handler=district.safety.pk,
        interim_control="警戒",
    )
    assert [item.number for item in list_open_work(district.safety, district.at)] == [number, number]
    successor = make_person("successor", district.units["school"])
    holding = Holding.objects.get(user=district.safety, post__kind=PostKind.SAFETY)
    hand_over(actor=district.principal, holding=holding, to=successor, on=today(district.at), at=district.at)
    lead = district.find(number).lead_assignment
    assert lead and lead.handler_id == successor.pk
    assert [item.number for item in list_open_work(successor, district.at)] == [number, number]
    assert list_open_work(district.safety, district.at) == []


def test_what_bears_no_name_of_his_is_left_alone(district: District) -> None:
    number = district.reach("assigned")
    with pytest.raises(WrongState):
        _pass_on(district, number, district.safety.pk)


def test_who_stays_by_another_post_leads_what_he_led(district: District) -> None:
    principal = district.principal
    give_post(principal, district.units["school"], PostKind.SAFETY)
    number = district.reach("assigned")
    district.do("sign", district.safety, number, leader=principal.pk, handler=principal.pk, interim_control="警戒")
    successor = make_person("successor", district.units["school"])
    holding = Holding.objects.get(user=principal, post__kind=PostKind.SAFETY)
    hand_over(actor=None, holding=holding, to=successor, on=today(district.at), at=district.at)
    lead = district.find(number).lead_assignment
    assert lead and (lead.leader_id, lead.handler_id) == (principal.pk, successor.pk)


def test_a_co_units_new_handler_does_the_work_from_now_on(district: District) -> None:
    number = district.reach_with("sibling")
    district.do("sign_part", district.sibling_safety, number, handler=district.sibling_safety.pk)
    data = {"old": district.sibling_safety.pk, "new": district.sibling_principal.pk, "by": "测试"}
    perform("pass_on", actor=None, at=district.at, number=number, data=data)
    assert district.sibling_principal.pk in district.find(number).rectifiers
