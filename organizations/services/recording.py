"""What was done to an account, in the audit log."""

from __future__ import annotations

from datetime import datetime

from core.audit import record_audit
from core.models import AuditKind
from organizations.models import User


def record_account(actor: User | None, at: datetime, action: str, user: User, **detail: object) -> None:
    record_audit(
        kind=AuditKind.ACCOUNT,
        at=at,
        actor=actor,
        action=action,
        subject=f"{user.name}（{user.username}）",
        detail={"user": user.pk, **detail},
    )
