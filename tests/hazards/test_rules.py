"""The seeded rules fit the actions: none is misspelt, none is forgotten."""

import pytest

from hazards.actions import ACTIONS, Party
from hazards.models import ActorRule
from hazards.services.act import SECONDS
from organizations.kinds import CAMPUSES, PostKind, UnitKind

BY_UNIT = {Party.HANDLING, Party.LEAD, Party.VERIFYING, Party.CLOSING}
# What a school never does, and what is never done with a confidential matter: other bodies would learn of it.
NOT_OF_SCHOOLS = {"regrade", "notify", "refer", "unmerge"}
NEVER_RESTRICTED = {"notify", "refer"}
# A second look at a confidential matter stays with its confidant and a leader.
ONLY_RESTRICTED = {"reject"}
# Rows that answer a question of their own beside an action's.
QUESTIONS = {"appeal.decide"}


def test_rules_name_actions_that_exist(db: None) -> None:
    named = set(ActorRule.objects.values_list("action", flat=True)) - QUESTIONS
    assert {name.removesuffix(".second") for name in named} <= set(ACTIONS)


def test_every_act_that_needs_a_second_person_says_who_that_is(db: None) -> None:
    # The second verifier is named, not a post.
    for action in set(SECONDS) - {"pass_verification"}:
        rows = ActorRule.objects.filter(action=f"{action}.second", unit_kind=UnitKind.EDU)
        assert rows.filter(is_restricted=False).exists() == (action not in ONLY_RESTRICTED), action
        assert rows.filter(is_restricted=True).exists() == (action not in NEVER_RESTRICTED), action


@pytest.mark.parametrize("action", [action.name for action in ACTIONS.values() if action.party in BY_UNIT])
def test_every_act_of_a_unit_has_posts_also_for_what_is_restricted(db: None, action: str) -> None:
    rows = ActorRule.objects.filter(action=action)
    schools = set() if action in NOT_OF_SCHOOLS else set(CAMPUSES)
    missing = {UnitKind.EDU, *schools} - set(rows.filter(is_restricted=False).values_list("unit_kind", flat=True))
    assert missing <= {UnitKind.EDU}
    # Rows of a level are apart: what is graded a leader closes.
    named = {row.unit_kind: row.post_kinds for row in rows.filter(is_restricted=True, level="")}
    wanted = [] if action in NEVER_RESTRICTED else [UnitKind.EDU, *CAMPUSES]
    assert named == dict.fromkeys(wanted, [PostKind.CONFIDANT])
