from organizations.models.people import Holding, Post, User
from organizations.models.runs import DailyRun
from organizations.models.security import (
    AuthenticatorApp,
    BackupCode,
    CodeFailure,
    CodeKind,
    FormerPassword,
    PasswordProfile,
    RememberedDevice,
    SecurityPolicy,
)
from organizations.models.sheets import HandOverSheet, PeopleImport
from organizations.models.units import Mandate, Unit

__all__ = [
    "AuthenticatorApp",
    "BackupCode",
    "CodeFailure",
    "CodeKind",
    "DailyRun",
    "FormerPassword",
    "HandOverSheet",
    "Holding",
    "Mandate",
    "PasswordProfile",
    "PeopleImport",
    "Post",
    "RememberedDevice",
    "SecurityPolicy",
    "Unit",
    "User",
]
