"""One transaction in which people and units change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction

from organizations import hooks


@contextmanager
def changing() -> Iterator[None]:
    """With what upper layers put around it: they lock their own rows post by post, and others once at the end."""
    with transaction.atomic(), ExitStack() as around:
        for enter in hooks.around_changes:
            around.enter_context(enter())
        yield
