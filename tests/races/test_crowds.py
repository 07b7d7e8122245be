"""Crowds at one door: double clicks, repeated keys, one series of numbers, people who leave meanwhile."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from core.clock import today
from core.errors import Busy, DomainError, Invalid, WrongState
from core.models import CommandKey
from hazards.models import Evidence, Hazard, HazardEvent, Upload
from hazards.services import perform
from hazards.uploads import ORPHAN_AFTER, path_of, purge_orphans
from organizations.kinds import PostKind
from organizations.models import Holding
from organizations.services import appoint, end_holding
from tests.support.district import District, make_person
from tests.support.together import Crowd, crowd
from workflows.models import HazardTask
from workflows.resolve import resolve_vacant

FACTS = {"level": "general", "domain": "04", "competence": "school"}


def test_eight_people_at_once_make_one_event(d: District, everybody: Crowd) -> None:
    officers = [make_person(f"officer{n}", d.units["school"], PostKind.SAFETY) for n in range(8)]
    number = d.report()
    came = everybody.at_once(
        [partial(perform, "file", actor=who, at=d.at, number=number, version=1, data=FACTS) for who in officers]
    )
    assert sorted(type(one.error).__name__ for one in came) == ["NoneType"] + ["WrongState"] * 7
    winner = HazardEvent.objects.get(action="file").actor_name
    assert all(winner in str(one.error) for one in came if one.error)
    assert HazardTask.objects.filter(finished__isnull=True).count() == 1


@pytest.mark.parametrize("action", ["record_control", "report_progress", "add_evidence"])
def test_what_moves_no_version_is_recorded_from_everybody(d: District, everybody: Crowd, action: str) -> None:
    number = d.reach("rectifying")
    before = d.find(number)
    data = {
        "record_control": lambda: {"interim_control": "警戒"},
        "report_progress": lambda: {"percent": 30, "progress": "在做"},
        "add_evidence": lambda: {"stage": "after", "photos": [str(d.photo(d.safety).pk)]},
    }[action]
    seen = {"number": number, "version": before.version}
    calls = [partial(perform, action, actor=d.safety, at=d.at, **seen, data=data()) for _ in range(16)]
    came = everybody.at_once(calls)
    assert [one.error for one in came] == [None] * 16
    assert sorted(one.answer.seq for one in came if one.answer) == list(
        range(before.last_seq + 1, before.last_seq + 17)
    )


def test_one_photo_proves_one_thing(d: District, everybody: Crowd) -> None:
    number, photo = d.reach("rectifying"), str(d.photo(d.safety).pk)
    data = {"stage": "after", "photos": [photo]}
    came = everybody.at_once([lambda: perform("add_evidence", actor=d.safety, at=d.at, number=number, data=data)] * 8)
    assert sorted(type(one.error).__name__ for one in came) == ["Invalid"] * 7 + ["NoneType"]
    evidence = Evidence.objects.get()
    came = everybody.at_once(
        [
            lambda: perform(
                "withdraw_evidence",
                actor=d.safety,
                at=d.at,
                number=number,
                data={"evidence": evidence.pk, "reason": "错了"},
            )
        ]
        * 8
    )
    assert sorted(type(one.error).__name__ for one in came) == ["Invalid"] * 7 + ["NoneType"]


def test_one_photo_proves_one_hazard(d: District, everybody: Crowd) -> None:
    photo, numbers = str(d.photo(d.safety).pk), [d.reach("rectifying") for _ in range(6)]
    data = {"stage": "after", "photos": [photo]}
    calls = [partial(perform, "add_evidence", actor=d.safety, at=d.at, number=number, data=data) for number in numbers]
    came = everybody.at_once(calls)
    assert sorted(type(one.error).__name__ for one in came) == ["Invalid"] * 5 + ["NoneType"]


def test_a_file_is_attached_or_cleaned_never_both(d: District, everybody: Crowd) -> None:
    photos = [d.photo(d.teacher) for _ in range(8)]
    late = d.at + ORPHAN_AFTER + timedelta(seconds=1)
    facts = {"unit": d.units["school"].pk, "place": "教室", "domain": "04", "description": "门坏"}
    reports = [
        partial(perform, "report", actor=d.teacher, at=d.at, data={**facts, "photos": [str(p.pk)]}) for p in photos
    ]
    came = everybody.at_once([*reports, partial(purge_orphans, late), partial(purge_orphans, late)])
    assert {type(one.error) for one in came} <= {type(None), Invalid}
    assert Evidence.objects.count() == Upload.objects.count() == Hazard.objects.count()
    assert all(path_of(upload).exists() for upload in Upload.objects.all())


@pytest.fixture
def fifty(d: District):
    with crowd(50) as people:
        yield people


def test_a_report_key_sent_fifty_times_makes_one_hazard_and_one_answer(d: District, fifty: Crowd) -> None:
    facts = {"unit": d.units["school"].pk, "place": "教室", "domain": "04", "description": "门坏"}
    came = fifty.at_once([lambda: perform("report", actor=d.teacher, at=d.at, data=facts, key="k-1")] * 50)
    assert len({repr(one) for one in came}) == 1 and came[0].answer is not None
    assert (Hazard.objects.count(), HazardEvent.objects.count(), CommandKey.objects.count()) == (1, 1, 1)
    with pytest.raises(Invalid) as caught:
        perform("report", actor=d.teacher, at=d.at, data={**facts, "place": "走廊"}, key="k-1")
    assert set(caught.value.fields) == {"idempotency_key"}
    assert perform("report", actor=d.safety, at=d.at, data=facts, key="k-1").number != came[0].answer.number


def test_a_signing_key_sent_fifty_times_signs_once(d: District, fifty: Crowd) -> None:
    number = d.reach("assigned")
    version = d.find(number).version
    data = {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "警戒"}
    call = {"actor": d.safety, "number": number, "version": version, "data": data, "key": "k-2"}
    came = fifty.at_once([lambda: perform("sign", at=d.at, **call)] * 50)
    assert len({repr(one) for one in came}) == 1 and came[0].answer is not None
    assert HazardEvent.objects.filter(action="sign").count() == 1
    # Later too, and though the state has moved on.
    d.submit(number)
    assert perform("sign", at=d.at + timedelta(days=1), **call) == came[0].answer


def test_a_failed_attempt_keeps_no_key(d: District) -> None:
    number = d.reach("reported")
    with pytest.raises(Invalid):
        perform("file", actor=d.safety, at=d.at, number=number, version=1, data={**FACTS, "level": "major"}, key="k-3")
    assert perform("file", actor=d.safety, at=d.at, number=number, version=1, data=FACTS, key="k-3").state == "filed"


def test_numbers_drawn_at_once_leave_no_gap(d: District, everybody: Crowd) -> None:
    numbers = [d.report() for _ in range(16)]
    came = everybody.at_once(
        [partial(perform, "file", actor=d.safety, at=d.at, number=number, version=1, data=FACTS) for number in numbers]
    )
    given = sorted(one.answer.number for one in came if one.answer)
    assert given == [f"361102-2026-{n:05d}" for n in range(1, 17)]


def test_sixteen_reports_at_once_are_sixteen_hazards(d: District, everybody: Crowd) -> None:
    came = everybody.at_once([lambda: d.report()] * 16)
    assert len({one.answer for one in came}) == 16
    assert Hazard.objects.count() == 16


def test_a_lock_held_too_long_is_told_as_busy(d: District, everybody: Crowd) -> None:
    number = d.report()
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("2s",)

    def impatient() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            return perform("file", actor=d.safety, at=d.at, number=number, version=1, data=FACTS).state
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    with transaction.atomic():
        Hazard.objects.select_for_update().get(receipt_number=number)
        [came] = everybody.at_once([impatient])
        assert isinstance(came.error, Busy) and came.error.status == 409
        assert isinstance(came.error, WrongState), "a 409 like every other lost race"
    assert [one.answer for one in everybody.at_once([impatient])] == ["filed"]


def test_people_leave_and_come_while_others_act(d: District, everybody: Crowd) -> None:
    """Whoever is left owes the work; nobody sees more than a 409 or a 403."""
    deputies = [make_person(f"deputy{n}", d.units["school"], PostKind.SAFETY) for n in range(3)]
    post = Holding.objects.get(user=d.safety).post
    people = {"leader": d.principal.pk, "handler": d.teacher.pk, "interim_control": "警戒"}
    for _ in range(4):
        numbers = [d.reach("assigned") for _ in range(4)]
        acts = [
            partial(perform, "sign", actor=who, at=d.at, number=number, version=d.find(number).version, data=people)
            for number in numbers
            for who in (d.safety, d.principal)
        ]
        leaving = [
            partial(end_holding, actor=None, holding=held, until_on=today(d.at), at=d.at)
            for held in Holding.objects.filter(post=post, until_on__isnull=True)
        ]
        came = everybody.at_once([*acts, *leaving])
        assert all(one.error is None or isinstance(one.error, DomainError) for one in came), came
        resolve_vacant(d.at)
        assert not Hazard.objects.filter(responsible_post=post).exists()
        for user in (d.safety, *deputies):
            appoint(actor=None, post=post, user=user, from_on=today(d.at), at=d.at)
        Holding.objects.filter(post=post, until_on__isnull=False).delete()
        assert not Hazard.objects.filter(state__in=("assigned", "rectifying")).exclude(responsible_post=post).exists()
