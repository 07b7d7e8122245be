"""A rung that finds nobody to decide is not passed over: it fails, is tried again, and comes once somebody is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from deadlines.models import Deadline, DeadlineFiring
from deadlines.sweep import BACK_OFF, sweep_all
from hazards.models import Measure, Supervision
from organizations.kinds import PostKind
from organizations.models import Holding
from tests.hazards.test_firing import significant_of_bureau
from tests.support.district import District

LEADERS = (PostKind.LEADER, PostKind.CHIEF)
# The office enters what a leader decides on paper: it waits there while the leaders' posts are vacant.
BUREAU = (*LEADERS, PostKind.OFFICE_CLERK, PostKind.OFFICE_DIRECTOR)
DAY = timedelta(days=1)


def general(d: District) -> str:
    return d.reach("rectifying")


def stand_before(d: District, clock: Any, number: str, act: str) -> datetime:
    """The moment of the first rung of that act, with all before it fired."""
    while True:
        row = Deadline.objects.filter(subject_id=d.find(number).pk, kind="limit").get()
        assert row.next_fire_at
        clock.set(row.next_fire_at)
        with transaction.atomic():
            sweep_all(row.next_fire_at)
            if DeadlineFiring.objects.filter(deadline=row, outcome="acted", act=act).exists():
                transaction.set_rollback(True)
                return row.next_fire_at


def n_listings() -> int:
    return Supervision.objects.count()


def n_drafts(kind: str) -> Callable[[], int]:
    return lambda: Measure.objects.filter(kind=kind).count()


@pytest.mark.parametrize(
    ("reach", "act", "vacant", "come"),
    [
        (general, "listing", LEADERS, n_listings),
        (general, "bulletin", BUREAU, n_drafts("bulletin")),
        (general, "interview", BUREAU, n_drafts("interview")),
        (significant_of_bureau, "listing", BUREAU, n_listings),
    ],
)
def test_it_comes_once_there_is_somebody(
    reach: Callable[[District], str],
    act: str,
    vacant: tuple[str, ...],
    come: Callable[[], int],
    district: District,
    clock: Any,
) -> None:
    number = reach(district)
    at = stand_before(district, clock, number, act)
    before = come()
    held = list(
        Holding.objects.filter(until_on=None, post__unit=district.units["edu"], post__kind__in=vacant).values_list(
            "pk", flat=True
        )
    )
    Holding.objects.filter(pk__in=held).update(until_on=at.date() - DAY)
    tally = sweep_all(at)
    row = Deadline.objects.get(subject_id=district.find(number).pk, kind="limit")
    assert (tally.failed, row.n_failures, row.wake_at) == ([row.pk], 1, at + BACK_OFF[0])
    assert row.failure.startswith("Invalid: invalid") and come() == before
    Holding.objects.filter(pk__in=held).update(until_on=None)
    clock.set(at + BACK_OFF[0])
    sweep_all(at + BACK_OFF[0])
    row.refresh_from_db()
    assert (row.n_failures, come()) == (0, before + 1)
    assert not DeadlineFiring.objects.filter(deadline=row, outcome="moot").exists()
