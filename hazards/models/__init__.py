from hazards.models.audience import AudienceKey
from hazards.models.bulk import BulkRun
from hazards.models.clock import Extension, Measure, Supervision, Suspension
from hazards.models.evidence import Evidence, Upload
from hazards.models.hazard import Assignment, Hazard, HazardEvent
from hazards.models.reference import (
    ActorRule,
    BureauRules,
    Category,
    Domain,
    JudgingClause,
    Place,
    VerifierRule,
)  # fmt: skip
from hazards.models.small import (
    Countersign,
    FirstOpening,
    Instruction,
    ReadingGrant,
    RectificationPlan,
    SupportRequest,
)  # fmt: skip
from hazards.models.unit_measure import UnitMeasure
from hazards.models.unit_supervision import UnitSupervision, UnitSupervisionNote

__all__ = [
    "ActorRule",
    "Assignment",
    "AudienceKey",
    "BulkRun",
    "BureauRules",
    "Category",
    "Countersign",
    "Domain",
    "Evidence",
    "Extension",
    "FirstOpening",
    "Hazard",
    "HazardEvent",
    "Instruction",
    "JudgingClause",
    "Measure",
    "Place",
    "ReadingGrant",
    "RectificationPlan",
    "Supervision",
    "SupportRequest",
    "Suspension",
    "UnitMeasure",
    "UnitSupervision",
    "UnitSupervisionNote",
    "Upload",
    "VerifierRule",
]
