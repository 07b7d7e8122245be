"""The small machines of a hazard: what each logs, whom each state awaits, how each ends with the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hazards.models import Assignment, Countersign, Hazard, Instruction, RectificationPlan, SupportRequest
from hazards.states import AssignmentKind, AssignmentState, CountersignState, InstructionState, PlanState, SupportState
from hazards.states import ReturnState as Return

Row = Assignment | RectificationPlan | Countersign | SupportRequest | Instruction

PART_FIELDS = (
    "state", "return_state", "kind", "unit_id", "issuer_unit_id", "issuer_post_id", "issued_as", "requirements", "assigned_at",
    "limit_on", "due_at", "reply_on", "submitted_at", "result", "is_deemed_received", "return_reason", "return_suggestion",
    "leader_name", "handler_name", "leader_id", "handler_id",
)  # fmt: skip


@dataclass(frozen=True)
class Small:
    """`name` is the prefix of its rows in the log: `plan.12.state`."""

    name: str
    model: type[Row]
    fields: tuple[str, ...]
    # A row in one of these is over.
    ended: frozenset[str]


SMALLS = (
    Small("part", Assignment, PART_FIELDS, frozenset({AssignmentState.CANCELED})),
    Small(
        "plan",
        RectificationPlan,
        (
            "state", "assignment_id", "goal", "responsibility", "measures", "funding", "deadline", "contingency", "amount",
            "funding_source", "milestones", "comment", "approved_at",
        ),
        frozenset({PlanState.ENDED}),
    ),
    Small(
        "countersign",
        Countersign,
        ("state", "action", "seen_version", "proposer_id", "proposer_post_id", "second_id", "opened_at", "due_at", "note"),
        frozenset(CountersignState) - {CountersignState.OPEN},
    ),
    Small(
        "support",
        SupportRequest,
        ("state", "assignment_id", "kind", "reason", "amount", "to_unit_id", "opened_at", "due_at", "answer"),
        frozenset(SupportState) - {SupportState.OPEN},
    ),
    Small(
        "instruction",
        Instruction,
        ("state", "author_id", "author_label", "text", "to_unit_id", "opened_at", "due_at", "reply"),
        frozenset(InstructionState) - {InstructionState.OPEN},
    ),
)  # fmt: skip
BY_MODEL: Mapping[type[Any], Small] = {small.model: small for small in SMALLS}
BY_NAME: Mapping[str, Small] = {small.name: small for small in SMALLS}

# (machine, state) → the act it waits for. A side flow of workflows has a node for each.
AWAITED_BY: Mapping[tuple[str, str], str] = {
    ("part", AssignmentState.SENT): "sign_part",
    ("part", AssignmentState.SIGNED): "finish_part",
    ("part", AssignmentState.DONE): "confirm_part",
    ("return", Return.REQUESTED): "rule_return",
    ("plan", PlanState.DRAFT): "submit_plan",
    ("plan", PlanState.IN_REVIEW): "approve_plan",
    ("countersign", CountersignState.OPEN): "confirm_countersign",
    ("support", SupportState.OPEN): "answer_support",
    ("instruction", InstructionState.OPEN): "reply_instruction",
}  # fmt: skip


def is_lead(hazard: Hazard, row: Row) -> bool:
    return isinstance(row, Assignment) and row.pk is not None and row.pk == hazard.lead_assignment_id


def machines_of(hazard: Hazard, row: Row) -> list[tuple[str, str]]:
    """(machine, state) of a row: an assignment has its part and its return request; the lead's part is the main flow."""
    if not isinstance(row, Assignment):
        return [(BY_MODEL[type(row)].name, str(row.state))]
    asked = Return.NONE if row.state == AssignmentState.CANCELED else str(row.return_state)
    machines = [("return", str(asked))]
    if row.kind != AssignmentKind.CONTROL and not is_lead(hazard, row):
        machines.append(("part", str(row.state)))
    return machines
