"""What many hazards are given at once is what each would be given by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from deadlines.hooks import Fired
from deadlines.models import Deadline, DeadlineFiring
from documents.models import Document
from hazards.firing import HazardFirer
from hazards.models import Hazard, HazardEvent
from notifications.models import OutboxMessage
from tests.support import outside as o
from tests.support.district import District
from tests.support.invariants import check_invariants
from tests.support.trials import moment
from workflows.models import HazardTask, SideTask

LEFT_OUT = {"id", "search"}


def everything(subject_id: int) -> dict[str, Any]:
    """All rows of a hazard that a firing may touch, without their own keys."""
    models: dict[str, Any] = {
        "hazard": Hazard.objects.filter(pk=subject_id), "events": HazardEvent.objects.filter(hazard=subject_id),
        "deadlines": Deadline.objects.filter(subject_id=subject_id),
        "firings": DeadlineFiring.objects.filter(subject_id=subject_id),
        "papers": Document.objects.filter(subject_id=subject_id),
        "messages": OutboxMessage.objects.filter(subject_id=subject_id), "tasks": HazardTask.objects.filter(hazard=subject_id),
        "sides": SideTask.objects.filter(hazard=subject_id),
    }  # fmt: skip
    return {name: sorted((told(row) for row in rows), key=str) for name, rows in models.items()}


def told(row: Any) -> dict[str, Any]:
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: value for name, value in fields.items() if name not in LEFT_OUT}


def rolled_back(fire: Callable[[], Fired], subject_ids: list[int]) -> tuple[Fired, list[dict[str, Any]]]:
    trial = transaction.savepoint()
    found = fire()
    rows = [everything(one) for one in subject_ids]
    transaction.savepoint_rollback(trial)
    return found, rows


CASES: dict[str, Callable[[District], str]] = {
    "reported": lambda d: d.reach("reported"),
    "filed": lambda d: d.reach("filed"),
    "assigned": lambda d: d.reach("assigned"),
    "rectifying": lambda d: d.reach("rectifying"),
    "submitted": lambda d: d.reach("submitted"),
    "verified": lambda d: d.reach("verified"),
    "significant": lambda d: d.reach_significant(),
    "plan": lambda d: d.reach_plan("in_review"),
    "co_units": lambda d: d.reach_with("sibling"),
    "restricted": lambda d: d.report(domain="08", place="操场", description="保密内容"),
    "notified": o.notified,
    "ordered": o.ordered,
    "referred": o.referred,
}


@pytest.mark.parametrize("case", CASES)
def test_together_as_one_by_one(case: str, district: District, clock: Any) -> None:
    numbers = [CASES[case](district) for _ in range(2)]
    subjects = [district.find(number).pk for number in numbers]
    n_rows = 0
    for at in moments(subjects):
        due = list(
            Deadline.objects.filter(subject_id__in=subjects, next_fire_at__lte=at).order_by("next_fire_at", "id")
        )
        ids = [one.pk for one in due]
        together, rows = rolled_back(lambda: HazardFirer().fire_rows(ids, at), subjects)  # noqa: B023
        singly, same = rolled_back(lambda: one_by_one(ids, set(together.singly), at), subjects)  # noqa: B023
        assert rows == same
        n_rows += together.n_acted
        assert (together.n_acted, together.n_missed) == (singly.n_acted, singly.n_missed)
    assert n_rows, "no rung of this case only writes rows"


def one_by_one(ids: list[int], apart: set[int], at: datetime) -> Fired:
    total = Fired()
    for pk in ids:
        if pk not in apart:
            total.add(HazardFirer().fire_one(pk, at))
    return total


def moments(subjects: list[int]) -> list[datetime]:
    """The first rung of each deadline, and long after all of them."""
    first = Deadline.objects.filter(subject_id__in=subjects, next_fire_at__isnull=False)
    return [*sorted({one.next_fire_at for one in first if one.next_fire_at}), moment("2027-03-01 09:00")]


def test_two_deadlines_of_one_hazard_chain(district: District, clock: Any) -> None:
    number = district.reach_with("sibling")
    hazard = district.find(number)
    # Both limits pass their first reminder at once.
    first = Deadline.objects.filter(subject_id=hazard.pk, kind="limit").order_by("next_fire_at")
    assert len({one.next_fire_at for one in first}) == 1
    at = first[0].next_fire_at
    assert at
    ids = list(Deadline.objects.filter(subject_id=hazard.pk, next_fire_at__lte=at).values_list("pk", flat=True))
    assert len(ids) > 1
    found = HazardFirer().fire_rows(ids, at)
    assert found.n_acted == len(ids)
    events = HazardEvent.objects.filter(hazard=hazard, action="warn").order_by("seq")
    assert [event.data["of"] for event in events] == ["part", "limit", "limit"]
    check_invariants(at, deep=False)
