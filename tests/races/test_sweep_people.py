"""Two sweeping processes beside people who act on the same hazards: no deadlock, the act or the firing, never half of both."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from multiprocessing.sharedctypes import RawArray
from typing import Any

import pytest
from django.db import connection

from core.clock import StillClock
from core.errors import Busy, DomainError
from deadlines.models import Deadline, DeadlineFiring
from deadlines.sweep import BUSY_AGAIN, sweep_all, sweep_once
from hazards.models import Hazard, HazardEvent
from tests.support.copied import check_all, copy_pattern, make_patterns
from tests.support.district import District, build_district
from tests.support.killed import Clock, run_beside

BEGIN = StillClock.START - timedelta(days=40)
DONE, REFUSED, BUSY, DEADLOCKED = range(4)
N_SWEEPERS = 2


@pytest.fixture
def town(cloned_db: str, transactional_db: None, clock: Any, settings: Any) -> District:
    settings.CLOCK_BATCH = 20
    clock.set(BEGIN)
    return build_district()


class Person:
    """Tries one act after another; who comes too late or finds somebody at it is told so, and goes on."""

    def __init__(self, town: District, clock: Clock, came: Any) -> None:
        self._town, self._clock, self._came = town, clock, came

    def try_all(self, acts: Sequence[tuple[Callable[[str], object], str]]) -> None:
        for act, number in acts:
            StillClock.set(self._clock.now())
            self._came[self._outcome(act, number)] += 1

    def _outcome(self, act: Callable[[str], object], number: str) -> int:
        try:
            act(number)
        except Busy as busy:
            cause = busy.__cause__.__cause__ if busy.__cause__ else None
            return DEADLOCKED if getattr(cause, "pgcode", "") == "40P01" else BUSY
        except DomainError:
            return REFUSED
        return DONE


def acts_of(town: District) -> list[tuple[str, Callable[[str], object]]]:
    """What they do in a state: moves, what moves no version, and rows beside."""

    school = town.units["school"].pk

    def progress(number: str) -> object:
        return town.do("report_progress", town.safety, number, percent=30, progress="在做")

    def ask_for_more_time(number: str) -> object:
        until = (StillClock.now() + timedelta(days=10)).date().isoformat()
        return town.do(
            "request_extension",
            town.safety,
            number,
            until_on=until,
            reason_kind="procurement",
            reason="材料未到",
            control="警戒",
            photos=[],
        )

    def remind(number: str) -> object:
        return town.do("remind", town.office, number, to=school, message="请抓紧")

    return [
        ("assigned", town.sign), ("rectifying", town.submit), ("rectifying", progress),
        ("rectifying", ask_for_more_time), ("rectifying", remind),
    ]  # fmt: skip


def race(town: District, *, n_each: int, n_people: int) -> None:
    patterns = make_patterns(town, BEGIN)
    numbers = {
        "assigned": _numbers(copy_pattern(patterns.deem, n_each)),
        "rectifying": _numbers([*copy_pattern(patterns.remind, n_each), *copy_pattern(patterns.bulletin, n_each // 2)]),
    }
    clock, acts, came = Clock(patterns.at), acts_of(town), [RawArray("q", 4) for _ in range(n_people)]

    def act(index: int) -> None:
        # Letters first, which the sweeps begin with too; each in an order of its own.
        dice, told = random.Random(index), [(do, number) for state, do in acts[1:] for number in numbers[state]]
        letters = [(acts[0][1], number) for number in numbers["assigned"]]
        Person(town, clock, came[index]).try_all([*dice.sample(letters, len(letters)), *dice.sample(told, len(told))])

    def sweep() -> None:
        end = clock.now() + timedelta(seconds=3)
        while (tally := sweep_once(clock.now())).n_claimed or clock.now() < end:
            assert not tally.failed, tally

    works: list[Callable[[], None]] = [lambda index=index: act(index) for index in range(n_people)]  # type: ignore[misc]
    works += [sweep] * N_SWEEPERS
    deadlocks = count_deadlocks()
    run_beside(works)
    tally = sweep_all(clock.now() + 3 * BUSY_AGAIN + timedelta(minutes=2))
    assert not tally.failed and not tally.fired.busy, tally
    total = [sum(one[outcome] for one in came) for outcome in range(4)]
    assert total[DEADLOCKED] == 0 and count_deadlocks() == deadlocks
    _check_never_half(numbers["assigned"], patterns.at)
    check_all(clock.now())
    by_action = Counter(HazardEvent.objects.filter(recorded_at__gte=patterns.at).values_list("action", flat=True))
    print(f"\n{n_people} people and {N_SWEEPERS} sweeps on {sum(map(len, numbers.values()))} hazards: acts done {total[DONE]},"
          f" refused {total[REFUSED]}, busy {total[BUSY]}, deadlocks 0; {dict(by_action)}")  # fmt: skip
    assert by_action["warn"] and by_action["sign"] and by_action["submit"], "both sides won somewhere"


def _check_never_half(numbers: Sequence[str], since: datetime) -> None:
    """Every firing that acted has its event and every event of the clock its firing; each was received once."""
    fired = DeadlineFiring.objects.filter(fired_at__gte=since, outcome="acted").values_list("subject_id", "event_seq")
    told = HazardEvent.objects.filter(recorded_at__gte=since, actor=None).values_list("hazard_id", "seq")
    assert Counter(fired) == Counter(told)
    assert not Deadline.objects.filter(failed_at__isnull=False).exists()
    received = HazardEvent.objects.filter(hazard__file_number__in=numbers, from_state="assigned").exclude(
        to_state="assigned"
    )
    assert Counter(received.values_list("hazard__file_number", flat=True)) == Counter(numbers)


def _numbers(ids: Sequence[int]) -> list[str]:
    return list(Hazard.objects.filter(pk__in=ids).order_by("pk").values_list("file_number", flat=True))


def count_deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_clear_snapshot(), deadlocks FROM pg_stat_database WHERE datname = current_database()"
        )
        return int(cursor.fetchone()[1])


def test_a_handful_of_people_and_two_sweeps(town: District) -> None:
    race(town, n_each=12, n_people=2)


@pytest.mark.prove
def test_six_people_and_two_sweeps(town: District) -> None:
    race(town, n_each=60, n_people=6)
