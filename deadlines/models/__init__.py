from deadlines.models.calendar import DutyDay, SchoolTerm, Semester, WorkSeason
from deadlines.models.deadline import ClockProcess, Deadline, DeadlineFiring
from deadlines.models.policy import Anchor, Colour, Measure, Policy, PolicyLimit, Rung, Season

__all__ = [
    "Anchor",
    "ClockProcess",
    "Colour",
    "Deadline",
    "DeadlineFiring",
    "DutyDay",
    "Measure",
    "Policy",
    "PolicyLimit",
    "Rung",
    "SchoolTerm",
    "Season",
    "Semester",
    "WorkSeason",
]
