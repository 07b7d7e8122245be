"""No session acts without its token, at any address that takes a POST."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.matrix.rows import Row
from tests.matrix.scope import ROLES, SIGNED_IN
from tests.matrix.table import ROWS
from tests.matrix.test_matrix import DID, path_of
from tests.matrix.world import World

# Asked with a password and never with a session.
WITHOUT_SESSION = ["api:token"]
POSTED = sorted(name for name, row in ROWS.items() if "POST" in row.verbs and name not in WITHOUT_SESSION)


def able(row: Row) -> tuple[str, str]:
    """A role and a subject for which a POST succeeds; else anybody."""
    for role in ROLES:
        for subject in row.subjects:
            if role in SIGNED_IN and row.expect("POST", role, subject) in DID:
                return role, subject
    return "office", next(iter(row.subjects))


@pytest.mark.parametrize("name", POSTED)
def test_a_post_without_token_is_refused_and_does_nothing(world: World, name: str) -> None:
    row = ROWS[name]
    role, subject = able(row)
    before = world.fingerprint()
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    path = path_of(world, name, row, subject)
    answer = world.ask(role, "POST", path, row.data(world, role, subject), strict=strict)
    assert answer.status == 403, answer.text[:200]
    if path.startswith("/api/"):
        assert answer.json()["code"] == "csrf"
    assert world.fingerprint() == before


@pytest.mark.parametrize("name", ["hazard_act:sign", "api:act_sign", "report", "rename_unit"])
def test_with_its_token_it_goes_through(world: World, name: str) -> None:
    row = ROWS[name]
    role, subject = able(row)
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"X-CSRFToken": "x" * 32})
    path = path_of(world, name, row, subject)
    data = row.data(world, role, subject)
    assert world.ask(role, "POST", path, data, strict=strict, token="y" * 32).status == 403
    assert world.ask(role, "POST", path, data, strict=strict, token="x" * 32).status in (200, 302)
