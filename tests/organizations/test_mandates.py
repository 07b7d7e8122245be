"""A bureau lets its central schools act, and takes it back; both are in the log."""

import pytest

from core.clock import StillClock
from core.errors import Invalid, NotAllowed
from core.models import AuditEntry
from organizations.kinds import AdminRole
from organizations.models import Mandate
from organizations.services import set_mandate
from tests.support.district import District, make_person

AT = StillClock.START


@pytest.mark.parametrize("who", ["director", "leader", "system"])
def test_given_and_taken_back_once_each(district: District, who: str) -> None:
    actor = district.people[who] if who != "system" else make_person("sys", None, admin_role=AdminRole.SYSTEM)
    edu = district.units["edu"]
    for is_on, n_rows in ((True, 1), (True, 1), (False, 0), (False, 0)):
        set_mandate(actor=actor, bureau=edu, action="file", level="general", is_on=is_on, at=AT)
        assert Mandate.objects.filter(bureau=edu).count() == n_rows
    entries = AuditEntry.objects.filter(action__startswith="mandate.").order_by("id")
    assert [(entry.action, entry.detail["action"]) for entry in entries] == [
        ("mandate.given", "file"),
        ("mandate.taken_back", "file"),
    ]


@pytest.mark.parametrize("who", ["office", "central_head", "principal", "coordinator"])
def test_nobody_else(district: District, who: str) -> None:
    with pytest.raises(NotAllowed):
        set_mandate(
            actor=district.people[who], bureau=district.units["edu"], action="file", level="general", is_on=True, at=AT
        )


def test_only_a_bureau_and_known_words(district: District) -> None:
    for unit, action, level in (("school", "file", "general"), ("edu", "", "general"), ("edu", "file", "x" * 13)):
        with pytest.raises(Invalid):
            set_mandate(actor=None, bureau=district.units[unit], action=action, level=level, is_on=True, at=AT)
