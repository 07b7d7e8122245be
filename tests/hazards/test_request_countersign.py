"""The first half of an act under dual control: it changes nothing until somebody else agrees."""

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed, NotFound
from hazards.models import Countersign, Evidence, HazardEvent
from hazards.uploads import ORPHAN_AFTER, purge_orphans
from tests.support.district import District
from tests.support.trials import Trial, assert_owed, moment
from workflows.models import SideTask

TRIAL = Trial(action="void", by="director", reach=lambda d: d.reach("assigned"), data=lambda d: {"reason": "重复录入"})


def open_task(number: str, district: District) -> SideTask:
    return SideTask.objects.get(hazard=district.find(number), finished__isnull=True)


def test_works(district: District) -> None:
    number = TRIAL.reach(district)
    before = district.find(number)
    outcome = TRIAL.do(district, number)
    hazard = district.find(number)
    assert (outcome.action, outcome.event, outcome.state) == (
        "request_countersign",
        "hazard.countersign_requested",
        "assigned",
    )
    assert (hazard.state, hazard.due_at, hazard.last_seq) == ("assigned", before.due_at, before.last_seq + 1)
    assert hazard.version == hazard.last_seq
    row = Countersign.objects.get(hazard=hazard)
    assert (row.state, row.action, row.proposer, row.seen_version) == (
        "open",
        "void",
        district.director,
        before.version,
    )
    task = open_task(number, district)
    assert (str(task.post), task.due_at, row.due_at) == ("县教育局分管领导", moment("2026-11-24 17:30"), task.due_at)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert event.data["proposed"] == "作废" and "县教育局分管领导" in event.data["seconds"]
    assert_owed(hazard, "第一小学安全员")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_nobody_asks_for_it(district: District) -> None:
    number = district.reach("assigned")
    for who in (district.director, district.leader, district.teacher):
        with pytest.raises((NotAllowed, NotFound)):
            district.do("request_countersign", who, number, what="作废")


def test_its_guards_are_asked_at_once(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, reason="") == {"reason"}
    assert not Countersign.objects.exists()


def test_one_at_a_time(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert "已有一项“作废”在等会签" in TRIAL.refused(district, number, Invalid)


def test_nobody_there_to_agree(district: District) -> None:
    number = TRIAL.reach(district)
    for who in (district.leader, district.chief):
        district.leave(who)
    assert "没有可以会签的在岗人员" in TRIAL.refused(district, number, Invalid)


def test_a_trial_uses_no_number(district: District) -> None:
    number = district.report(suspected_major=True)
    facts = {"level": "major", "domain": "04", "competence": "school", "clause": district.clause}
    district.do("file", district.office, number, **facts)
    assert district.find(number).file_number is None
    other = district.find(district.reach("filed"))
    assert other.file_number == "361102-2026-00001"


def test_its_files_wait_with_it(district: District) -> None:
    number = district.graded("major", "submitted")
    photo, sheet = district.photo(district.office), district.photo(district.office)
    district.do(
        "pass_verification", district.office, number, opinion="合格", photos=[str(photo.pk)],
        signed_sheet=[str(sheet.pk)], second=district.section.pk,
    )  # fmt: skip
    assert not Evidence.objects.filter(upload=photo).exists()
    assert purge_orphans(district.at + 2 * ORPHAN_AFTER) == 0
    district.do("decline_countersign", district.section, number, note="未到场")
    assert purge_orphans(district.at + 2 * ORPHAN_AFTER) == 2


def test_repeated_under_one_key_it_is_proposed_once(district: District) -> None:
    number = TRIAL.reach(district)
    version = district.find(number).version
    first = TRIAL.do(district, number, _key="k" * 16, _version=version)
    assert TRIAL.do(district, number, _key="k" * 16, _version=version) == first
    assert Countersign.objects.count() == 1


def test_never_withdrawn_but_taken_back(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Invalid), transaction.atomic():
        district.do("withdraw", district.director, number, reason="点错了")
    district.do("decline_countersign", district.director, number, note="点错了")
    assert Countersign.objects.get().state == "declined"


def test_another_turn_ends_it(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    district.sign(number)
    assert Countersign.objects.get().state == "canceled"
    assert not SideTask.objects.filter(finished__isnull=True).exists()
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("confirm_countersign", district.leader, number)
