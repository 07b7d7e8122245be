"""System checks: nothing starts half wired."""

from dataclasses import replace

import pytest
from django.core.checks import Error
from viewflow.workflow.exceptions import FlowRuntimeError

from hazards import checks as hazard_checks
from hazards.actions import ACTIONS
from hazards.hooks import advance_flow
from hazards.routing import AWAITED
from hazards.services.act import VERBS
from hazards.states import State
from organizations.hooks import holding_changed
from workflows import checks
from workflows.engine import advance
from workflows.flows import HazardFlow
from workflows.resolve import resolve_after_holding


def ids(found: object) -> set[str]:
    assert isinstance(found, list) and all(isinstance(one, Error) for one in found)
    return {one.id for one in found}


def test_all_is_wired() -> None:
    for check in (hazard_checks.every_action_is_whole, hazard_checks.flow_is_hooked,
                  checks.flow_knows_every_transition, checks.flow_is_locked):  # fmt: skip
        assert ids(check(None)) == set()
    assert advance in advance_flow and resolve_after_holding in holding_changed


def test_an_empty_hook_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hazard_checks, "advance_flow", [])
    assert ids(hazard_checks.flow_is_hooked(None)) == {"hazards.E002"}


def test_an_action_without_a_service_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(VERBS, "sign")
    [error] = hazard_checks.every_action_is_whole(None)
    assert "'sign' has no service" in error.msg


def test_a_service_without_an_action_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ACTIONS, "sign")
    told = [error.msg for error in hazard_checks.every_action_is_whole(None)]
    assert told == ["transition 'sign' has no row in ACTIONS", "service 'sign' has no row in ACTIONS"]


def test_a_mover_that_leaves_the_version_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIONS, "sign", replace(ACTIONS["sign"], moves_version=False))
    assert ids(hazard_checks.every_action_is_whole(None)) == {"hazards.E003"}


def test_a_state_that_awaits_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ids(hazard_checks.every_state_awaits_an_act(None)) == set()
    monkeypatch.setitem(AWAITED, State.FILED, "sign")
    assert ids(hazard_checks.every_state_awaits_an_act(None)) == {"hazards.E004"}


def test_an_action_invented_on_a_node_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HazardFlow.assigned, "actions", (*HazardFlow.assigned.actions, "close"))
    assert ids(checks.flow_knows_every_transition(None)) == {"workflows.E004"}


def test_a_transition_that_no_node_lists_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HazardFlow.assigned, "actions", ("amend",))
    found = checks.flow_knows_every_transition(None)
    assert ids(found) == {"workflows.E002"}
    assert any("sign from assigned" in error.msg for error in found)


def test_a_target_without_a_node_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    find = HazardFlow.route.node_for

    def node_for(state: str) -> object:
        if state == "verified":
            raise FlowRuntimeError(state)
        return find(state)

    monkeypatch.setattr(HazardFlow.route, "node_for", node_for)
    assert ids(checks.flow_knows_every_transition(None)) == {"workflows.E001", "workflows.E002"}


def test_a_node_without_a_real_lock_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unlocked:
        lock_impl = None

    monkeypatch.setattr(HazardFlow.assigned, "flow_class", Unlocked)
    assert ids(checks.flow_is_locked(None)) == {"workflows.E003"}
