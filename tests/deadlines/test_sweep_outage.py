"""Three days without a clock across a make-up Saturday: caught up once by the strongest rung; what was missed is recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.clock import local
from core.models import CalendarDay
from deadlines.models import Deadline, DeadlineFiring
from deadlines.sweep import sweep_all
from documents.models import Document
from hazards.models import HazardEvent
from notifications.models import OutboxMessage
from tests.support.district import District
from tests.support.time_passes import sweep_until
from tests.support.trials import moment

# From Friday to Monday morning; 10 October 2026 is a Saturday that makes up for 国庆.
GONE, BACK = "2026-10-09 08:00", "2026-10-12 08:00"
# Due at the end of Monday 12 October: a working day before that is the Saturday, three are Thursday the 8th.
BEGIN = "2026-09-27 09:00"


def fired(pk: int) -> list[tuple[int, str, str, str]]:
    """(rung, outcome, its moment, when it came), local time."""
    rows = DeadlineFiring.objects.filter(subject_id=pk).order_by("rung")
    told = "%m-%d %H:%M"
    return [
        (row.rung, row.outcome, local(row.moment).strftime(told), local(row.fired_at).strftime(told)) for row in rows
    ]


def left_alone(district: District, clock: Any, begin: str) -> int:
    clock.set(moment(begin))
    return district.find(district.reach("rectifying")).pk


@pytest.mark.parametrize(
    ("begin", "gone", "back", "wanted"),
    [
        pytest.param(
            BEGIN, GONE, BACK,
            [(1, "acted", "10-08 08:30", "10-08 08:30"), (2, "acted", "10-10 08:30", "10-12 08:00")],
            id="what came on the Saturday comes on Monday",
        ),
        pytest.param(
            BEGIN, "2026-10-08 08:00", "2026-10-11 08:00",
            [(1, "missed", "10-08 08:30", "10-11 08:00"), (2, "acted", "10-10 08:30", "10-11 08:00")],
            id="the Saturday's goes before Thursday's",
        ),
        pytest.param(
            BEGIN, "2026-10-10 08:00", "2026-10-13 08:00",
            [
                (1, "acted", "10-08 08:30", "10-08 08:30"), (2, "missed", "10-10 08:30", "10-13 08:00"),
                (3, "acted", "10-13 00:00", "10-13 08:00"),
            ],
            id="overdue goes before the Saturday's",
        ),
        pytest.param(
            "2026-09-29 09:00", GONE, BACK, [(1, "acted", "10-10 08:30", "10-12 08:00")],
            id="three working days before Thursday are the Saturday",
        ),
    ],
)  # fmt: skip
def test_an_outage_is_caught_up_once(
    district: District, clock: Any, begin: str, gone: str, back: str, wanted: list[tuple[int, str, str, str]]
) -> None:
    pk = left_alone(district, clock, begin)
    sweep_until(moment(gone))
    before = HazardEvent.objects.filter(hazard=pk).count()
    clock.set(moment(back))
    tally = sweep_all(moment(back))
    n_caught_up = sum(1 for row in wanted if row[3] == local(moment(back)).strftime("%m-%d %H:%M"))
    assert (tally.fired.n_acted, tally.fired.n_missed, tally.failed) == (1, n_caught_up - 1, [])
    assert fired(pk) == wanted
    assert HazardEvent.objects.filter(hazard=pk).count() == before + 1, "one event for three days"
    told = OutboxMessage.objects.filter(subject_id=pk, created_at=moment(back)).values_list("recipient_id", flat=True)
    assert told and len(set(told)) == len(told), "nobody is told twice"
    assert sweep_all(moment(back) + timedelta(minutes=1)).n_claimed == 0, "once"


def test_an_ordinary_saturday_would_have_moved_it(district: District, clock: Any) -> None:
    """The proof that it is the make-up day which counts: without it the same rung comes on the Friday before."""
    CalendarDay.objects.filter(on="2026-10-10").delete()
    pk = left_alone(district, clock, "2026-09-29 09:00")
    sweep_until(moment(GONE))
    clock.set(moment(BACK))
    sweep_all(moment(BACK))
    assert fired(pk)[0][2] != "10-10 08:30"


def test_ten_hazards_after_three_days_make_ten_events(district: District, clock: Any) -> None:
    """No storm: a paper, an event and a message to each that is told, however many rungs came meanwhile."""
    clock.set(moment(BEGIN))
    pks = [district.find(district.reach("rectifying")).pk for _ in range(10)]
    sweep_until(moment("2026-10-07 08:00"))
    before, papers = HazardEvent.objects.count(), Document.objects.count()
    clock.set(moment("2026-10-13 08:00"))
    tally = sweep_all(moment("2026-10-13 08:00"))
    assert (tally.fired.n_acted, tally.fired.n_missed) == (10, 20)
    assert HazardEvent.objects.count() == before + 10
    assert Document.objects.count() == papers, "the missed reminder draws up no paper"
    assert not Deadline.objects.filter(subject_id__in=pks, wake_at__lte=moment("2026-10-13 08:00")).exists()
