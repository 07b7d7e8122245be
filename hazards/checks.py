"""System checks of the domain: nothing starts half wired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from hazards import fsm
from hazards.actions import ACTIONS
from hazards.hooks import advance_flow
from hazards.routing import AWAITED
from hazards.states import TERMINAL, State


@register()
def every_action_is_whole(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """An action has one name: transition, service, fields; and one that moves the state raises the version."""
    from hazards.services.act import VERBS

    moves = fsm.list_transitions()
    names = {"transition": {action for action, _source, _target in moves}, "service": set(VERBS)}
    told = [
        Error(_missing(name, what), id="hazards.E001")
        for what, known in names.items()
        for name in sorted(set(ACTIONS) ^ known)
    ]
    movers = {action for action, source, target in moves if target not in (None, source)}
    return told + [
        Error(f"action {name!r} moves the state, so it must move the version", id="hazards.E003")
        for name in sorted(movers & ACTIONS.keys())
        if not ACTIONS[name].moves_version
    ]


def _missing(name: str, what: str) -> str:
    return f"action {name!r} has no {what}" if name in ACTIONS else f"{what} {name!r} has no row in ACTIONS"


@register()
def every_state_awaits_an_act(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """A state that an act leads to and that does not end the case awaits an act that is legal there."""
    moves = fsm.list_transitions()
    legal = {(action, source) for action, source, _target in moves}
    waiting = sorted({target for _action, _source, target in moves if target and target not in TERMINAL})
    return [
        Error(f"state {state!r} awaits no act that is legal there (routing.AWAITED)", id="hazards.E004")
        for state in waiting
        if (AWAITED.get(State(state), ""), state) not in legal
    ]


@register()
def flow_is_hooked(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    """Without the flow an open hazard would have no to-do."""
    if advance_flow:
        return []
    return [Error("hazards.hooks.advance_flow is empty: no app advances the flow", id="hazards.E002")]
