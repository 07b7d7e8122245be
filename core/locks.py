"""A wait for a row that took too long is told as Busy, not as a server error."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from core.errors import Busy

LOCK_NOT_AVAILABLE = "55P03"
DEADLOCK_DETECTED = "40P01"


def is_lock_timeout(error: BaseException) -> bool:
    return getattr(error.__cause__, "pgcode", None) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}


@contextmanager
def busy_on_lock_timeout() -> Iterator[None]:
    """Turn a lock timeout or deadlock inside the block into Busy; the transaction is lost either way."""
    try:
        yield
    except OperationalError as exc:
        if is_lock_timeout(exc):
            raise Busy from exc
        raise
