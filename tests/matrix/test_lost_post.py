"""Rights end and begin with the post: at once, at every door, in the session that is open."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from api.authentication import give_token
from core.clock import StillClock, today
from organizations.kinds import PostKind
from tests.matrix.test_leaks import listed_by_api, listed_on_pages
from tests.matrix.world import World

READ = (
    "/hazards/{number}/", "/hazards/{number}/receipt/", "/evidence/{evidence}/", "/api/v1/hazards/{number}/",
    "/api/v1/hazards/{number}/events/", "/api/v1/hazards/{number}/evidence/", "/api/v1/hazards/{number}/actions/",
    "/api/v1/evidence/{evidence}/file/",
)  # fmt: skip
ACT = ("/hazards/{number}/record_control/", "/api/v1/hazards/{number}/actions/record_control/")


def told(world: World, role: str) -> set[str | int]:
    """What the own school's hazard under way answers, whatever the door."""
    where = {"number": world.numbers["own", "rectifying"], "evidence": world.evidence["own"]}
    answers = {world.ask(role, "GET", path.format(**where)).told for path in READ}
    for path in ACT:
        with world.undone():
            answers.add(world.ask(role, "POST", path.format(**where), {"interim_control": "已停用"}).told)
    return answers


def end(world: World, keeper: str, role: str) -> None:
    sent = {"until_on": today(StillClock.now()).isoformat()}
    assert world.ask(keeper, "POST", f"/holdings/{world.holding(role)}/end/", sent).status == 302


@pytest.mark.parametrize(
    ("role", "keeper"), [("safety", "principal"), ("principal", "office"), ("central", "central_head")]
)
def test_a_lost_post_closes_access_at_once(world: World, role: str, keeper: str) -> None:
    assert told(world, role) <= {200, 302, 403}
    client = APIClient(headers={"Authorization": f"Token {give_token(world.d.people[role])}"})
    address = f"/api/v1/hazards/{world.numbers['sibling' if role == 'central' else 'own', 'reported']}/"
    assert client.get(address).status_code == 200
    end(world, keeper, role)
    if role != "principal":
        # The principal stays named in what he leads.
        assert told(world, role) == {404}
        assert listed_by_api(world, role) == listed_on_pages(world, role) == set()
    assert client.get(address).status_code == 404
    assert world.ask(role, "GET", "/people/").status == 403


def test_a_new_post_opens_what_is_its_own(world: World) -> None:
    """The spare person of the school becomes its safety officer."""
    world.sessions["school_spare"] = world.log_in("school_spare")
    assert told(world, "school_spare") == {404}
    sent = {
        "post": world.post("school", PostKind.SAFETY),
        "user": world.person("school_spare"),
        "from_on": today(StillClock.now()).isoformat(),
    }
    assert world.ask("principal", "POST", f"/units/{world.unit('school')}/appoint/", sent).status == 302
    assert told(world, "school_spare") <= {200, 302}
    assert listed_by_api(world, "school_spare") == listed_by_api(world, "safety")


def test_a_closed_account_is_out_in_the_middle_of_its_session(world: World) -> None:
    assert world.ask("teacher", "GET", "/").status == 200
    closed = world.ask("principal", "POST", f"/people/{world.person('teacher')}/active/", {"is_active": "0"})
    assert closed.status == 302
    assert world.ask("teacher", "GET", "/").told == "login"
    assert world.ask("teacher", "GET", "/api/v1/hazards/").status == 401


def test_who_is_made_an_administrator_has_no_business_right(world: World) -> None:
    """His role is a matter of the account; what he reads of hazards is nothing."""
    assert listed_by_api(world, "sysadmin") == set()
    assert world.ask("sysadmin", "GET", "/report/").status == 403
