"""What was done to an account or a unit, in the audit log."""

from __future__ import annotations

from datetime import datetime

from core.audit import record_audit
from core.models import AuditKind
from organizations.models import Unit, User


def record_account(actor: User | None, at: datetime, action: str, user: User, **detail: object) -> None:
    record_audit(
        kind=AuditKind.ACCOUNT,
        at=at,
        actor=actor,
        action=action,
        subject=f"{user.name}（{user.username}）",
        detail={"user": user.pk, **detail},
    )


def record_unit(actor: User | None, at: datetime, action: str, unit: Unit, /, **detail: object) -> None:
    record_audit(
        kind=AuditKind.SETTINGS,
        at=at,
        actor=actor,
        action=action,
        subject=unit.name,
        detail={"unit": unit.pk, **detail},
    )
