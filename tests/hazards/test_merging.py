"""A merger and what becomes of both: chains, reopened masters, counts, and what the reporter of the other learns."""

import pytest
from django.db import transaction

from core.errors import Invalid
from hazards.selectors import count_by_state, in_scope
from organizations.kinds import PostKind
from tests.support.district import District, make_person
from tests.support.trials import assert_owed


@pytest.fixture
def colleague(district: District):
    return make_person("colleague", district.units["school"], PostKind.TEACHER)


def test_a_master_is_not_merged_away(district: District) -> None:
    first, second, third = district.report(), district.report(district.safety), district.report(district.principal)
    district.do("merge", district.safety, second, master=first, reason="同一处")
    with pytest.raises(Invalid, match="请打开 .*把那一条并入本条") as caught, transaction.atomic():
        district.do("merge", district.safety, first, master=third, reason="同一处")
    assert second in str(caught.value.fields)
    # The way out that the message names.
    district.do("merge", district.safety, third, master=first, reason="同一处")
    assert {one.receipt_number for one in district.find(first).absorbed.all()} == {second, third}


def test_into_one_that_was_merged_names_where_it_went(district: District) -> None:
    first, second, third = district.report(), district.report(district.safety), district.report(district.principal)
    district.do("merge", district.safety, second, master=first, reason="同一处")
    with pytest.raises(Invalid, match=f"请改填 {first}"), transaction.atomic():
        district.do("merge", district.safety, third, master=second, reason="同一处")


def test_counted_once(district: District) -> None:
    first, second = district.report(), district.report(district.safety)
    assert count_by_state(district.office, district.at) == {"reported": 2}
    district.do("merge", district.safety, second, master=first, reason="同一处")
    assert count_by_state(district.office, district.at) == {"reported": 1}


def test_who_reported_the_other_learns_what_becomes_of_it(district: District, colleague) -> None:
    master, other = district.report(), district.report(colleague)
    mine = in_scope(colleague, district.at)
    assert not mine.filter(receipt_number=master).exists()
    district.do("merge", district.safety, other, master=master, reason="同一处")
    assert mine.filter(receipt_number=master).exists()
    district.do("unmerge", district.central, other, reason="不是")
    district.do("confirm_countersign", district.director, other)
    assert not mine.filter(receipt_number=master).exists()


def test_a_master_closed_and_reopened_keeps_what_it_took_in(district: District, colleague) -> None:
    other = district.report(colleague)
    district.do("escalate", district.safety, other, reason="请统一安排")
    master = district.reach("verified")
    district.do("merge", district.office, other, master=master, reason="同一处")
    district.do("close", district.office, master, closure_type="rectified")
    photos = [str(district.photo(district.office).pk)]
    district.do("reopen", district.office, master, cause="rebound", findings="又松了", photos=photos)
    assert district.find(other).state == "merged"
    assert in_scope(colleague, district.at).filter(receipt_number=master).exists()
    assert count_by_state(district.office, district.at) == {"rectifying": 1}
    # And it can still be let go.
    district.do("unmerge", district.office, other, reason="另一处也松")
    district.do("confirm_countersign", district.leader, other)
    assert_owed(district.find(other), "县教育局安全办经办")


def test_one_whose_master_is_closed_can_be_let_go(district: District) -> None:
    master, other = district.reach("verified"), district.reach("filed")
    district.do("merge", district.office, other, master=master, reason="同一处")
    district.do("close", district.office, master, closure_type="rectified")
    district.do("unmerge", district.office, other, reason="另一处")
    district.do("confirm_countersign", district.leader, other)
    assert district.find(other).state == "filed" and district.find(master).state == "closed"


def test_the_master_may_be_merged_by_its_file_number(district: District) -> None:
    master, other = district.reach("filed"), district.reach("filed")
    district.do("merge", district.office, other, master=f" {district.find(master).file_number} ", reason="同一处")
    assert district.find(other).state == "merged"
