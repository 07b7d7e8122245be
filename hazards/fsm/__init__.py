"""The state machines. The only package that knows django_fsm."""

from hazards.fsm.clock import (
    ExtensionMachine,
    MeasureMachine,
    SupervisionMachine,
    SuspensionMachine,
    UnitMeasureMachine,
    UnitSupervisionMachine,
)  # fmt: skip
from hazards.fsm.main import HazardMachine, is_legal, list_transitions, move
from hazards.fsm.small import (
    AssignmentMachine,
    CountersignMachine,
    InstructionMachine,
    PlanMachine,
    SupportMachine,
)  # fmt: skip

__all__ = [
    "AssignmentMachine",
    "CountersignMachine",
    "ExtensionMachine",
    "HazardMachine",
    "InstructionMachine",
    "MeasureMachine",
    "PlanMachine",
    "SupervisionMachine",
    "SupportMachine",
    "SuspensionMachine",
    "UnitMeasureMachine",
    "UnitSupervisionMachine",
    "is_legal",
    "list_transitions",
    "move",
]
