"""What holds of every hazard after every act: the invariants marked A in architecture 3.5."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

from django.db.models import Prefetch

from core.clock import today
from core.numbering import is_receipt_number
from hazards import fsm, log
from hazards.actions import ACTIONS
from hazards.models import Assignment, Hazard, HazardEvent
from hazards.services.submit import COMMITMENTS
from hazards.states import NEW, TERMINAL, AssignmentState, Level, State
from organizations.keys import KeyKind
from organizations.posts import present_holdings
from workflows.consistency import list_mismatches
from workflows.flows import HazardFlow
from workflows.models import HazardProcess, HazardTask

WITH_LEAD = {State.ASSIGNED, State.RECTIFYING, State.SUBMITTED, State.VERIFIED}
BARRED = {State.SUBMITTED, State.VERIFIED}
MOVES = set(fsm.list_transitions())
FILE_NUMBER = re.compile(r"(\d{6})-(\d{4})-(\d{5,})")


def check_invariants(at: datetime, *, deep: bool = True) -> int:
    """Fails at the first hazard of which something does not hold; returns how many were looked at.

    `deep` also lets check_consistency look, which asks much the same in its own way.
    """
    hazards = list(
        Hazard.objects.defer("search")
        .select_related("lead_assignment")
        .prefetch_related(  # type: ignore[type-var]
            Prefetch("events", HazardEvent.objects.order_by("seq")),
            Prefetch("assignments", Assignment.objects.exclude(state=AssignmentState.CANCELED), to_attr="live"),
            Prefetch("tasks", HazardTask.objects.filter(finished__isnull=True), to_attr="open_tasks"),
            Prefetch("processes", HazardProcess.objects.filter(finished__isnull=True), to_attr="open_processes"),
        )
        .order_by("id")
    )
    holders = present_holders(at)
    for hazard in hazards:
        events = list(hazard.events.all())
        check_log(hazard, events)
        check_separation(hazard, events)
        check_parties(hazard, hazard.live)
        check_turn(hazard, hazard.open_tasks, hazard.open_processes, holders)
    check_file_numbers(hazards)
    if deep:
        assert [f"{found.hazard}: {found.what}" for found in list_mismatches(at)] == []
    return len(hazards)


def check_one(hazard: Hazard, at: datetime) -> None:
    """The log and the turn of one hazard."""
    check_log(hazard, list(HazardEvent.objects.filter(hazard=hazard).order_by("seq")))
    tasks = list(HazardTask.objects.filter(hazard=hazard, finished__isnull=True))
    check_turn(
        hazard, tasks, list(HazardProcess.objects.filter(hazard=hazard, finished__isnull=True)), present_holders(at)
    )


def present_holders(at: datetime) -> dict[int, set[int]]:
    """{post id: {user id}}"""
    found: dict[int, set[int]] = defaultdict(set)
    for post_id, user_id in present_holdings(today(at)).values_list("post_id", "user_id"):
        found[post_id].add(user_id)
    return found


def check_log(hazard: Hazard, events: list[HazardEvent]) -> None:
    """One chain of legal moves without a gap, from which the hazard can be rebuilt (1, 8, 14)."""
    assert [event.seq for event in events] == list(range(1, hazard.last_seq + 1)), hazard
    assert log.find_breaks(hazard, events) == [], hazard
    told, now = log.replay(events), log.snapshot(hazard, hazard.lead_assignment)
    assert {name: told.get(name) for name in now} == now, hazard
    state, on, at = NEW, None, None
    for event in events:
        assert event.from_state == state, f"{hazard}#{event.seq}"
        assert _is_move(event), f"{hazard}#{event.seq} {event.action}: {event.from_state} to {event.to_state}"
        assert event.kind == ACTIONS[event.action].event
        assert on is None or event.occurred_on >= on
        assert at is None or event.recorded_at >= at
        assert event.seq == 1 or "found_on" not in event.changes, "age was reset"
        state, on, at = event.to_state, event.occurred_on, event.recorded_at
    assert state == hazard.state, hazard


def _is_move(event: HazardEvent) -> bool:
    if event.from_state == event.to_state:
        return (event.action, event.from_state, None) in MOVES
    return (event.action, event.from_state, event.to_state) in MOVES


def check_separation(hazard: Hazard, events: list[HazardEvent]) -> None:
    """Who did the work neither verifies nor closes it (4)."""
    rectifiers: list[int] = []
    for event in events:
        if ACTIONS[event.action].bars_rectifiers:
            assert event.actor_id not in rectifiers, f"{hazard}#{event.seq} by a rectifier"
        rectifiers = event.changes.get("rectifiers", [None, rectifiers])[1]


def check_parties(hazard: Hazard, live: list[Assignment]) -> None:
    """One lead where there must be one; commitments; keys; numbers (6, 7, 9, 11)."""
    if hazard.state in WITH_LEAD:
        assert [row.pk for row in live] == [hazard.lead_assignment_id], hazard
    else:
        assert len(live) <= 1, hazard
    if hazard.level not in ("", Level.GENERAL):
        assert hazard.state not in (*BARRED, State.CLOSED), f"{hazard} went on without an approved plan"
    if hazard.state in (*BARRED, State.CLOSED):
        assert all(hazard.commitments.get(name) for name in COMMITMENTS), hazard
    if hazard.is_restricted:
        assert {key % 4 for key in hazard.visible_to} <= {KeyKind.DUTY, KeyKind.PERSON}, hazard
    assert is_receipt_number(hazard.receipt_number)
    assert bool(hazard.closed_at) == (hazard.state == State.CLOSED)


def check_turn(
    hazard: Hazard, tasks: list[HazardTask], processes: list[HazardProcess], holders_of: dict[int, set[int]]
) -> None:
    """An open hazard has one open to-do at a post that somebody holds who may take it; an ended one has none (1, 13)."""
    if hazard.state in TERMINAL:
        assert (tasks, processes, hazard.responsible_post_id, hazard.due_at) == ([], [], None, None), hazard
        return
    assert (len(tasks), len(processes)) == (1, 1), hazard
    task = tasks[0]
    assert task.flow_task == HazardFlow.route.node_for(hazard.state), hazard
    assert (task.post_id, task.due_at) == (hazard.responsible_post_id, hazard.due_at), hazard
    assert hazard.due_at is not None, hazard
    holders = set(holders_of.get(task.post_id, ()))
    if hazard.state in BARRED:
        holders -= set(hazard.rectifiers)
    assert holders, f"{hazard} waits for a post that nobody may fill"


def check_file_numbers(hazards: list[Hazard]) -> None:
    """One series per county and year, without a gap (9)."""
    series: dict[tuple[str, str], list[int]] = defaultdict(list)
    for hazard in hazards:
        if hazard.file_number:
            match = FILE_NUMBER.fullmatch(hazard.file_number)
            assert match, hazard.file_number
            series[match[1], match[2]].append(int(match[3]))
    for key, serials in series.items():
        assert sorted(serials) == list(range(1, len(serials) + 1)), key
