from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed, WrongState
from documents.models import Document
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(action="delist", by="leader", reach=l.accepted, data=lambda d: {"opinion": "治理到位，同意摘牌"})


def test_works(district: District) -> None:
    number = l.accepted(district)
    row = l.row_of(district, number)
    assert (row.state, district.find(number).listing) == ("passed", "passed")
    task = SideTask.objects.get(process__machine="supervision", finished=None)
    assert (str(task.post), task.due_at) == ("县教育局分管领导", moment("2026-11-26 17:30"))
    l.delist(district, number)
    row = l.row_of(district, number)
    assert (row.state, str(row.delisted_on), row.delisting_number) == ("delisted", "2026-11-23", "教安摘〔2026〕1号")
    assert (district.find(number).listing, district.find(number).state) == ("", "verified")
    assert not Document.objects.filter(kind="announcement").exists(), "inside the system by default"


def test_one_event(district: District) -> None:
    TRIAL.works(district, to="verified", owed_by="县教育局安全办经办")


def test_wrong_state(district: District) -> None:
    number = l.accepted(district)
    l.delist(district, number)
    district.do("close", district.director, number, closure_type="rectified")
    TRIAL.wrong_state(district, number, did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="director", names="县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "opinion")


def test_it_closes_only_after_it_was_taken_off(district: District) -> None:
    number = l.accepted(district)
    with pytest.raises(Invalid, match="摘牌"):
        district.do("close", district.director, number, closure_type="rectified")
    l.delist(district, number)
    district.do("close", district.director, number, closure_type="rectified")
    assert district.find(number).state == "closed"


def test_the_public_learns_of_it_where_it_was_public(district: District) -> None:
    number = l.listed(district, is_public=True)
    district.plan(number, district.director)
    district.submit(number)
    district.pass_by_two(number)
    l.delist(district, number)
    told = Document.objects.get(kind="announcement")
    assert told.addressee is None and "校舍安全一般隐患" in told.text and "栏杆" not in told.text


def test_before_it_is_accepted_only_a_wrong_one_ends(district: District) -> None:
    number = l.listed(district)
    assert TRIAL.fields_refused(district, number) == {"wrong_because"}
    l.delist(district, number, wrong_because="挂错对象")
    row = l.row_of(district, number)
    assert (row.state, row.ban_until_on, district.find(number).listing) == ("delisted", None, "")
    assert not SideTask.objects.filter(process__machine="supervision", finished=None).exists()


def test_one_that_was_accepted_is_not_called_wrong(district: District) -> None:
    assert TRIAL.fields_refused(district, l.accepted(district), wrong_because="挂错对象") == {"wrong_because"}


def test_nothing_is_listed(district: District) -> None:
    with pytest.raises(NotAllowed):
        TRIAL.do(district, district.reach("verified"))


def test_the_lister_alone_takes_it_off(district: District) -> None:
    number = o.signed(district)
    l.propose(district, number)
    district.do("decide_listing", district.coordinator, number, ruling="list")
    o.answer(district, number)
    assert l.row_of(district, number).state == "acceptance_requested"
    district.do("pass_verification", district.principal, number, opinion="已清理")
    with pytest.raises(NotAllowed):
        l.delist(district, number)
    district.do("delist", district.coordinator, number, opinion="同意摘牌")
    assert l.row_of(district, number).delisting_number == "安办摘〔2026〕1号"


def test_doubt_of_the_closing_authority_asks_for_acceptance_anew(district: District, clock: Any) -> None:
    number = l.accepted(district)
    district.do("return_closure", district.director, number, doubt="照片不清")
    row = l.row_of(district, number)
    assert (row.state, district.find(number).listing) == ("acceptance_requested", "acceptance_requested")
    with pytest.raises((NotAllowed, WrongState, Invalid)):
        l.delist(district, number)
    district.pass_by_two(number)
    l.delist(district, number)


def test_what_must_be_listed_is_not_taken_off_as_an_error(district: District) -> None:
    number = l.filed_major(district, "02")
    assert (l.row_of(district, number).state, l.row_of(district, number).trigger) == ("listed", "L-1")
    with pytest.raises(Invalid, match="必须挂牌") as refused, transaction.atomic():
        l.delist(district, number, wrong_because="不想挂了")
    assert set(refused.value.fields) == {"wrong_because"}
    assert district.find(number).listing == "listed"
