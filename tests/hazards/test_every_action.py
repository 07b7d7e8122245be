"""No action without its questions."""

import importlib

import pytest

from hazards.actions import ACTIONS, Party
from hazards.services.act import VERBS

QUESTIONS = {"test_works", "test_wrong_state", "test_wrong_post", "test_outsider", "test_missing"}
# What comes by time or with another act is refused to everybody.
QUESTIONS_OF_THE_CLOCK = {"test_works", "test_wrong_state", "test_nobody_asks_for_it"}


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_action_is_asked_every_question(action: str) -> None:
    asked = set(dir(importlib.import_module(f"tests.hazards.test_{action}")))
    if ACTIONS[action].party is Party.CLOCK:
        assert asked >= QUESTIONS_OF_THE_CLOCK, QUESTIONS_OF_THE_CLOCK - asked
        return
    # What makes a hazard has seen no version before.
    wanted = QUESTIONS if action == "report" else QUESTIONS | {"test_stale"}
    assert wanted <= asked, wanted - asked


def test_one_name_everywhere() -> None:
    assert set(ACTIONS) == set(VERBS)
    for name, action in ACTIONS.items():
        module = importlib.import_module(f"hazards.services.{name}")
        assert VERBS[name].__module__ == module.__name__
        assert action.event.startswith("hazard.") and str(action.label) and str(action.effect)
    assert len({action.event for action in ACTIONS.values()}) == len(ACTIONS)
    assert len({str(action.label) for action in ACTIONS.values()}) == len(ACTIONS)
