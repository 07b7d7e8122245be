"""The audit log beside the hazards' own log: denials, logins, accounts, settings."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from core.clock import now
from core.errors import DomainError
from core.models import AuditEntry, AuditKind

Actor = AbstractBaseUser | AnonymousUser | None


def record_audit(
    *,
    kind: str,
    at: datetime,
    actor: Actor = None,
    action: str = "",
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    address: str = "",
    path: str = "",
) -> AuditEntry:
    """Append an entry in the caller's transaction, if there is one; texts that are too long are cut."""
    entry = make_entry(
        kind=kind, at=at, actor=actor, action=action, subject=subject, detail=detail, address=address, path=path
    )
    entry.save(force_insert=True)
    return entry


def record_many(entries: Iterable[AuditEntry]) -> None:
    """What `make_entry` made, for an act that changes hundreds of rows at once."""
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def make_entry(
    *,
    kind: str,
    at: datetime,
    actor: Actor = None,
    action: str = "",
    subject: str = "",
    detail: Mapping[str, object] | None = None,
    address: str = "",
    path: str = "",
) -> AuditEntry:
    return AuditEntry(
        at=at,
        kind=AuditKind(kind),
        actor_id=actor.pk if actor is not None else None,
        actor_name=_name(actor)[:150],
        address=address[:64],
        path=path[:300],
        action=action[:60],
        subject=subject[:200],
        detail=dict(detail or {}),
    )


def _name(actor: Actor) -> str:
    if actor is None or not actor.is_authenticated:
        return ""
    full_name = getattr(actor, "get_full_name", None)
    return (str(full_name()) if callable(full_name) else "") or actor.get_username()


def deny(
    *,
    error: DomainError,
    at: datetime,
    actor: Actor,
    action: str = "",
    subject: str = "",
    address: str = "",
    path: str = "",
) -> None:
    """Record a refusal in a transaction of its own, once per error.

    Call it after the refused transaction ended: inside one it raises RuntimeError, as the entry would be lost.
    """
    if error.is_recorded:
        return
    with transaction.atomic(durable=True):
        record_audit(
            kind=AuditKind.DENIAL,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            detail={"code": error.code, "message": error.message},
            address=address,
            path=path,
        )
    error.is_recorded = True


def deny_request(*, request: HttpRequest, error: DomainError, action: str = "", subject: str = "") -> None:
    """Record what a page or an API call was refused: 403, and 404 of a scoped object to somebody signed in.

    Does nothing for other errors, so error handlers may call it for every DomainError.
    """
    actor: Actor = getattr(request, "user", None)
    is_signed_in = actor is not None and actor.is_authenticated
    if error.status != 403 and not (error.status == 404 and is_signed_in):
        return
    deny(
        error=error,
        at=now(),
        actor=actor,
        action=action,
        subject=subject,
        address=client_address(request),
        path=f"{request.method} {request.path}",
    )


def client_address(request: HttpRequest) -> str:
    """The peer's address; a proxy in front must rewrite REMOTE_ADDR, as its header can be forged."""
    return str(request.META.get("REMOTE_ADDR", ""))
