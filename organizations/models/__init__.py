from organizations.models.people import Holding, Post, User
from organizations.models.runs import DailyRun
from organizations.models.units import Mandate, Unit

__all__ = ["DailyRun", "Holding", "Mandate", "Post", "Unit", "User"]
