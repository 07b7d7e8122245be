"""Two administrators at once: no number twice, no two versions in force on one day, and each is told in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from core.errors import Invalid
from deadlines.models import Policy
from deadlines.policy_services import copy_policy, issue_policy
from hazards.clock_words import clock_words
from tests.support.district import District, build_district

DAY = date(2026, 12, 23)


@pytest.fixture
def d(cloned_db: str) -> District:
    return build_district()


def both_at_once(*acts: Callable[[], object]) -> list[Any]:
    """What each gave, or the error that it met."""
    gate = threading.Barrier(len(acts))
    told: list[Any] = []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            told.append(act())
        except Exception as error:  # looked at by the test
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_two_copies_have_two_numbers(d: District) -> None:
    first = Policy.objects.get()
    for bureau in (None, d.units["edu"]):

        def copy(bureau=bureau):
            return copy_policy(actor=None, source=first, bureau=bureau, valid_from=DAY, at=d.at).number

        told = both_at_once(*[copy] * 4)
        start = 2 if bureau is None else 1
        assert sorted(told) == list(range(start, start + 4)), told


def test_of_two_issued_for_one_day_one_holds_and_the_other_is_told_why(d: District) -> None:
    first, words = Policy.objects.get(), clock_words()
    for _round in range(5):
        drafts = [copy_policy(actor=None, source=first, bureau=None, valid_from=DAY, at=d.at) for _ in range(2)]
        told = both_at_once(
            *(lambda draft=draft: issue_policy(actor=None, draft=draft, words=words, at=d.at) for draft in drafts)
        )
        refused = [one for one in told if isinstance(one, Exception)]
        assert len(refused) == 1 and isinstance(refused[0], Invalid), told
        assert list(refused[0].fields) == ["valid_from"]
        in_force = Policy.objects.filter(issued_at__isnull=False, valid_from=DAY)
        assert in_force.count() == 1
        first.refresh_from_db()
        assert first.valid_until == DAY
        # As if nothing had been issued, for the next round.
        in_force.update(issued_at=None)
        Policy.objects.filter(pk=first.pk).update(valid_until=None)
