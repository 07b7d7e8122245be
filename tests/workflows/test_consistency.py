"""check_consistency finds every kind of damage that a hand in the database can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from hazards.models import Hazard
from organizations.models import Holding, Post
from tests.support.district import District
from workflows.consistency import list_mismatches
from workflows.flows import HazardFlow
from workflows.models import HazardProcess, HazardTask

pytestmark = pytest.mark.usefixtures("damaged")


@dataclass(frozen=True)
class Damaged:
    """`open` is under rectification, `ended` is closed."""

    district: District
    open: str
    ended: str

    @property
    def at(self) -> datetime:
        return self.district.at


def open_task(d: Damaged) -> QuerySet[HazardTask]:
    return HazardTask.objects.filter(hazard__receipt_number=d.open, finished__isnull=True)


DAMAGES: dict[str, Callable[[Damaged], object]] = {
    "open hazard without exactly one open task": lambda d: open_task(d).update(finished=d.at),
    "ended hazard with an open task": lambda d: HazardTask.objects.filter(
        hazard__receipt_number=d.ended, flow_task=HazardFlow.end
    ).update(finished=None),
    "open task at another node than the state": lambda d: open_task(d).update(flow_task=HazardFlow.verified),
    "open task of another post or limit than the hazard's": lambda d: open_task(d).update(due_at=d.at - timedelta(days=9)),
    "open hazard without exactly one unfinished process": lambda d: HazardProcess.objects.filter(
        hazard__receipt_number=d.open
    ).update(finished=d.at),
    "ended hazard with an unfinished process": lambda d: HazardProcess.objects.filter(
        hazard__receipt_number=d.ended
    ).update(finished=None),
    "task of another hazard's process": lambda d: open_task(d).update(
        process=HazardProcess.objects.get(hazard__receipt_number=d.ended)
    ),
    "responsible post that nobody holds": lambda d: Holding.objects.filter(user=d.district.safety).delete(),
    "state between assigned and verified without a lead assignment": lambda d: change(d, lead_assignment=None),
    "number of the last event differs from the log": lambda d: change(d, last_seq=99),
    "replay of the log differs in place": lambda d: change(d, place="别处"),
    "replay of the log differs in state": lambda d: change(d, state="submitted"),
    "replay of the log differs in due_at": lambda d: change(d, due_at=d.at),
    "audience keys are": lambda d: change(d, visible_to=[1]),
    "responsible post is": lambda d: give_to_principal(d),
    "replay of the log differs in lead.limit_on": lambda d: d.district.find(d.open).assignments.update(limit_on="2030-01-01"),
}  # fmt: skip


def change(d: Damaged, **values: object) -> int:
    return Hazard.objects.filter(receipt_number=d.open).update(**values)


def give_to_principal(d: Damaged) -> None:
    post = Post.objects.get(unit=d.district.units["school"], kind="principal")
    change(d, responsible_post=post)
    open_task(d).update(post=post)


@pytest.fixture
def d(district: District) -> Damaged:
    found = Damaged(district, district.reach("rectifying"), district.reach("closed"))
    assert list(list_mismatches(district.at)) == []
    return found


@pytest.mark.parametrize("what", DAMAGES)
def test_finds(d: Damaged, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    DAMAGES[what](d)
    found = list(list_mismatches(d.at))
    assert any(one.what.startswith(what) for one in found), found
    with pytest.raises(CommandError, match="处不一致"):
        call_command("check_consistency")
    assert what in capsys.readouterr().out


def test_says_so_when_all_agrees(d: Damaged, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ({}, {"quick": True}):
        call_command("check_consistency", **options)
        assert "一致：2 条隐患" in capsys.readouterr().out


def test_quick_leaves_out_what_needs_each_log(d: Damaged) -> None:
    change(d, place="别处")
    assert list(list_mismatches(d.at, deep=False)) == []
