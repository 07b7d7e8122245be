"""What stood before there was a clock is taken over once: after an upgrade, hazard by hazard, and safe to be repeated."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import DomainError, Invalid, WrongState
from hazards.models import Hazard
from hazards.services.perform import perform
from hazards.states import OPEN

logger = logging.getLogger(__name__)

BATCH = 500


@dataclass
class TakenOver:
    n_taken: int = 0
    failed: list[str] = field(default_factory=list)


def take_over_open(at: datetime) -> TakenOver:
    """Take over every open hazard that runs under no policy, each in a transaction of its own."""
    found, last = TakenOver(), 0
    left = Hazard.objects.filter(policy__isnull=True, state__in=OPEN).order_by("pk")
    while batch := list(left.filter(pk__gt=last).values_list("pk", "file_number", "receipt_number")[:BATCH]):
        for _pk, file_number, receipt_number in batch:
            _take_over(file_number or receipt_number, at, found)
        last = batch[-1][0]
    return found


def _take_over(number: str, at: datetime, found: TakenOver) -> None:
    try:
        perform("take_over", actor=None, at=at, number=number)
    except WrongState:
        # Somebody ended it, or another run was faster.
        return
    except DomainError as error:
        logger.warning("take_over of %s failed: %s", number, error.message)
        found.failed.append(number)
        return
    found.n_taken += 1


def take_over_all(at: datetime) -> None:
    """The daily job. Raises Invalid naming what could not be taken over; all others were."""
    found = take_over_open(at)
    if found.failed:
        raise Invalid("\n".join(found.failed))
