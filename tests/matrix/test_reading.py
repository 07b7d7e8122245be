"""An investigator reads one named case from the grant to its last day, and does nothing in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import today
from core.errors import WrongState
from hazards.services import perform
from tests.matrix.scenes import ACTED, SCENES
from tests.matrix.test_leaks import listed_by_api, listed_on_pages
from tests.matrix.world import World

READ = (
    "/hazards/{}/", "/hazards/{}/receipt/", "/hazards/{}/flow/", "/api/v1/hazards/{}/", "/api/v1/hazards/{}/events/",
    "/api/v1/hazards/{}/evidence/", "/api/v1/hazards/{}/actions/",
)  # fmt: skip


def told(world: World, number: str) -> set[str | int]:
    return {world.ask("investigator", "GET", path.format(number)).told for path in READ}


def test_before_within_and_after_the_grant(world: World) -> None:
    number, d = world.numbers["own", "rectifying"], world.d
    assert told(world, number) == {404}
    d.do("grant_reading", d.director, number, reader=d.investigator.pk, until_on=today(d.at), reason="调查")
    assert told(world, number) == {200}
    assert number in listed_by_api(world, "investigator") & listed_on_pages(world, "investigator")
    with pytest.raises(WrongState):
        # The last day counts.
        perform("lapse_reading", actor=None, at=d.at, number=number)
    perform("lapse_reading", actor=None, at=d.at + timedelta(days=1), number=number)
    assert told(world, number) == {404}
    assert world.leaks == []


def test_a_grant_opens_this_one_alone(world: World) -> None:
    granted = {name for name, scene in SCENES.items() if "investigator" in scene.readers}
    assert granted == {"open to read"}
    assert listed_by_api(world, "investigator") == {world.scenes["open to read"]}


@pytest.mark.parametrize(
    "action", sorted({*ACTED, "file", "assign", "amend", "record_control", "add_evidence", "void"})
)
def test_a_reader_does_nothing(world: World, action: str) -> None:
    """Whatever he sends, he is told it is not his step, or not the state for it; nothing is written."""
    number = world.scenes["open to read"]
    n_events = world.n_events()
    sent = {"version": world.versions[number], "reason": "试"}
    for path in (f"/api/v1/hazards/{number}/actions/{action}/", f"/hazards/{number}/{action}/"):
        assert world.ask("investigator", "POST", path, sent).told in (403, 409)
    assert world.n_events() == n_events
