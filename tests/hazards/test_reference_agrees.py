"""Rules that the random machine meets seldom: tried in both worlds one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.recording import may_record
from tests.reference.staff import Held
from tests.reference.step import Ask
from tests.support.district import District
from tests.support.playing import Players
from tests.support.stories import GENERAL, Teller, asked_to_be_used_again, blamed, listed, rectifying


@pytest.fixture
def players(district: District) -> Players:
    return Players(district)


def comes_to(case: Teller, who: str, action: str, /, *, recorded: bool = False, **data: Any) -> int:
    """The code of an act by the first post that may do it, else by whichever he holds."""
    book = case.players.book
    real = book.cases[case.index]
    able: list[Held] = may_record(book, who, real, action) if recorded else book.may(who, real, action)
    by = (able or book.staff.posts_of(who))[0]
    return case.players.act(Ask(case.index, action, who, by, data, recorded=recorded))


def test_who_asked_to_use_it_again_answers_by_no_way(players: Players) -> None:
    case = asked_to_be_used_again(players)
    assert comes_to(case, "principal", "rule_resume", ruling="grant") == 403
    assert comes_to(case, "central_head", "rule_resume", ruling="grant") == 200


def test_nobody_closes_before_blame_is_decided(players: Players) -> None:
    case = blamed(players)
    assert comes_to(case, "office", "close", closure_type="rectified") == 422
    assert comes_to(case, "leader", "decide_measure", ruling="decline") == 200
    assert comes_to(case, "office", "close", closure_type="rectified") == 200


def test_a_new_lead_of_what_is_listed_has_its_own_time(players: Players) -> None:
    case = listed(rectifying(players, GENERAL))
    assert comes_to(case, "office", "transfer", lead="sibling") == 200
    real = players.book.cases[case.index]
    assert real.lead and real.listing and real.listing.term_on == real.lead.limit_on
    term_on = players.find(players.numbers[case.index]).supervisions.get().term_on
    assert term_on == real.listing.term_on
