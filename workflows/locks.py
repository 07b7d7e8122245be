"""The lock of every flow is the lock of the hazard's row: page, API and flow wait for the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from viewflow.workflow.exceptions import FlowLockFailed

from core.errors import Busy
from core.locks import busy_on_lock_timeout
from hazards.models import Hazard


@contextmanager
def hazard_lock(flow_class: Any, process_pk: int) -> Iterator[None]:
    """Hold the hazard of a process until the transaction ends: one attempt, waiting at most the lock timeout."""
    with transaction.atomic():
        hazard_id = (
            flow_class.process_class._default_manager.filter(pk=process_pk).values_list("hazard_id", flat=True).first()
        )
        try:
            with busy_on_lock_timeout():
                Hazard.objects.select_for_update().only("pk").filter(pk=hazard_id).first()
        except Busy as exc:
            raise FlowLockFailed(str(exc)) from exc
        yield
