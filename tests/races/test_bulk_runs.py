"""One run of many hazards in several windows, and while others act on its rows: each row once, each answer true."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from hazards.models import BulkRun, Evidence, Hazard, HazardEvent
from hazards.services import perform
from hazards.services.bulk import go_on, start_run
from organizations.posts import list_held_posts
from tests.support.district import District
from tests.support.together import Crowd


def no_denial(error: Exception, number: str) -> None:
    """Nobody is refused here."""


def begin(d: District, action: str, numbers: list[str], **data: object) -> BulkRun:
    hazards = [d.find(number) for number in numbers]
    return start_run(
        actor=d.office, at=d.at, action=action, hazards=hazards, data=data, held=list_held_posts(d.office, d.at),
        versions={hazard.number: hazard.version for hazard in hazards},
    )  # fmt: skip


def test_four_windows_do_each_row_once(d: District, everybody: Crowd) -> None:
    run = begin(d, "assign", [d.find(d.reach("filed")).number for _ in range(8)], requirements="加固")
    before = HazardEvent.objects.count()
    came = everybody.at_once([partial(go_on, run, at=d.at, on_denied=no_denial) for _ in range(4)])
    assert [one.error for one in came] == [None] * 4
    kept = BulkRun.objects.get()
    assert (kept.n_done, kept.n_failed, HazardEvent.objects.count()) == (8, 0, before + 8)
    assert kept.finished_at is not None


def test_one_letter_for_many_is_a_file_of_each_however_many_windows(d: District, everybody: Crowd) -> None:
    numbers = [d.filed_outside() for _ in range(4)]
    letter = str(d.photo(d.office).pk)
    facts = {"lead": d.units["fire"].pk, "requirements": "清理", "letter": "函〔2026〕1号", "control": "值守"}
    run = begin(d, "notify", numbers, **facts, photos=[letter])
    came = everybody.at_once([partial(go_on, run, at=d.at, on_denied=no_denial) for _ in range(4)])
    assert [one.error for one in came] == [None] * 4
    assert BulkRun.objects.get().n_failed == 0, BulkRun.objects.get().results
    assert Evidence.objects.filter(stage="document").count() == 4


@pytest.mark.parametrize("n_rows", [6])
def test_rows_that_others_take_meanwhile_are_told_and_the_rest_are_done(
    d: District, everybody: Crowd, n_rows: int
) -> None:
    numbers = [d.find(d.reach("filed")).number for _ in range(n_rows)]
    run = begin(d, "assign", numbers, requirements="加固")
    seen = {number: d.find(number).version for number in numbers}
    data = {"lead": d.units["school"].pk, "requirements": "由主任交办"}
    calls: list[Callable[[], object]] = [partial(go_on, run, at=d.at, on_denied=no_denial)]
    calls += [
        partial(perform, "assign", actor=d.director, at=d.at, number=number, version=seen[number], data=data)
        for number in numbers
    ]
    came = everybody.at_once(calls)
    kept = BulkRun.objects.get()
    n_others = sum(one.error is None for one in came[1:])
    assert kept.n_done == n_rows and kept.n_failed == n_others
    assert set(Hazard.objects.values_list("state", flat=True)) == {"assigned"}
    assert HazardEvent.objects.filter(action="assign").count() == n_rows
