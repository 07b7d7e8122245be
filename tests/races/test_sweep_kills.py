"""Two sweeping processes killed with -9 at random moments: nothing lost, nothing double. Beside them one that marks first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import F

from core.clock import StillClock
from deadlines.hooks import firer
from deadlines.models import Deadline, DeadlineFiring
from deadlines.sweep import claim, sweep_all, sweep_once
from hazards.models import HazardEvent
from tests.support.copied import check_all, copy_pattern, fire_alone, make_patterns, traces
from tests.support.district import District, build_district
from tests.support.killed import Clock, Count, sweep_with_kills

BATCH = 25
BEGIN = StillClock.START - timedelta(days=40)
# When all leases have ended and whoever was busy is free.
LATER = timedelta(minutes=10)
# What a mark-first process loses is a part of a batch a kill.
TWIN_DUE, TWIN_KILLS = 400, 8


@pytest.fixture
def town(cloned_db: str, transactional_db: None, clock: Any, settings: Any) -> Iterator[District]:
    settings.CLOCK_BATCH = BATCH
    settings.CLOCK_LEASE_SECONDS = 1
    clock.set(BEGIN)
    yield build_district()


def sweep(at: datetime, count: Count) -> bool:
    tally = sweep_once(at)
    assert not tally.failed, tally
    count(tally.fired.n_acted)
    return bool(tally.n_claimed)


def mark_then_act(at: datetime, count: Count) -> bool:
    """How it must not be done: what it is about to do it calls done, and then does it."""
    ids = claim(at, BATCH)
    Deadline.objects.filter(pk__in=ids).update(wake_at=None)
    count(len(ids))
    firer().fire_rows(ids, at)
    return bool(ids)


def check_kills(town: District, *, n_rows: int, n_services: int, n_kills: int) -> None:
    """Each copy has what the one has that was fired with nobody in the way: not less, not more."""
    patterns = make_patterns(town, BEGIN)
    wants = {patterns.remind: n_rows, patterns.deem: n_services // 2, patterns.bulletin: n_services // 2}
    twins = copy_pattern(patterns.remind, TWIN_DUE)
    n_lost = count_lost_by_marking_first(twins, patterns.at, n_kills)
    copies = {pattern: copy_pattern(pattern, n) for pattern, n in wants.items()}
    alone = {pattern: fire_alone(pattern, patterns.at) for pattern in wants}
    # What the other one lost is due again, for those who lose nothing.
    Deadline.objects.filter(subject_id__in=twins, wake_at=None).update(wake_at=F("next_fire_at"))
    copies[patterns.remind] += twins

    clock, n_due = Clock(patterns.at + LATER), sum(wants.values()) + n_lost
    n_struck = sweep_with_kills(sweep, n_due=n_due, n_kills=n_kills, clock=clock, seed=n_kills)
    at, taken = clock.now() + LATER, (clock.now() - clock.begin).total_seconds()
    sweep_all(at)
    for pattern, ids in copies.items():
        found = Counter(traces(ids, patterns.at).values())
        assert found == Counter({alone[pattern]: len(ids)}), found.most_common(3)
    acted = DeadlineFiring.objects.filter(fired_at__gte=patterns.at, outcome="acted").count()
    events = HazardEvent.objects.filter(recorded_at__gte=patterns.at).count()
    assert acted == events == sum(map(len, copies.values())) + len(copies)
    check_all(at)
    print(f"{n_kills} kills, {n_struck} of them at work, {n_due} due: none lost, none double; {taken:.0f} s")
    assert n_struck >= n_kills // 4, "a kill of somebody who does nothing proves nothing"


def count_lost_by_marking_first(ids: list[int], at: datetime, seed: int) -> int:
    """The same kills of one that marks first: were nothing lost here, the proof would prove nothing."""
    only = Deadline.objects.filter(wake_at__lte=at).exclude(subject_id__in=ids)
    others = list(only.values_list("pk", flat=True))
    only.update(wake_at=None)
    clock = Clock(at)
    n_struck = sweep_with_kills(mark_then_act, n_due=len(ids), n_kills=TWIN_KILLS, clock=clock, seed=seed)
    # What was claimed and not yet marked is seen to when its lease ends; the rest nobody will ever look at.
    while mark_then_act(clock.now() + LATER, lambda _n: None):
        pass
    n_lost = len(ids) - DeadlineFiring.objects.filter(subject_id__in=ids, outcome="acted").count()
    print(f"\nmarking first: {TWIN_KILLS} kills, {n_struck} of them at work, {len(ids)} due: {n_lost} lost")
    assert n_lost > 0
    Deadline.objects.filter(pk__in=others).update(wake_at=F("next_fire_at"))
    return n_lost


def test_ten_kills_lose_and_double_nothing(town: District) -> None:
    check_kills(town, n_rows=800, n_services=200, n_kills=10)


@pytest.mark.prove
def test_two_hundred_kills_lose_and_double_nothing(town: District) -> None:
    check_kills(town, n_rows=18_000, n_services=2_000, n_kills=200)
