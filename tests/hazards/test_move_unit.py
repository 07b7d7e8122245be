import pytest
from django.db import transaction

from core.errors import NotAllowed, NotFound, WrongState
from hazards.models import HazardEvent
from organizations.kinds import PostKind
from organizations.models import Unit
from organizations.services import merge_units
from tests.support import outside as o
from tests.support.district import District, make_person, make_unit
from tests.support.trials import assert_owed


def test_works(district: District) -> None:
    d = district
    number = d.reach("assigned")
    before = d.find(number)
    merge_units(actor=None, unit=d.units["school"], into=d.units["sibling"], at=d.at)
    hazard = d.find(number)
    assert (hazard.state, hazard.unit, hazard.lead_assignment.unit) == (
        "assigned", d.units["sibling"], d.units["sibling"],
    )  # fmt: skip
    event = HazardEvent.objects.get(hazard=hazard, seq=before.last_seq + 1)
    assert (event.kind, event.actor_id, event.actor_name) == ("hazard.unit_moved", None, "系统")
    assert (event.data["old_unit"], event.data["new_unit"]) == ("第一小学", "第二小学")
    assert hazard.due_at == before.due_at, "a merger wins no time"
    assert_owed(hazard, "第二小学安全员")


def test_wrong_state(district: District) -> None:
    with pytest.raises(WrongState, match="没有撤并单位名下的事项"):
        o.by_time(district, "move_unit", district.reach("assigned"), reason="合并")
    closed = district.reach("closed")
    Unit.objects.filter(pk=district.units["school"].pk).update(merged_into=district.units["sibling"])
    with pytest.raises(WrongState):
        o.by_time(district, "move_unit", closed, reason="合并")


def test_nobody_asks_for_it(district: District) -> None:
    number = district.reach("assigned")
    for who in (district.office, district.chief, district.coordinator):
        with pytest.raises((NotAllowed, NotFound)), transaction.atomic():
            district.do("move_unit", who, number, reason="合并")


def test_a_department_merged_into_another(district: District) -> None:
    d = district
    into = make_unit(d.units["fire"].kind, "应急管理局", d.units["gov"])
    make_person("emergency", into, PostKind.CONTACT)
    signed, proposed = o.signed(d), o.referred(d)
    merge_units(actor=None, unit=d.units["fire"], into=into, at=d.at)
    assert_owed(d.find(signed), "应急管理局联络员")
    assert d.find(proposed).proposed_lead == into
