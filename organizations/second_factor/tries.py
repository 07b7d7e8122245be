"""How often wrong codes may be given, so that nobody guesses one and nobody is locked out for good.

Whoever gives codes knows the password already. Tries during a pause are not counted, so each pause ends by itself.
Backup codes are counted apart and only by address: a stranger's wrong codes never stop them from elsewhere. A new
password, set by the person or the security administrator, ends what a stranger can do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from organizations.models import CodeFailure, CodeKind, User

# Three of a million codes are good at a time, so 40 tries a day guess one in some 8,000 days.
MOST_HERE = {CodeKind.APP: 5, CodeKind.BACKUP: 10}
PAUSE_HERE = timedelta(minutes=15)
MOST_ANYWHERE = 40
PAUSE_ANYWHERE = timedelta(hours=24)


def paused_until(user: User, kind: CodeKind, address: str, at: datetime) -> datetime | None:
    """The first moment at which a code may be tried again; None while it may be now."""
    here = CodeFailure.objects.filter(user=user, kind=kind, address=address)
    ends = [_end(here, MOST_HERE[kind], PAUSE_HERE, at)]
    if kind == CodeKind.APP:
        ends.append(_end(CodeFailure.objects.filter(user=user, kind=kind), MOST_ANYWHERE, PAUSE_ANYWHERE, at))
    return max((end for end in ends if end is not None), default=None)


def is_paused(user: User, at: datetime) -> bool:
    """Whether the account's codes are refused at some address."""
    addresses = CodeFailure.objects.filter(user=user, at__gt=at - PAUSE_HERE).values_list("address", flat=True)
    return any(paused_until(user, kind, address, at) for address in {*addresses, ""} for kind in CodeKind)


def count_failure(user: User, kind: CodeKind, address: str, at: datetime) -> int:
    """Write one down; returns how many more may be tried here before the pause."""
    CodeFailure.objects.create(user=user, kind=kind, address=address, at=at)
    recent = CodeFailure.objects.filter(user=user, kind=kind, address=address, at__gt=at - PAUSE_HERE)
    return max(MOST_HERE[kind] - recent.count(), 0)


def forget_failures_here(user: User, address: str) -> None:
    CodeFailure.objects.filter(user=user, address=address).delete()


def forget_all_failures(user_id: int) -> None:
    CodeFailure.objects.filter(user_id=user_id).delete()


def forget_old_failures(at: datetime) -> None:
    CodeFailure.objects.filter(at__lte=at - PAUSE_ANYWHERE).delete()


def _end(failures: QuerySet[CodeFailure], most: int, pause: timedelta, at: datetime) -> datetime | None:
    recent = list(failures.filter(at__gt=at - pause).order_by("-at").values_list("at", flat=True)[:most])
    return recent[-1] + pause if len(recent) == most else None
