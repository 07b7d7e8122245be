"""Which transitions logs tell of, and which there are."""

from __future__ import annotations

from collections.abc import Iterable

from django_fsm import GET_STATE

from hazards import fsm
from hazards.models import HazardEvent
from hazards.states import AssignmentState, CountersignState, InstructionState, PlanState, ReturnState, SupportState
from hazards.states_clock import ExtensionState, MeasureState, SupervisionState, SuspensionState

# (machine or action, from, to); a new row comes from "".
Move = tuple[str, str, str]
MACHINES = {
    "part": (fsm.AssignmentMachine, "state", AssignmentState),
    "return": (fsm.AssignmentMachine, "return_state", ReturnState),
    "plan": (fsm.PlanMachine, "state", PlanState),
    "countersign": (fsm.CountersignMachine, "state", CountersignState),
    "support": (fsm.SupportMachine, "state", SupportState),
    "instruction": (fsm.InstructionMachine, "state", InstructionState),
    "extension": (fsm.ExtensionMachine, "state", ExtensionState),
    "suspension": (fsm.SuspensionMachine, "state", SuspensionState),
    "supervision": (fsm.SupervisionMachine, "state", SupervisionState),
    "measure": (fsm.MeasureMachine, "state", MeasureState),
}  # fmt: skip


def moves_told(events: Iterable[HazardEvent]) -> set[Move]:
    """Of main states by action, of small machines by machine; the lead's assignment counts as one."""
    found: set[Move] = set()
    for event in events:
        found.add((event.action, event.from_state, event.to_state))
        for name, (old, new) in event.changes.items():
            machine, rest = name.split(".", 1)[0], name.rsplit(".", 1)[-1]
            if "." not in name or old == new or old is None or new is None:
                continue
            if rest == "state":
                found.add(("part" if machine == "lead" else machine, old, new))
            elif rest == "return_state":
                found.add(("return", old, new))
    return found


def main_moves() -> set[Move]:
    return {(action, source, target or source) for action, source, target in fsm.list_transitions()}


def small_moves() -> set[Move]:
    """Named moves of the small machines; what withdrawing puts back is told by `restore` apart."""
    found: set[Move] = set()
    for name, (machine, field, states) in MACHINES.items():
        for method in vars(machine).values():
            meta = getattr(method, "_django_fsm", None)
            if meta is None or meta.field.name != field:
                continue
            for source, step in meta.transitions.items():
                if isinstance(step.target, GET_STATE):
                    continue
                sources = list(states.values) if source == "*" else [str(source)]
                found |= {(name, one, str(step.target)) for one in sources if one != step.target}
    return found
