"""What must hold of the registry of actions for the API to stand on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from api.envelope import RESERVED
from hazards.actions import ACTIONS
from hazards.inputs import fields_of


@register()
def check_field_names(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """No field of an action has the name of a part of the envelope, as both stand on one level."""
    return [
        Error(f"{action.name}.{field.name} is a name of the API's envelope", id="api.E001")
        for action in ACTIONS.values()
        for field in fields_of(action.data, new=True)
        if field.name in RESERVED
    ]
