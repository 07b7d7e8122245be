"""The turns of small rows after an act: opened, passed on, ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.prepared import send
from hazards import log
from hazards.hooks import SideMove, advance_sides
from hazards.models import Assignment, HazardEvent
from hazards.routing import next_side_step
from hazards.row_posts import posts_for_row
from hazards.services.act import Act, Touched
from hazards.services.timing import side_statements
from hazards.small import AWAITED_BY, BY_MODEL, OWN_DUE, machines_of
from hazards.states import TERMINAL, AssignmentState, CountersignState


def move_sides(act: Act, event: HazardEvent) -> list[SideMove]:
    """Open, pass on or end the turns of the small rows that the act touched; gives what was moved."""
    moves: list[SideMove] = []
    _read_posts_of_parts(act)
    for one in act.touched:
        before = _states_before(act, one.row, one.before)
        for machine, state in machines_of(act.hazard, one.row):
            if not {(machine, state), (machine, before.get(machine, ""))} & AWAITED_BY.keys():
                continue
            is_same = before.get(machine) == state and not act.opens_turns
            if is_same and not _is_moved_by_case(act) and not _has_new_limit(one):
                continue
            assert act.hazard.last_recorded_at is not None
            step = next_side_step(act.case, machine, state, one.row, since=act.hazard.last_recorded_at)
            second = act.second if machine == "countersign" and state == CountersignState.CONFIRMED else None
            moves.append(
                SideMove(
                    hazard=act.hazard, machine=machine, row_id=one.row.pk, state=state, step=step, event=event,
                    acted_post_id=second.post.id if second else act.acted_post_id,
                    opened_at=act.hazard.last_recorded_at, second_id=second.user.pk if second else None,
                    is_same_turn=is_same,
                )
            )  # fmt: skip
    moves.extend(_moves_of_barred(act, event))
    moves.extend(_moves_of_dues(act, event))
    if moves:
        for advance in advance_sides:
            advance(moves)
        send(side_statements(act.case, moves))
    return moves


def _read_posts_of_parts(act: Act) -> None:
    """Of all units that are ordered in one act at once."""
    units = [one.row.unit for one in act.touched if isinstance(one.row, Assignment)]
    if len(units) > 1:
        act.case.directory.posts_in(sorted({step for unit in units for step in unit.path}))


def _is_moved_by_case(act: Act) -> bool:
    """The end of a case, another lead or level moves the turns of rows that did not change themselves."""
    hazard = act.hazard
    return (
        hazard.state in TERMINAL
        or act.turn.lead_assignment_id != hazard.lead_assignment_id
        # Other posts answer at another level.
        or act.before.get("level", hazard.level) != hazard.level
    )


def _has_new_limit(one: Touched) -> bool:
    """The unit's own limit moved with the lead's, or the row is due anew."""
    if one.before and isinstance(one.row, OWN_DUE):
        name = f"{BY_MODEL[type(one.row)].name}.{one.row.pk}.due_at"
        return name in log.differences(one.before, log.snapshot_row(one.row))
    if not one.before or not isinstance(one.row, Assignment) or one.row.state != AssignmentState.SIGNED:
        return False
    return f"part.{one.row.pk}.limit_on" in log.differences(one.before, log.snapshot_row(one.row))


def _states_before(act: Act, row: object, before: log.Snapshot) -> dict[str, str]:
    """{machine: state} as the row stood before the act; empty for a new one."""
    told = {name.rsplit(".", 1)[1]: value for name, value in before.items()}
    if not told:
        return {}
    if isinstance(row, Assignment):
        return {"part": str(told["state"]), "return": str(told["return_state"])}
    machine = next(iter(before)).split(".", 1)[0]
    return {machine: str(told["state"])}


def _moves_of_dues(act: Act, event: HazardEvent) -> Iterator[SideMove]:
    """Turns that go on until another moment."""
    hazard, at = act.hazard, act.hazard.last_recorded_at or act.at
    for due in act.side_dues:
        [state] = [state for machine, state in machines_of(hazard, due.row) if machine == due.machine]
        step = next_side_step(act.case, due.machine, state, due.row, since=due.began_at)
        if step is not None:
            yield SideMove(
                hazard=hazard, machine=due.machine, row_id=due.row.pk, state=state,
                step=replace(step, due_at=due.due_at), event=event, acted_post_id=None, opened_at=at, is_same_turn=True,
                began_at=due.began_at,
            )  # fmt: skip


def _moves_of_barred(act: Act, event: HazardEvent) -> Iterator[SideMove]:
    """Who judges a plan or agrees to a verdict, where an act made the one who should have a rectifier."""
    hazard, case = act.hazard, act.case
    before, now = act.before.get("rectifiers"), hazard.rectifiers
    if before is None or before == now or not hazard.has_small_rows or hazard.state in TERMINAL:
        return
    touched = [one.row for one in act.touched]
    for row in (case.plan, case.countersign):
        if row is None or row in touched:
            continue
        [(machine, state)] = machines_of(hazard, row)
        if (machine, state) not in AWAITED_BY:
            continue
        assert hazard.last_recorded_at is not None
        hazard.rectifiers = before
        owed = posts_for_row(case, AWAITED_BY[machine, state], row)
        hazard.rectifiers = now
        step = next_side_step(case, machine, state, row, since=hazard.last_recorded_at)
        if step is not None and owed and owed[0].id != step.post_id:
            yield SideMove(
                hazard=hazard, machine=machine, row_id=row.pk, state=state, step=step, event=event,
                acted_post_id=act.acted_post_id, opened_at=hazard.last_recorded_at, is_same_turn=True,
            )  # fmt: skip
