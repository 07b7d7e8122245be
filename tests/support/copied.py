"""Many hazards of which a rung is due, copied from one that services made; what came of each after a sweep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.copies import copy_hazard
from core.clock import StillClock
from deadlines.hooks import firer
from deadlines.models import Deadline, DeadlineFiring
from documents.models import Document
from hazards import log
from hazards.clock_check import list_clock_mismatches
from hazards.models import Hazard, HazardEvent
from notifications.models import OutboxMessage
from tests.support.district import District
from tests.support.invariants import check_hazard, present_holders, read_rows, read_with_rows
from tests.support.time_passes import sweep_until
from workflows.consistency import list_mismatches, turns_of

# All that a sweep left of one hazard.
Trace = tuple[Any, ...]
# So many are replayed event by event; the chains of all are verified.
SAMPLE = 60


@dataclass(frozen=True)
class Pattern:
    """A hazard with one deadline that is due."""

    hazard_id: int
    deadline_id: int


@dataclass(frozen=True)
class Patterns:
    """Due at the same moment: a reminder (rows only), a letter deemed received and a drafted bulletin (services)."""

    at: datetime
    remind: Pattern
    deem: Pattern
    bulletin: Pattern


def make_patterns(district: District, begin: datetime) -> Patterns:
    """The clock stands at their moment afterwards."""
    StillClock.set(begin)
    overdue = district.find(district.reach("rectifying"))
    at = Deadline.objects.get(subject_id=overdue.pk, kind="limit").due_at + timedelta(days=15)
    sweep_until(at - timedelta(days=11))
    soon = district.find(district.reach("rectifying"))
    sweep_until(at - timedelta(days=4))
    sent = district.find(district.reach("assigned"))
    StillClock.set(at)
    return Patterns(at, *(_pattern(hazard.pk, at) for hazard in (soon, sent, overdue)))


def _pattern(hazard_id: int, at: datetime) -> Pattern:
    [due] = Deadline.objects.filter(subject_id=hazard_id, wake_at__lte=at).values_list("pk", flat=True)
    return Pattern(hazard_id, due)


def copy_pattern(pattern: Pattern, n: int) -> list[int]:
    """The ids of n more like it, as much due as it is."""
    numbers = copy_hazard(pattern.hazard_id, n)
    return list(Hazard.objects.filter(file_number__in=numbers).values_list("pk", flat=True))


def fire_alone(pattern: Pattern, at: datetime) -> Trace:
    """What comes of it with nobody in the way."""
    for one in firer().fire_rows([pattern.deadline_id], at).singly:
        firer().fire_one(one, at)
    return traces([pattern.hazard_id], at)[pattern.hazard_id]


def traces(hazard_ids: Collection[int], at: datetime) -> dict[int, Trace]:
    """{hazard id: state, colour, rank, events, firings, papers and messages since `at`}"""
    events = _lists(HazardEvent, "hazard_id", "recorded_at", at, "seq", "action")
    firings = _lists(
        DeadlineFiring, "subject_id", "fired_at", at, "deadline__kind", "rung", "occurrence", "outcome", "event_seq"
    )
    papers = _lists(Document, "subject_id", "created_at", at, "kind")
    told = _lists(OutboxMessage, "subject_id", "created_at", at, "recipient_id", "kind", "event_seq")
    hazards = Hazard.objects.filter(pk__in=hazard_ids).values_list("pk", "state", "colour", "rank")
    return {pk: (*now, events[pk], firings[pk], papers[pk], told[pk]) for pk, *now in hazards}


def _lists(model: Any, of: str, moment: str, at: datetime, *names: str) -> dict[int, tuple[Any, ...]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for pk, *values in model.objects.filter(**{f"{moment}__gte": at}).values_list(of, *names).order_by(*names):
        found[pk].append(tuple(values))
    return defaultdict(tuple, {pk: tuple(values) for pk, values in found.items()})


def check_all(swept_at: datetime) -> None:
    """Every chain holds, every hazard agrees with its rows and deadlines, nothing due is left; a sample is replayed whole."""
    hazard: Hazard | None = None
    events: list[HazardEvent] = []
    assert not Deadline.objects.filter(wake_at__lte=swept_at).exists()
    for event in HazardEvent.objects.select_related("hazard").order_by("hazard", "seq").iterator(chunk_size=2000):
        if hazard is not None and event.hazard_id != hazard.pk:
            assert log.find_breaks(hazard, events) == []
            events = []
        hazard = event.hazard
        events.append(event)
    assert hazard is None or log.find_breaks(hazard, events) == []
    assert [f"{found.hazard}: {found.what}" for found in list_mismatches(swept_at, deep=False)][:5] == []
    assert list(list_clock_mismatches(swept_at, turns_of=turns_of, swept_at=swept_at))[:5] == []
    holders = present_holders(swept_at)
    step = max(1, Hazard.objects.count() // SAMPLE)
    for pk in list(Hazard.objects.order_by("pk").values_list("pk", flat=True))[::step]:
        one = read_with_rows(pk=pk)
        check_hazard(one, read_rows([one])[pk], holders)
