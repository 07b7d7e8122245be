"""Who enters what another did (代录): by API, over all roles, for acts of units with and without accounts and of leaders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.matrix.deeds import sent_on_scene
from tests.matrix.scenes import SCENES
from tests.matrix.scope import CENTRAL, DESK, ROLES, Roles, roles
from tests.matrix.test_leaks import WITHOUT_KEY
from tests.matrix.world import World

OFFICE = DESK["edu"]
COUNTY = roles("coordinator")
CALL = {"name": "某局 王某", "how": "call", "note": "电话 0000-0000002"}
# (act, scene) → who enters it: who ordered the unit or was asked to, an office for its leaders, a central school for its schools.
RECORDED: dict[tuple[str, str], Roles] = {
    ("request_return", "ordered"): COUNTY,
    ("request_return", "ordered of who has no account"): COUNTY,
    # What the county ruled on paper, the bureau that asked it enters, too.
    ("rule_return", "asked back"): COUNTY | OFFICE,
    ("transfer", "ordered"): COUNTY | OFFICE,
    ("assign_referred", "referred"): COUNTY | OFFICE,
    ("schedule", "at work"): OFFICE,
    ("instruct", "at work"): OFFICE,
    ("request_support", "at work"): OFFICE | CENTRAL,
    ("finish_part", "a part at work"): OFFICE | CENTRAL,
    ("approve_plan", "a plan in review"): OFFICE,
}


@pytest.mark.parametrize(("action", "scene"), RECORDED)
def test_who_enters_it(world: World, action: str, scene: str) -> None:
    number = world.scenes[scene]
    wrong = []
    for role in ROLES:
        sent: dict[str, Any] = {**sent_on_scene(world, role, action, scene), "version": world.versions[number]}
        with world.undone():
            answer = world.ask(role, "POST", f"/api/v1/hazards/{number}/actions/{action}/", {**sent, "on_behalf": CALL})
        expected = _expected(role, action, scene)
        if answer.told != expected:
            wrong.append(f"{role}: {answer.told}, expected {expected} {answer.text[:160]}")
    assert wrong == []
    assert world.leaks == []


def _expected(role: str, action: str, scene: str) -> int:
    if role in ("anonymous", "deactivated"):
        return 401
    if role == "newcomer":
        return 403
    if role not in SCENES[scene].readers:
        return 404
    return 200 if role in RECORDED[action, scene] else 403


def test_nothing_personal_is_entered_for_another(world: World) -> None:
    """What one does as the reporter or as who did the last step is his own."""
    number = world.scenes["rejected"]
    sent = {"reason": "确有", "version": world.versions[number], "on_behalf": CALL}
    for role in ("office", "central", "coordinator"):
        with world.undone():
            told = world.ask(role, "POST", f"/api/v1/hazards/{number}/actions/appeal/", sent).told
        assert told == (403 if role in SCENES["rejected"].readers else 404), role


def test_nothing_confidential_is_entered_for_another(world: World) -> None:
    number = world.numbers["restricted", "rectifying"]
    sent = {"interim_control": "停用", "on_behalf": CALL}
    for role in WITHOUT_KEY:
        assert world.ask(role, "POST", f"/api/v1/hazards/{number}/actions/record_control/", sent).told == 404, role
    for role in ("confidant", "bureau_confidant"):
        with world.undone():
            assert world.ask(role, "POST", f"/api/v1/hazards/{number}/actions/record_control/", sent).told == 403, role
    assert world.leaks == []
