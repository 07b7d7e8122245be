from hazards.models.audience import AudienceKey
from hazards.models.evidence import Evidence, Upload
from hazards.models.hazard import Assignment, Hazard, HazardEvent
from hazards.models.reference import ActorRule, Category, Domain, Place, StepLimit, VerifierRule

__all__ = [
    "ActorRule",
    "Assignment",
    "AudienceKey",
    "Category",
    "Domain",
    "Evidence",
    "Hazard",
    "HazardEvent",
    "Place",
    "StepLimit",
    "Upload",
    "VerifierRule",
]
