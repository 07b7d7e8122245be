"""What holds of every hazard after every act: the invariants of architecture 3.5."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from core.clock import today
from core.numbering import is_receipt_number
from hazards import fsm, log
from hazards.actions import ACTIONS
from hazards.clock_check import list_clock_mismatches
from hazards.models import Assignment, Hazard, HazardEvent
from hazards.small import SMALLS
from hazards.states import NEW, TERMINAL, AssignmentState, Level, State
from notifications.consistency import list_wrong_inboxes
from organizations.keys import KeyKind, duty_key, unit_key
from organizations.models import Unit
from organizations.posts import present_holdings
from tests.support.log_story import check_story
from workflows.consistency import list_mismatches, turns_of
from workflows.flows import HazardFlow
from workflows.models import HazardProcess, HazardTask, SideTask

# The lead assignment goes with the main state.
LEAD_STATE = {
    State.ASSIGNED: AssignmentState.SENT,
    State.RECTIFYING: AssignmentState.SIGNED,
    State.SUBMITTED: AssignmentState.DONE,
    State.VERIFIED: AssignmentState.CONFIRMED,
    State.CLOSED: AssignmentState.CONFIRMED,
}
BARRED = {State.SUBMITTED, State.VERIFIED}
MOVES = set(fsm.list_transitions())
FILE_NUMBER = re.compile(r"(\d{6})-(\d{4})-(\d{5,})")
# What awaits somebody beside the main line, as architecture 3.4 has it: (machine, state).
AWAITING = {
    ("part", "sent"), ("part", "signed"), ("part", "done"), ("return", "requested"), ("plan", "draft"),
    ("plan", "in_review"), ("countersign", "open"), ("support", "open"), ("instruction", "open"),
    ("extension", "requested"), ("suspension", "in_force"), ("suspension", "resume_requested"), ("supervision", "proposed"),
    ("supervision", "listed"), ("supervision", "passed"), ("measure", "draft"), ("measure", "issued"),
    ("measure", "awaiting_reply"),
}  # fmt: skip
LIVING_LISTINGS = ("proposed", "listed", "acceptance_requested", "passed")
# By these alone the day of a paper moves. Source: process.md a.7 no. 5, with what the clock brings.
LIMIT_MOVERS = {
    "rule_extension", "set_limit", "regrade", "move_paper_limit", "fail_verification", "schedule", "reopen", "withdraw",
    "recompute", "record_listing", "absorb", "merge", "transfer", "rule_return", "return_submission",
}  # fmt: skip
Holders = dict[int, set[int]]


@dataclass
class Rows:
    """The small rows of one hazard by the name of their machine, ended ones too, and the open turns beside the main one."""

    by_machine: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    turns: list[SideTask] = field(default_factory=list)

    def living(self) -> list[Any]:
        return [
            row for small in SMALLS for row in self.by_machine[small.name] if row.state not in small.ended
        ]  # fmt: skip


def check_invariants(at: datetime, *, deep: bool = True) -> int:
    """Fails at the first hazard of which something does not hold; returns how many were looked at.

    `deep` also lets check_consistency look, which asks much the same in its own way.
    """
    hazards = list(_with_rows(Hazard.objects.all()))
    holders = present_holders(at)
    rows = read_rows(hazards)
    for hazard in hazards:
        events = list(hazard.events.all())
        check_log(hazard, events, rows[hazard.pk])
        check_turn(hazard, hazard.open_tasks, hazard.open_processes, holders)
        check_parties(hazard, rows[hazard.pk])
        check_sides(hazard, rows[hazard.pk], holders)
        check_listing(hazard, rows[hazard.pk])
    check_file_numbers(hazards)
    check_mergers(hazards)
    if deep:
        assert [f"{found.hazard}: {found.what}" for found in list_mismatches(at)] == []
        assert list_wrong_inboxes() == []
    return len(hazards)


def _with_rows(hazards: Any) -> Any:
    return (
        hazards.defer("search")
        .select_related("lead_assignment")
        .prefetch_related(
            Prefetch("events", HazardEvent.objects.order_by("seq")),
            Prefetch("tasks", HazardTask.objects.filter(finished__isnull=True), to_attr="open_tasks"),
            Prefetch("processes", HazardProcess.objects.filter(finished__isnull=True), to_attr="open_processes"),
        )
        .order_by("id")
    )


def read_rows(hazards: list[Hazard]) -> dict[int, Rows]:
    """{hazard id: its small rows}"""
    found: dict[int, Rows] = defaultdict(Rows)
    pks = [hazard.pk for hazard in hazards if hazard.has_small_rows]
    if pks:
        for small in SMALLS:
            for row in small.model._default_manager.filter(hazard__in=pks).order_by("pk"):
                found[row.hazard_id].by_machine[small.name].append(row)
    pks = [hazard.pk for hazard in hazards]
    for turn in SideTask.objects.filter(hazard__in=pks, finished__isnull=True).select_related("process"):
        found[turn.hazard_id].turns.append(turn)
    return found


def read_with_rows(**which: Any) -> Hazard:
    """One hazard with its lead, its log and its turns."""
    [hazard] = _with_rows(Hazard.objects.filter(**which))
    return hazard  # type: ignore[no-any-return]


def check_one(hazard: Hazard, at: datetime, holders: Holders | None = None) -> None:
    """The log and the turns of one hazard."""
    hazard = read_with_rows(pk=hazard.pk)
    holders = present_holders(at) if holders is None else holders
    check_hazard(hazard, read_rows([hazard])[hazard.pk], holders)
    check_clock(hazard, at)


def check_clock(hazard: Hazard, at: datetime) -> None:
    """What the clock keeps of it is what it would reckon (2, 12, 13)."""
    assert list(list_clock_mismatches(at, turns_of=turns_of, hazards=Hazard.objects.filter(pk=hazard.pk))) == []


def check_hazard(hazard: Any, rows: Rows, holders: Holders, *, replays: bool = True) -> None:
    if replays:
        check_log(hazard, list(hazard.events.all()), rows)
    check_turn(hazard, hazard.open_tasks, hazard.open_processes, holders)
    check_parties(hazard, rows)
    check_sides(hazard, rows, holders)
    check_listing(hazard, rows)


def check_listing(hazard: Hazard, rows: Rows) -> None:
    """The file tells the one listing that lives; none outlives the case (2)."""
    living = [row.state for row in rows.by_machine["supervision"] if row.state in LIVING_LISTINGS]
    assert [hazard.listing] == (living or [""]), f"{hazard} tells {hazard.listing!r}, there is {living}"
    assert hazard.state not in TERMINAL or not living, f"{hazard} is {hazard.state} and still {living}"


def present_holders(at: datetime) -> Holders:
    """{post id: {user id}}"""
    found: Holders = defaultdict(set)
    for post_id, user_id in present_holdings(today(at)).values_list("post_id", "user_id"):
        found[post_id].add(user_id)
    return found


def check_log(hazard: Hazard, events: list[HazardEvent], rows: Rows) -> None:
    """One chain of legal moves without a gap, from which the hazard and its small rows can be rebuilt (1, 8, 14)."""
    assert [event.seq for event in events] == list(range(1, hazard.last_seq + 1)), hazard
    assert log.find_breaks(hazard, events) == [], hazard
    told, now = log.replay(events), log.snapshot(hazard, hazard.lead_assignment)
    for row in rows.living():
        if row.pk != hazard.lead_assignment_id or not isinstance(row, Assignment):
            now |= log.snapshot_row(row)
    wrong = {name: (told.get(name), value) for name, value in now.items() if told.get(name) != value}
    assert wrong == {}, f"{hazard} is not what its log tells: {wrong}"
    state, on, at = NEW, None, None
    for event in events:
        assert event.from_state == state, f"{hazard}#{event.seq}"
        assert _is_move(event), f"{hazard}#{event.seq} {event.action}: {event.from_state} to {event.to_state}"
        assert event.kind == ACTIONS[event.action].event
        assert on is None or event.occurred_on >= on
        assert at is None or event.recorded_at >= at
        check_limits_moved(event)
        state, on, at = event.to_state, event.occurred_on, event.recorded_at
    assert state == hazard.state, hazard
    check_story(hazard, events)


def check_limits_moved(event: HazardEvent) -> None:
    """The limit of an assignment moves by a named act only (5)."""
    for name, (old, new) in event.changes.items():
        is_limit = name == "lead.limit_on" and "lead_assignment_id" not in event.changes
        is_limit |= name.startswith("part.") and name.endswith(".limit_on")
        if is_limit and old is not None and new is not None:
            assert event.action in LIMIT_MOVERS, f"{event} moved {name} from {old} to {new}"


def _is_move(event: HazardEvent) -> bool:
    stays = event.from_state == event.to_state and (event.action, event.from_state, None) in MOVES
    return stays or (event.action, event.from_state, event.to_state) in MOVES


def check_parties(hazard: Hazard, rows: Rows) -> None:
    """One lead where there must be one, in the state that goes with the case; keys; numbers (6, 9, 11)."""
    lead = hazard.lead_assignment
    if hazard.state in LEAD_STATE:
        assert lead is not None and lead.hazard_id == hazard.pk, f"{hazard} {hazard.state} without a lead"
        assert lead.state == LEAD_STATE[State(hazard.state)], f"{hazard} is {hazard.state}, its lead {lead.state}"
    elif hazard.state not in TERMINAL:
        assert lead is None or lead.state == AssignmentState.CANCELED, f"{hazard} {hazard.state} has a lead"
    parts = [row for row in rows.by_machine["part"] if row.state != AssignmentState.CANCELED]
    units = [row.unit_id for row in parts if row.kind != "control"]
    assert len(units) == len(set(units)), f"{hazard}: two living assignments of one unit"
    keys = set(hazard.visible_to)
    if hazard.is_restricted:
        assert {key % 4 for key in keys} <= {KeyKind.DUTY, KeyKind.PERSON}, hazard
    own = duty_key if hazard.is_restricted else unit_key
    assert {own(row.unit_id) for row in parts} <= keys, f"{hazard}: a unit with a part can't read it"
    assert set(hazard.guest_keys) <= keys, hazard
    assert is_receipt_number(hazard.receipt_number)
    assert bool(hazard.closed_at) == (hazard.state == State.CLOSED), hazard


def check_turn(hazard: Hazard, tasks: list[HazardTask], processes: list[HazardProcess], holders_of: Holders) -> None:
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
    if hazard.state == State.VERIFIED and hazard.level != Level.GENERAL:
        holders -= set(hazard.verifiers)
    assert holders, f"{hazard} waits for a post that nobody may fill"


def check_sides(hazard: Hazard, rows: Rows, holders_of: Holders) -> None:
    """Each small row that awaits somebody has one open turn at a held post; nothing else has one."""
    wanted: list[tuple[str, int]] = []
    is_over = hazard.state in TERMINAL
    for machine, found in rows.by_machine.items():
        for row in found:
            if is_over and machine != "countersign":
                continue
            if (machine, row.state) in AWAITING and not _is_lead_or_control(hazard, machine, row):
                wanted.append((machine, row.pk))
            if machine == "part" and row.state != AssignmentState.CANCELED and ("return", row.return_state) in AWAITING:
                wanted.append(("return", row.pk))
    turns = [(turn.process.machine, turn.process.row_id) for turn in rows.turns]
    assert sorted(turns) == sorted(wanted), f"{hazard} {hazard.state}: open turns {turns}, waiting {wanted}"
    for turn in rows.turns:
        assert holders_of.get(turn.post_id), f"{hazard}: {turn.process.machine} waits for a post that nobody holds"
        assert turn.due_at is not None, f"{hazard}: {turn.process.machine} waits for ever"


def _is_lead_or_control(hazard: Hazard, machine: str, row: Any) -> bool:
    return machine == "part" and (row.pk == hazard.lead_assignment_id or row.kind == "control")


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


def check_mergers(hazards: list[Hazard]) -> None:
    """A merged hazard has one master of the same campus that is not merged itself, and is no older than it (10)."""
    by_id = {hazard.pk: hazard for hazard in hazards}
    for hazard in hazards:
        assert (hazard.merged_into_id is not None) == (hazard.state == State.MERGED), hazard
        if hazard.merged_into_id in by_id:
            master = by_id[hazard.merged_into_id]
            assert master.state != State.MERGED, f"{hazard} went into {master}, which went on"
            assert master.unit_id == hazard.unit_id or not Unit.objects.get(pk=hazard.unit_id).is_active
            assert master.found_on <= hazard.found_on, f"{master} is younger than {hazard}"
            assert master.is_restricted == hazard.is_restricted
