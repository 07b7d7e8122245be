from hazards.models.audience import AudienceKey
from hazards.models.bulk import BulkRun
from hazards.models.evidence import Evidence, Upload
from hazards.models.hazard import Assignment, Hazard, HazardEvent
from hazards.models.reference import (
    ActorRule,
    BureauRules,
    Category,
    Domain,
    JudgingClause,
    Place,
    StepLimit,
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
    "FirstOpening",
    "Hazard",
    "HazardEvent",
    "Instruction",
    "JudgingClause",
    "Place",
    "ReadingGrant",
    "RectificationPlan",
    "StepLimit",
    "SupportRequest",
    "Upload",
    "VerifierRule",
]
