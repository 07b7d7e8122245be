from deadlines.models.deadline import ClockProcess, Deadline, DeadlineFiring
from deadlines.models.policy import Anchor, Colour, Measure, Policy, PolicyLimit, Rung, Season

__all__ = [
    "Anchor",
    "ClockProcess",
    "Colour",
    "Deadline",
    "DeadlineFiring",
    "Measure",
    "Policy",
    "PolicyLimit",
    "Rung",
    "Season",
]
