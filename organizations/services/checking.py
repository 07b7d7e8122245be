"""Turns what Django's validators say into the one error of all doors."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Model

from core.errors import Invalid


def check_model(instance: Model, *, only: Collection[str]) -> None:
    """Raises Invalid naming each of these fields that the model refuses."""
    exclude = {field.name for field in instance._meta.get_fields() if field.name not in only}
    try:
        instance.full_clean(exclude=exclude, validate_constraints=False)
    except ValidationError as exc:
        raise Invalid(fields=_messages(exc)) from exc


def _messages(error: ValidationError) -> dict[str, list[str]]:
    return {
        ("" if field == NON_FIELD_ERRORS else field): [str(message) for message in messages]
        for field, messages in error.message_dict.items()
    }
