from organizations.models.people import Holding, Post, User
from organizations.models.runs import DailyRun
from organizations.models.sheets import HandOverSheet, PeopleImport
from organizations.models.units import Mandate, Unit

__all__ = ["DailyRun", "HandOverSheet", "Holding", "Mandate", "PeopleImport", "Post", "Unit", "User"]
