"""Where upper layers join in; they fill these lists in their AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HoldingChange:
    """A post may have gained or lost a present holder, or its unit became (in)active."""

    post_id: int
    unit_id: int
    # From the root down to the unit itself.
    unit_path: tuple[int, ...]
    at: datetime


# Called in the transaction that changed something; one that raises core.errors.Invalid undoes the change.
# May be called again for a post of which nothing changed.
holding_changed: list[Callable[[HoldingChange], None]] = []

# Called with the id of an account whose sessions and tokens must not open a door any more.
credentials_revoked: list[Callable[[int], None]] = []

# Run by `manage.py run_daily`, each outside a transaction; the name of the function is what a failure is told by.
daily_jobs: list[Callable[[datetime], object]] = []
