from typing import Any

import pytest

from core.errors import Invalid, WrongState
from documents.models import Document
from hazards.models import HazardEvent
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial


def notice(d: District) -> dict[str, Any]:
    return {
        "what": "notice", "authority": "city", "lister_name": "市政府安委会", "number": "安委〔2026〕8号",
        "term_on": "2027-05-31", "photos": [str(d.photo(d.office).pk)],
    }  # fmt: skip


TRIAL = Trial(action="record_listing", by="office", reach=lambda d: d.reach("rectifying"), data=notice)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    row = l.row_of(district, hazard.number)
    assert (row.state, row.is_external, row.authority, row.lister_name) == ("listed", True, "city", "市政府安委会")
    assert (row.notice_number, str(row.term_on), hazard.listing, hazard.rank) == (
        "安委〔2026〕8号", "2027-05-31", "listed", 5,
    )  # fmt: skip
    assert not Document.objects.filter(kind="listing_notice").exists(), "it has a paper of its own"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("reported"), did="上报", owed_by="第一小学安全员")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "what", "number", "photos")


@pytest.mark.parametrize("name", ["authority", "lister_name", "term_on"])
def test_a_notice_says_who_lists_until_when(name: str, district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, **{name: None}) == {name}


def test_only_what_is_listed_is_extended_or_accepted(district: District) -> None:
    number = l.listed(district)
    for what in ("extension", "acceptance"):
        with pytest.raises(WrongState, match="没有登记过上级挂牌"):
            l.record(district, number, what, term_on="2027-06-30")


def test_an_extension_goes_past_the_term(district: District) -> None:
    number = TRIAL.reach(district)
    l.record(district, number)
    assert TRIAL.fields_refused(district, number, what="extension", term_on="2027-05-31") == {"term_on"}
    l.record(district, number, "extension", term_on="2027-06-01")
    row = l.row_of(district, number)
    assert (str(row.term_on), row.n_extended) == ("2027-06-01", 1)


def test_it_answers_what_was_proposed_to_the_county(district: District) -> None:
    number = o.signed(district)
    district.leave(district.coordinator)
    l.propose(district, number)
    l.record(district, number, authority="county", lister_name="县人民政府")
    row = l.row_of(district, number)
    assert (row.state, row.is_external, row.lister_name, row.trigger) == ("listed", True, "县人民政府", "L-4")


def test_its_body_accepts_it_before_the_bureau_passes_it(district: District) -> None:
    number = TRIAL.reach(district)
    l.record(district, number)
    district.plan(number, district.director)
    district.submit(number)
    with pytest.raises(Invalid, match="登记其验收合格的结论"):
        district.pass_by_two(number)
    l.record(district, number, "acceptance", is_passed=True, requirements="验收合格")
    district.pass_by_two(number)
    for more in ({}, {"number": "安委〔2027〕2号"}):
        with pytest.raises(Invalid, match="市政府安委会"):
            l.delist(district, number, **more)
    l.delist(district, number, number="安委〔2027〕2号", photos=[str(district.photo(district.leader).pk)])
    row = l.row_of(district, number)
    assert (row.state, row.delisting_number) == ("delisted", "安委〔2027〕2号")
    district.do("close", district.director, number, closure_type="rectified")


def test_what_its_body_did_not_accept_goes_on(district: District) -> None:
    number = TRIAL.reach(district)
    l.record(district, number)
    district.plan(number, district.director)
    district.submit(number)
    l.record(district, number, "acceptance", requirements="护栏高度不足")
    row = l.row_of(district, number)
    assert (row.state, row.opinion) == ("listed", "护栏高度不足")
    photos = [str(district.photo(district.office).pk)]
    district.do("fail_verification", district.office, number, failed_points="高度不足", photos=photos)
    district.submit(number)
    assert l.row_of(district, number).state == "acceptance_requested"


def test_a_higher_body_takes_over_what_the_bureau_listed(district: District) -> None:
    number = l.listed(district)
    l.record(district, number)
    row = l.row_of(district, number)
    assert (row.state, row.is_external, row.lister_name, row.notice_number) == (
        "listed", True, "市政府安委会", "安委〔2026〕8号",
    )  # fmt: skip
    event = HazardEvent.objects.get(hazard=row.hazard, seq=row.hazard.last_seq)
    assert event.data["raised_from"] == "县教育局 教安挂〔2026〕1号"
    with pytest.raises(Invalid, match="已登记过市政府安委会的挂牌"):
        l.record(district, number)


def test_what_is_accepted_is_not_listed_again(district: District) -> None:
    assert TRIAL.fields_refused(district, l.accepted(district)) == {"what"}


def test_a_bureaus_limit_does_not_go_past_it(district: District) -> None:
    number = TRIAL.reach(district)
    l.record(district, number, term_on="2026-12-10")
    with pytest.raises(Invalid, match="市政府安委会挂牌督办的期限"):
        facts = {"until_on": "2026-12-11", "reason_kind": "works", "reason": "施工", "control": "停用走廊"}
        district.do("request_extension", district.safety, number, **facts)
