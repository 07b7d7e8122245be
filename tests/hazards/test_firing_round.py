"""What fires one by one reads what is the same for many once, and trusts nothing of it that an act may have moved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from deadlines.hooks import Fired
from deadlines.models import Deadline, DeadlineFiring
from documents.models import Document
from hazards.firing import HazardFirer
from hazards.models import HazardEvent, Measure
from hazards.services import perform
from notifications.models import OutboxMessage
from tests.hazards.test_firing import limit_of
from tests.hazards.test_firing_equal import rolled_back
from tests.support.district import District
from tests.support.invariants import check_invariants

# Lock and read, then all that is written; and the messages to people.
MOST_MESSAGES = 4


def before_bulletin(d: District, clock: Any, n: int = 2) -> tuple[list[str], datetime]:
    """So many hazards whose next rung drafts a bulletin, and its moment."""
    numbers = [d.reach("rectifying") for _ in range(n)]
    for number in numbers:
        climb_to_last_warning(d, clock, number)
    at = limit_of(d, numbers[0]).next_fire_at
    assert at
    clock.set(at)
    return numbers, at


def climb_to_last_warning(d: District, clock: Any, number: str) -> None:
    limit, firer = limit_of(d, number), HazardFirer()
    while True:
        limit.refresh_from_db()
        at = limit.next_fire_at
        assert at
        if firer.fire_rows([limit.pk], at).singly:
            return


def test_in_a_round_as_by_itself(district: District, clock: Any) -> None:
    numbers, at = before_bulletin(district, clock)
    ids, subjects = [limit_of(district, one).pk for one in numbers], [district.find(one).pk for one in numbers]

    def in_a_round() -> Fired:
        around = HazardFirer().look_around(ids, at)
        return added(HazardFirer().fire_one(pk, at, around) for pk in ids)

    together, rows = rolled_back(in_a_round, subjects)
    singly, same = rolled_back(lambda: added(HazardFirer().fire_one(pk, at) for pk in ids), subjects)
    assert together.n_acted == singly.n_acted == 2
    assert [_without_keys(one) for one in rows] == [_without_keys(one) for one in same]


def added(found: Iterable[Fired]) -> Fired:
    total = Fired()
    for one in found:
        total.add(one)
    return total


def _without_keys(rows: dict[str, Any]) -> dict[str, Any]:
    """Of a measure and its paper, which are other ones each time, and what is sealed over them."""
    rows["papers"] = [{**one, "row_id": None} for one in rows["papers"]]
    rows["events"] = [_unsealed(one) for one in rows["events"]]
    rows["hazard"] = [{**one, "last_hash": ""} for one in rows["hazard"]]
    rows["deadlines"] = [{**one, "row_id": one["kind"] == "limit"} for one in rows["deadlines"]]
    rows["sides"] = [{**one, "process_id": None} for one in rows["sides"]]
    return {name: sorted(found, key=str) for name, found in rows.items()}


def _unsealed(event: dict[str, Any]) -> dict[str, Any]:
    changes = {
        name.rsplit(".", 1)[-1]: None if name.endswith("document_id") else value
        for name, value in event["changes"].items()
    }
    return {**event, "changes": changes, "hash": "", "prev_hash": ""}


def test_the_event_is_that_of_the_service(district: District, clock: Any) -> None:
    [number], at = before_bulletin(district, clock, 1)
    limit, hazard = limit_of(district, number), district.find(number)
    _, [fired] = rolled_back(lambda: HazardFirer().fire_one(limit.pk, at), [hazard.pk])
    told = max(fired["events"], key=lambda one: one["seq"])["data"]
    told = {name: told[name] for name in ("kind", "label", "of", "row_id", "rung")}

    def by_service() -> Any:
        return perform("draft_measure", actor=None, at=at, number=number, data=told)

    _, [done] = rolled_back(by_service, [hazard.pk])
    fired, done = _without_keys(fired), _without_keys(done)
    for name in ("events", "hazard", "papers", "tasks", "sides"):
        assert done[name] == fired[name], name


def test_the_paper_names_the_measure_and_is_named_by_it(district: District, clock: Any) -> None:
    [number], at = before_bulletin(district, clock, 1)
    HazardFirer().fire_one(limit_of(district, number).pk, at)
    measure = Measure.objects.get(hazard=district.find(number))
    paper = Document.objects.get(pk=measure.document_id or 0)
    assert (paper.row_kind, paper.row_id, paper.subject_id) == ("measure", measure.pk, measure.hazard_id)
    assert "此前已催办、预警" in measure.text


def test_who_acts_after_the_round_looked_is_heard(district: District, clock: Any) -> None:
    numbers, at = before_bulletin(district, clock)
    ids = [limit_of(district, one).pk for one in numbers]
    around = HazardFirer().look_around(ids, at)
    district.submit(numbers[0])
    district.do("record_control", district.safety, numbers[1], interim_control="已拉警戒线")
    found = [HazardFirer().fire_one(pk, at, around) for pk in ids]
    assert [(one.n_acted, one.n_idle) for one in found] == [(0, 1), (1, 0)]
    assert Measure.objects.get().hazard_id == district.find(numbers[1]).pk
    check_invariants(at, deep=False)


def test_what_does_not_apply_is_recorded_and_leaves_nothing_else(district: District, clock: Any) -> None:
    [number], at = before_bulletin(district, clock, 1)
    limit, hazard = limit_of(district, number), district.find(number)
    data = {"kind": "bulletin", "label": "另一事由", "of": "limit", "row_id": limit.row_id}
    clock.set(max(at, limit.due_at))
    perform("draft_measure", actor=None, at=at, number=number, data=data)
    events, papers, told = _counts(hazard.pk)
    found = HazardFirer().fire_one(limit.pk, at)
    assert (found.n_acted, found.n_moot) == (0, 1)
    assert DeadlineFiring.objects.get(subject_id=hazard.pk, act="bulletin").outcome == "moot"
    assert _counts(hazard.pk) == (events, papers, told)
    limit.refresh_from_db()
    assert limit.next_fire_at and limit.next_fire_at > at, "the ladder goes on"


def _counts(hazard_id: int) -> tuple[int, int, int]:
    of_subject = {"subject_id": hazard_id}
    return (
        HazardEvent.objects.filter(hazard=hazard_id).count(), Document.objects.filter(**of_subject).count(),
        OutboxMessage.objects.filter(**of_subject).count(),
    )  # fmt: skip


def test_a_firing_is_a_few_messages(district: District, clock: Any) -> None:
    numbers, at = before_bulletin(district, clock, 3)
    ids = [limit_of(district, one).pk for one in numbers]
    around = HazardFirer().look_around(ids, at)
    HazardFirer().fire_one(ids.pop(), at, around)
    for pk in ids:
        with CaptureQueriesContext(connection) as queries:
            assert HazardFirer().fire_one(pk, at, around).n_acted == 1
        sent = [
            query["sql"] for query in queries.captured_queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))
        ]
        assert len(sent) <= MOST_MESSAGES, sent


def test_one_of_a_round_that_is_gone_is_let_go(district: District, clock: Any) -> None:
    [number], at = before_bulletin(district, clock, 1)
    gone = Deadline.objects.latest("pk").pk + 1
    around = HazardFirer().look_around([limit_of(district, number).pk, gone], at)
    assert HazardFirer().fire_one(gone, at, around).busy == [gone]
    assert HazardFirer().fire_one(limit_of(district, number).pk, at, around).n_acted == 1
