"""check_deadlines finds every kind of damage that the clock's rows could have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from deadlines.models import Deadline
from hazards.clock_check import list_clock_mismatches
from hazards.models import Hazard, Supervision
from tests.support import listed
from tests.support.district import District
from tests.support.time_passes import sweep_until
from tests.support.trials import moment
from workflows.consistency import turns_of
from workflows.models import SideTask

pytestmark = pytest.mark.usefixtures("damaged")
HOUR = timedelta(hours=1)


def mismatches(d: District, **more: Any) -> list[str]:
    return [what for _number, what in list_clock_mismatches(d.at, turns_of=turns_of, **more)]


@pytest.fixture
def number(district: District) -> str:
    """With a co-unit, listed, and two rungs fired."""
    number = district.reach_with("sibling")
    listed.propose(district, number)
    listed.decide(district, number)
    sweep_until(moment("2026-12-07 09:00"))
    assert mismatches(district, swept_at=district.at) == []
    return number


def limits(kind: str) -> Any:
    return Deadline.objects.filter(kind=kind, state="armed")


DAMAGES: dict[str, tuple[Callable[[District], object], str]] = {
    "a due moment": (lambda d: limits("limit").update(due_at=F("due_at") + HOUR), "limit ('limit', "),
    "a beginning": (lambda d: limits("limit").update(armed_at=F("armed_at") - HOUR), "limit ('limit', "),
    "a ladder": (lambda d: limits("limit").update(ladder="outside"), "limit ('limit', "),
    "a level": (lambda d: limits("supervision").update(level="major"), "limit ('supervision', "),
    "an owner": (lambda d: limits("report").update(owner_unit=d.units["edu"]), "limit ('report', "),
    "a limit that is lost": (lambda d: limits("whole").update(state="ended", next_fire_at=None), "limit ('whole', 0) is None"),
    "a turn that is lost": (lambda d: limits("supervision").update(state="ended"), "limit ('supervision', "),
    "a turn of other hands": (
        lambda d: SideTask.objects.filter(finished__isnull=True, process__machine="supervision").update(unit=d.units["gov"]),
        "limit ('supervision', ",
    ),
    "the next rung": (lambda d: limits("limit").update(next_fire_at=F("next_fire_at") + HOUR), "fires next at"),
    "a rung nobody looks at": (lambda d: limits("limit").update(wake_at=None), "is looked at None"),
    "what is done with": (lambda d: limits("limit").update(fired_until=F("fired_until") + HOUR), "which nothing tells"),
    "a firing that is lost": (lambda d: limits("limit").update(fired_until=moment("2026-12-09 00:00")), "but never [(3, 1)]"),
    "a paused one": (lambda d: limits("report").update(state="paused"), "is paused"),
    "the hazard's due moment": (lambda d: Hazard.objects.update(due_at=F("due_at") + HOUR), "it is due at"),
    "the colour": (lambda d: Hazard.objects.update(colour="red"), "its colour is 'red'"),
    "the listing": (lambda d: Hazard.objects.update(listing=""), "its listing is not what the hazard says"),
    "the row of the listing": (lambda d: Supervision.objects.update(state="delisted"), "its listing is not"),
    "a suspension": (lambda d: Hazard.objects.update(is_suspended=True), "suspensions in force are not"),
    "an end": (lambda d: Hazard.objects.update(state="closed"), "ended hazard with a limit that runs"),
    "a closure": (lambda d: Hazard.objects.update(state="closed"), "closed while listed"),
    "all limits": (lambda d: Deadline.objects.update(state="ended"), "nothing of it will ever fire"),
    "no policy": (lambda d: Hazard.objects.update(policy=None), "it was not taken over"),
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGES)
def test_finds(district: District, number: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    damage, said = DAMAGES[what]
    damage(district)
    assert any(said in one for one in mismatches(district)), mismatches(district)
    with pytest.raises(CommandError, match="处不一致"):
        call_command("check_deadlines")
    assert said in capsys.readouterr().out


def test_a_rung_that_did_not_fire_is_seen_where_the_clock_ran(district: District, number: str, clock: Any) -> None:
    sweep_until(moment("2026-12-09 00:00") - timedelta(microseconds=1))
    assert mismatches(district, swept_at=district.at) == []
    clock.set(moment("2026-12-09 00:00"))
    assert mismatches(district) == []
    late = mismatches(district, swept_at=district.at)
    assert late and all("should have fired at 2026-12-08 16:00:00" in one for one in late)


def test_says_so_when_all_agrees(district: District, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_deadlines")
    assert "一致。" in capsys.readouterr().out


def test_only_those_asked_for(district: District, number: str) -> None:
    other = district.report()
    Hazard.objects.filter(receipt_number=other).update(colour="red")
    assert mismatches(district, hazards=Hazard.objects.exclude(receipt_number=other)) == []
    assert len(mismatches(district)) == 1
