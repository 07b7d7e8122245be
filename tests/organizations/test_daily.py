"""What comes by date is followed up once, again after a failure, and past one that fails."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from core.clock import StillClock, today
from core.errors import Invalid
from core.models import CommandKey
from organizations import hooks
from organizations.daily import end_old_sessions, follow_dates, forget_old_commands, run_daily
from organizations.hooks import HoldingChange
from organizations.kinds import PostKind
from organizations.models import Holding, Post
from organizations.services import appoint, end_holding
from tests.support.district import District, make_person

AT = StillClock.START
TODAY = today(AT)
DAY = timedelta(days=1)


@pytest.fixture
def heard(district: District, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Posts announced from the second day on; the first run covers the district as it stands."""
    follow_dates(AT)
    posts: list[int] = []
    monkeypatch.setattr(hooks, "holding_changed", [lambda change: posts.append(change.post_id)])
    return posts


def test_the_first_run_covers_everything(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    posts: list[int] = []
    monkeypatch.setattr(hooks, "holding_changed", [lambda change: posts.append(change.post_id)])
    assert follow_dates(AT) == []
    assert posts == sorted(set(Holding.objects.values_list("post_id", flat=True)))


def test_a_coming_appointment_is_announced_on_its_day_and_once(district: District, heard: list[int]) -> None:
    new = make_person("new", district.units["school"])
    post = Post.objects.get(unit=district.units["school"], kind=PostKind.SAFETY)
    appoint(actor=district.principal, post=post, user=new, from_on=TODAY + 2 * DAY, at=AT)
    follow_dates(AT + DAY)
    assert heard == []
    follow_dates(AT + 2 * DAY)
    assert heard == [post.pk]
    follow_dates(AT + 2 * DAY)
    assert heard == [post.pk]


def test_days_without_a_run_are_made_up_for(district: District, heard: list[int]) -> None:
    holding = Holding.objects.select_related("post__unit", "user").get(user=district.safety)
    end_holding(actor=district.principal, holding=holding, until_on=TODAY + DAY, at=AT)
    follow_dates(AT + 30 * DAY)
    assert heard == [holding.post_id]


def test_a_post_that_fails_stops_no_other_and_is_tried_again(
    district: District, heard: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = district.safety.holdings.get().post_id
    for name in ("safety", "confidant"):
        holding = Holding.objects.select_related("post__unit", "user").get(user=district.people[name])
        end_holding(actor=district.principal, holding=holding, until_on=TODAY + DAY, at=AT)

    def refuse(change: HoldingChange) -> None:
        if change.post_id == failing:
            raise Invalid("有隐患将无人办理")

    hooks.holding_changed.append(refuse)
    assert [failure.message for failure in follow_dates(AT + DAY)] == ["有隐患将无人办理"]
    assert set(heard) == {failing, district.confidant.holdings.get().post_id}
    hooks.holding_changed.remove(refuse)
    assert follow_dates(AT + 2 * DAY) == []
    assert heard.count(failing) == 2


def test_a_job_that_fails_is_named_and_the_next_one_runs(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[datetime] = []

    def broken(at: datetime) -> None:
        raise ValueError("out of order")

    monkeypatch.setattr(hooks, "daily_jobs", [broken, ran.append])
    failures = run_daily(AT)
    assert [(failure.name, failure.message) for failure in failures] == [("broken", "out of order")]
    assert ran == [AT]


def test_the_command_fails_loudly(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(at: datetime) -> None:
        raise ValueError("out of order")

    call_command("run_daily")
    monkeypatch.setattr(hooks, "daily_jobs", [broken])
    with pytest.raises(CommandError):
        call_command("run_daily")


def test_old_sessions_and_command_keys_go(db: None) -> None:
    for name, expire in (("old", AT - timedelta(seconds=1)), ("new", AT)):
        Session.objects.create(session_key=name, session_data="", expire_date=expire)
    for key, made in (("old", AT - 30 * DAY - timedelta(seconds=1)), ("new", AT - 30 * DAY)):
        CommandKey.objects.create(actor_id=1, key=key, request_hash="", created_at=made)
    end_old_sessions(AT)
    forget_old_commands(AT)
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert [command.key for command in CommandKey.objects.all()] == ["new"]
