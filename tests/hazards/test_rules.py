"""The seeded rules fit the actions: none is misspelt, none is forgotten."""

import pytest

from hazards.actions import ACTIONS, Party
from hazards.models import ActorRule
from organizations.kinds import CAMPUSES, PostKind, UnitKind

BY_UNIT = {Party.HANDLING, Party.LEAD, Party.VERIFYING, Party.CLOSING}


def test_rules_name_actions_that_exist(db: None) -> None:
    assert set(ActorRule.objects.values_list("action", flat=True)) <= set(ACTIONS)


@pytest.mark.parametrize("action", [action.name for action in ACTIONS.values() if action.party in BY_UNIT])
def test_every_act_of_a_unit_has_posts_also_for_what_is_restricted(db: None, action: str) -> None:
    rows = ActorRule.objects.filter(action=action)
    assert {UnitKind.EDU, *CAMPUSES} - set(rows.filter(is_restricted=False).values_list("unit_kind", flat=True)) <= {
        UnitKind.EDU
    }
    named = {row.unit_kind: row.post_kinds for row in rows.filter(is_restricted=True)}
    assert named == dict.fromkeys([UnitKind.EDU, *CAMPUSES], [PostKind.CONFIDANT])
