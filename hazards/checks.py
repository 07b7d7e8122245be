"""System checks of the domain: nothing starts half wired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from hazards import fsm
from hazards.actions import ACTIONS
from hazards.hooks import advance_flow


@register()
def every_action_is_whole(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """An action has one name: transition, service, fields."""
    from hazards.services.act import VERBS

    transitions = {action for action, _source, _target in fsm.list_transitions()}
    names = {"transition": transitions, "service": set(VERBS)}
    return [
        Error(f"action {name!r} has no {what}", id="hazards.E001")
        for what, known in names.items()
        for name in sorted(set(ACTIONS) ^ known)
    ]


@register()
def flow_is_hooked(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """Without the flow an open hazard would have no to-do."""
    if advance_flow:
        return []
    return [Error("hazards.hooks.advance_flow is empty: no app advances the flow", id="hazards.E002")]
