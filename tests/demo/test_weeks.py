"""Nine people's weeks on a fresh demo: everything is done by who should, and nobody is left with a dead end."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from core.clock import SHANGHAI, now, today
from demo.cast import DEMO_PASSWORD
from demo.district import find_district
from demo.loading import STORIES, open_county
from demo.player import play
from demo.weeks import WEEKS, play_week
from hazards.models import HazardEvent
from hazards.selectors import access_hazard, list_possible_actions, list_recordable_actions
from organizations.models import User
from tests.demo.pages import PageTelling
from workflows.selectors import ToDo, list_to_dos

NINE = {"teacher", "village", "principal", "central", "office", "section", "leader", "coordinator", "fire", "transport"}


class Moments:
    """From this Monday on, a few minutes after one another."""

    def __init__(self) -> None:
        self.monday = today(now())
        self.n = 0

    def __call__(self, day: int) -> datetime:
        self.n += 1
        at = datetime.combine(self.monday + timedelta(days=day - 1), time(9, 10), SHANGHAI)
        return at + timedelta(minutes=self.n)


@pytest.fixture
def friday(clock) -> datetime:
    return datetime.combine(today(now()) + timedelta(days=4), time(16, 30), SHANGHAI)


def list_owed(user: User, at: datetime) -> Iterator[ToDo]:
    for tasks in list_to_dos(user, at).values():
        yield from tasks


def awaited_by(task: ToDo) -> set[str]:
    return set(getattr(task.flow_task, "actions", ()))


def offered_to(user: User, number: str, at: datetime) -> set[str]:
    case = access_hazard(user, number, at)
    possible = {one.action.name for one in list_possible_actions(case)}
    return possible | {one.action.name for one in list_recordable_actions(case)}


def dead_ends(user: User, at: datetime) -> list[str]:
    """To-dos of which the file offers none of the acts that they wait for."""
    return [
        f"{task.hazard.number} {task.hazard.place}: {awaited_by(task)}"
        for task in list_owed(user, at)
        if not awaited_by(task) & offered_to(user, task.hazard.number, at)
    ]


def test_there_is_a_week_for_each_of_the_nine():
    assert set(WEEKS) == NINE


@pytest.mark.parametrize("name", sorted(NINE))
def test_a_week_is_played_through_the_pages_to_its_end_without_a_dead_end(demo, clock, friday, name):
    """Each act by the form that the page of its actor offers; at the end each to-do that is left opens with its form."""
    week = WEEKS[name]
    n_before = HazardEvent.objects.count()
    done = play_week(week, find_district(), moment_of=Moments(), telling=PageTelling)
    assert HazardEvent.objects.count() >= n_before + len(done)
    assert {one.day for one in done} >= {"周一", "周五"}
    clock.set(friday)
    me = User.objects.get(username=week.who)
    assert HazardEvent.objects.filter(actor=me, recorded_at__gte=friday - timedelta(days=5)).count() >= 5
    assert not dead_ends(me, friday)
    assert not list_shut_pages(me, friday)
    call_command("check_consistency", stdout=StringIO())


def list_shut_pages(user: User, at: datetime) -> list[str]:
    """To-dos whose page has no form for what they wait for."""
    client, shut = Client(), []
    client.post("/login/", {"username": user.username, "password": DEMO_PASSWORD})
    assert client.get("/").status_code == 200
    for task in list_owed(user, at):
        address = f"/hazards/{task.hazard.number}/"
        text = client.get(address).content.decode()
        if not any(f"{address}{action}/" in text for action in awaited_by(task)):
            shut.append(f"{task.hazard.place}: {awaited_by(task)}")
    return shut


def test_nobody_of_the_county_owes_what_he_can_not_do(demo):
    ends = {user.username: dead_ends(user, now()) for user in User.objects.filter(username__startswith="demo_")}
    assert not {name: found for name, found in ends.items() if found}


def test_the_command_plays_a_week_and_tells_each_act(demo):
    out = StringIO()
    call_command("play_week", "village", stdout=out)
    assert "没有卡住的" in out.getvalue()
    assert out.getvalue().count("\n") == 20


@pytest.mark.prove
def test_the_whole_demo_is_told_through_the_forms_of_the_pages(demo_mode, clock, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    at = now()
    assert play(STORIES, open_county(at), now=at, telling=PageTelling) > 500
