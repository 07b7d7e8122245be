"""The small machines of a hazard: what each logs, whom each state awaits, how each ends with the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hazards.models import (
    Assignment,
    Countersign,
    Extension,
    Hazard,
    Instruction,
    Measure,
    RectificationPlan,
    Supervision,
    SupportRequest,
    Suspension,
)  # fmt: skip
from hazards.states import AssignmentKind, AssignmentState, CountersignState, InstructionState, PlanState, SupportState
from hazards.states import ReturnState as Return
from hazards.states_clock import ExtensionState, MeasureState, SupervisionState, SuspensionState

# What the clock brings.
ClockRow = Extension | Suspension | Supervision | Measure
Row = Assignment | RectificationPlan | Countersign | SupportRequest | Instruction | ClockRow

PART_FIELDS = (
    "state", "return_state", "kind", "unit_id", "issuer_unit_id", "issuer_post_id", "issued_as", "requirements", "assigned_at",
    "limit_on", "first_limit_on", "due_at", "reply_on", "submitted_at", "result", "is_deemed_received", "return_reason", "return_suggestion",
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
    Small(
        "extension",
        Extension,
        (
            "state", "assignment_id", "number", "reason_kind", "reason", "control", "milestones", "old_limit_on", "asked_until_on",
            "is_late", "to_unit_id", "asked_by_id", "asked_through_id", "opened_at", "due_at", "granted_until_on", "opinion",
        ),
        frozenset(ExtensionState) - {ExtensionState.REQUESTED},
    ),
    Small(
        "suspension",
        Suspension,
        (
            "state", "kind", "scope", "reason", "order_number", "from_on", "guard", "pupils", "issuer_unit_id", "unit_id",
            "is_mandatory", "opened_at", "due_at", "guarded_on", "resume_basis", "asked_by_id", "asked_through_id", "opinion",
            "ended_on",
        ),
        frozenset({SuspensionState.LIFTED, SuspensionState.PERMANENT, SuspensionState.ENDED}),
    ),
    Small(
        "supervision",
        Supervision,
        (
            "state", "trigger", "authority", "lister_unit_id", "lister_name", "is_external", "is_standing", "reason",
            "requirements", "notice_number", "supervisor_unit_id", "supervisor", "opened_at", "listed_on", "term_on",
            "plan_due_on", "report_due_on", "visit_due_on", "due_at", "n_extended", "is_missed", "ban_until_on", "announcement",
            "is_public", "opinion", "delisted_on", "delisting_number",
        ),
        frozenset({SupervisionState.DECLINED, SupervisionState.DELISTED, SupervisionState.ENDED}),
    ),
    Small(
        "measure",
        Measure,
        (
            "state", "kind", "cause", "rung", "unit_id", "to_unit_id", "interview_type", "text", "requirements", "opened_at",
            "due_at", "decided_by_id", "decided_post_id", "decided_on", "opinion", "held_on", "minutes", "reply_on", "reply", "withdrawn_reason",
            "document_id",
        ),
        frozenset({MeasureState.DECLINED, MeasureState.WITHDRAWN, MeasureState.ENDED}),
    ),
)  # fmt: skip
BY_MODEL: Mapping[type[Any], Small] = {small.model: small for small in SMALLS}
BY_NAME: Mapping[str, Small] = {small.name: small for small in SMALLS}

# Their due moment is told to people in the row itself.
OWN_DUE = (Countersign, SupportRequest, Instruction, Extension, Suspension, Supervision, Measure)

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
    ("extension", ExtensionState.REQUESTED): "rule_extension",
    ("suspension", SuspensionState.IN_FORCE): "prove_guard",
    ("suspension", SuspensionState.RESUME_REQUESTED): "rule_resume",
    ("supervision", SupervisionState.PROPOSED): "decide_listing",
    ("supervision", SupervisionState.LISTED): "visit_supervision",
    ("supervision", SupervisionState.PASSED): "delist",
    ("measure", MeasureState.DRAFT): "decide_measure",
    ("measure", MeasureState.ISSUED): "record_interview",
    ("measure", MeasureState.AWAITING_REPLY): "reply_measure",
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
