"""The sweep on the real rungs of a hazard: the moment, the catch-up, what has moved on, what fails, who is busy."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from core.errors import Invalid
from deadlines.models import Deadline, DeadlineFiring
from deadlines.sweep import BACK_OFF, BUSY_AGAIN, BY_INDEX, CLAIM, Tally, claim, describe, retry, sweep_all, sweep_once
from hazards import firing
from hazards.models import Hazard, HazardEvent
from notifications.models import OutboxMessage
from tests.support.district import District
from tests.support.trials import moment

TICK = timedelta(microseconds=1)


def lead_limit(d: District, number: str) -> Deadline:
    hazard = d.find(number)
    return Deadline.objects.get(subject_id=hazard.pk, kind="limit", row_id=hazard.lead_assignment_id or 0)


def fired(d: District, number: str) -> list[tuple[int, int, str, str]]:
    rows = DeadlineFiring.objects.filter(subject_id=d.find(number).pk).order_by("id")
    return [(row.rung, row.occurrence, row.act, row.outcome) for row in rows]


def next_moment(d: District, number: str) -> datetime:
    found = lead_limit(d, number).next_fire_at
    assert found is not None
    return found


def test_a_rung_comes_at_its_moment_and_not_before(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    due = next_moment(district, number)
    assert sweep_once(due - TICK).n_claimed == 0
    tally = sweep_once(due)
    assert (tally.n_claimed, tally.fired.n_acted, tally.failed) == (1, 1, [])
    assert fired(district, number) == [(1, 1, "remind", "acted")]
    assert sweep_once(due).n_claimed == 0, "once"
    hazard = district.find(number)
    event = HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq)
    assert (event.action, event.actor_name, hazard.colour, hazard.rank) == ("warn", "系统", "blue", 1)
    assert event.recorded_at == due


def test_the_whole_ladder_comes_rung_by_rung(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    for _ in range(5):
        sweep_all(next_moment(district, number))
    assert [row[:3] for row in fired(district, number)] == [
        (1, 1, "remind"), (2, 1, "warn"), (3, 1, "warn"), (4, 1, "remind"), (5, 1, "warn"),
    ]  # fmt: skip
    assert (district.find(number).colour, district.find(number).rank) == ("red", 2)


def test_after_an_outage_only_the_strongest_acts(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    limit = lead_limit(district, number)
    tally = sweep_all(limit.due_at + timedelta(days=8))
    assert (tally.fired.n_acted, tally.fired.n_missed) == (1, 4)
    outcomes = [(rung, outcome) for rung, _n, _act, outcome in fired(district, number)]
    assert sorted(outcomes) == [(1, "missed"), (2, "missed"), (3, "missed"), (4, "missed"), (5, "acted")]
    events = HazardEvent.objects.filter(hazard=district.find(number), action="warn")
    assert events.count() == 1, "one event, no storm"
    assert district.find(number).colour == "red"


def weekly_only(d: District, number: str) -> Deadline:
    """Its ladder is the co-units' guard of reminders that come every day after two that come once."""
    limit = lead_limit(d, number)
    Deadline.objects.filter(pk=limit.pk).update(ladder="guard", level="")
    return limit


def test_what_comes_again_and_again_makes_no_storm(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    limit = weekly_only(district, number)
    sweep_all(limit.due_at + timedelta(days=1))
    told = OutboxMessage.objects.count()
    tally = sweep_all(limit.due_at + timedelta(days=11))
    assert (tally.fired.n_acted, tally.fired.n_missed) == (1, 9)
    acted = [row for row in fired(district, number) if row[3] == "acted"]
    assert acted[-1] == (3, 10, "remind", "acted"), "the last of them, and only it"
    assert OutboxMessage.objects.count() - told <= 3
    assert lead_limit(district, number).next_fire_at == limit.due_at + timedelta(days=12)


def test_what_comes_again_never_goes_before_what_comes_once(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    limit = weekly_only(district, number)
    sweep_all(limit.due_at + timedelta(days=30))
    acted = [row for row in fired(district, number) if row[3] == "acted"]
    assert acted == [(2, 1, "warn", "acted")]


def test_a_hazard_that_moved_on_fires_nothing(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    due = next_moment(district, number)
    [claimed] = claim(due, 10)
    clock.set(due)
    district.submit(number)
    before = HazardEvent.objects.count()
    for fire in (
        lambda: firing.HazardFirer().fire_rows([claimed], due),
        lambda: firing.HazardFirer().fire_one(claimed, due),
    ):
        found = fire()
        assert (found.n_acted, found.n_idle) == (0, 1)
    assert (HazardEvent.objects.count(), DeadlineFiring.objects.count()) == (before, 0)
    assert lead_limit(district, number).wake_at is None


def test_a_limit_that_moved_waits_for_its_new_rungs(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    due = next_moment(district, number)
    Deadline.objects.filter(pk=lead_limit(district, number).pk).update(fired_until=due, next_fire_at=due)
    assert sweep_once(due).fired.n_idle == 1
    limit = lead_limit(district, number)
    assert limit.wake_at == limit.next_fire_at and limit.next_fire_at and limit.next_fire_at > due


def test_a_rung_that_was_had_does_not_come_again_when_its_moment_moves(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    due = next_moment(district, number)
    sweep_all(due)
    pk = lead_limit(district, number).pk
    # As a calendar does that makes a working day of a holiday.
    Deadline.objects.filter(pk=pk).update(fired_until=due - timedelta(hours=1), next_fire_at=due, wake_at=due)
    assert sweep_all(due).fired.n_acted == 0
    assert fired(district, number) == [(1, 1, "remind", "acted")]
    assert next_moment(district, number) > due


def test_a_lease_keeps_others_away_until_it_ends(district: District, clock: Any, settings: Any) -> None:
    number = district.reach("rectifying")
    due = next_moment(district, number)
    assert len(claim(due, 10)) == 1
    end = due + timedelta(seconds=settings.CLOCK_LEASE_SECONDS)
    assert claim(end - TICK, 10) == []
    assert sweep_once(end).fired.n_acted == 1, "who had claimed it died: nothing is lost"
    assert len(fired(district, number)) == 1


def shift_log(d: District, number: str, by: int) -> None:
    """The file names an event fewer than it has, so that its next one can't be written."""
    Hazard.objects.filter(pk=d.find(number).pk).update(last_seq=F("last_seq") + by)


def test_a_poisoned_row_fails_alone_and_is_tried_again(district: District, clock: Any) -> None:
    numbers = [district.find(district.reach("rectifying")).number for _ in range(5)]
    due = max(next_moment(district, number) for number in numbers)
    shift_log(district, numbers[2], -1)
    tally = sweep_all(due)
    assert (tally.fired.n_acted, len(tally.failed)) == (4, 1)
    failed = lead_limit(district, numbers[2])
    assert (failed.n_failures, failed.failed_at, failed.wake_at) == (1, due, due + BACK_OFF[0])
    assert failed.failure.startswith("IntegrityError: duplicate key")
    assert sweep_all(due + BACK_OFF[0] - TICK).n_claimed == 0
    assert sweep_all(due + BACK_OFF[0]).failed == [failed.pk]
    second = lead_limit(district, numbers[2])
    assert (second.n_failures, second.wake_at) == (2, due + BACK_OFF[0] + BACK_OFF[1])
    shift_log(district, numbers[2], 1)
    assert retry(second.pk)
    assert sweep_all(due + BACK_OFF[0]).fired.n_acted == 1
    mended = lead_limit(district, numbers[2])
    assert (mended.n_failures, mended.failed_at, mended.failure) == (0, None, "")
    assert not retry(mended.pk)


def test_a_failure_tells_nothing_of_people() -> None:
    """Neither names nor numbers, whatever went wrong."""
    for wrong in (
        ValueError("张三的电话 13800000000"),
        Invalid("校长李某某无人接办"),
        KeyError("身份证 361102199001011234"),
    ):
        told = describe(wrong)
        assert told.startswith(type(wrong).__name__)
        assert not re.search(r"[\u4e00-\u9fff]|\d{6}", told), told


def test_it_stops_between_two_firings_and_gives_back_the_rest(district: District, clock: Any) -> None:
    numbers = [district.reach("assigned") for _ in range(3)]
    due = district.find(numbers[0]).due_at
    assert due
    seen: list[bool] = []

    def after_one() -> bool:
        seen.append(True)
        return len(seen) > 1

    tally = sweep_once(due, should_stop=after_one)
    assert (tally.n_claimed, tally.fired.n_acted) == (3, 1)
    assert sweep_once(due).fired.n_acted == 2, "the others need not wait for the lease"
    assert {district.find(number).state for number in numbers} == {"rectifying"}, "deemed received"


def test_nothing_due_is_nothing_done(district: District, clock: Any) -> None:
    assert sweep_all(moment("2026-11-23 09:00")) == Tally()


def test_busy_ones_are_let_go_until_the_next_tick(district: District, clock: Any) -> None:
    number = district.reach("rectifying")
    hazard = district.find(number)
    due = next_moment(district, number)
    # By a clock that goes ahead of ours somebody acted tomorrow.
    type(hazard).objects.filter(pk=hazard.pk).update(last_occurred_on=(due + timedelta(days=1)).date())
    tally = sweep_once(due)
    assert (tally.fired.n_acted, tally.fired.busy) == (0, [lead_limit(district, number).pk])
    assert lead_limit(district, number).wake_at == due + BUSY_AGAIN


def test_a_claim_reads_by_its_index_and_by_key(district: District, clock: Any) -> None:
    """However many rows there are, and also before anybody has counted them."""
    number = district.reach("rectifying")
    due = next_moment(district, number)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deadlines_deadline (region_code, created_at, subject_id, kind, row_id, state, policy_id, ladder, level,"
            " owner_unit_id, arming, armed_at, due_at, fired_until, next_fire_at, wake_at, n_failures, failure)"
            " SELECT region_code, created_at, -n, kind, row_id, state, policy_id, ladder, level, owner_unit_id, arming, armed_at,"
            " due_at, fired_until, next_fire_at, wake_at + interval '1 day', 0, '' FROM deadlines_deadline, generate_series(1, 4000) n"
            " WHERE id = %s",
            [lead_limit(district, number).pk],
        )
        cursor.execute(f"{BY_INDEX};EXPLAIN {CLAIM}", {"at": due, "until": due, "limit": 500})
        plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan" not in plan, plan
        assert "deadline_wake" in plan and "deadlines_deadline_pkey" in plan, plan
        cursor.execute("SET LOCAL enable_seqscan = on")
        cursor.execute("DELETE FROM deadlines_deadline WHERE subject_id < 0")
