from typing import Any

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from documents.models import Document
from hazards.actions import ACTIONS
from tests.hazards.test_request_extension import FACTS
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import Trial, moment
from workflows.models import SideTask

TRIAL = Trial(action="decide_listing", by="leader", reach=l.proposed, data=lambda d: {"ruling": "list"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    row = l.row_of(district, hazard.number)
    assert (row.state, hazard.listing, hazard.rank) == ("listed", "listed", 5)
    assert (row.notice_number, str(row.listed_on), row.supervisor) == ("教安挂〔2026〕1号", "2026-11-23", "测试leader")
    assert row.term_on == hazard.lead_assignment.limit_on, "the limit that lies ahead is the term"
    assert str(row.plan_due_on) == "2026-12-07"
    assert str(row.visit_due_on) == "2026-12-23" and str(row.ban_until_on) == "2027-05-23"
    assert hazard.verifying_unit == hazard.closing_unit == district.units["edu"]
    turns = {
        task.process.machine: (str(task.post), task.due_at)
        for task in SideTask.objects.filter(hazard=hazard, finished=None)
    }
    assert turns["supervision"] == ("县教育局安全办经办", moment("2026-12-24 00:00"))
    assert "plan" in turns, "who is listed plans in writing"
    notice = Document.objects.get(kind="listing_notice")
    assert (notice.row_id, notice.addressee, notice.issued_by) == (row.pk, district.units["school"], district.leader)


def test_the_announcement_names_nobody(district: District) -> None:
    number = l.listed(district, is_public=True, supervisor="李某")
    words = l.row_of(district, number).announcement
    assert "第一小学" in words and "校舍安全一般隐患" in words
    assert not any(name in words for name in ("李某", "测试", "栏杆"))


def test_wrong_state(district: District) -> None:
    number = l.proposed(district)
    l.decide(district, number, "decline")
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    district.do("close", district.office, number, closure_type="rectified")
    TRIAL.wrong_state(district, number, did="销号")


def test_nothing_to_decide(district: District) -> None:
    with pytest.raises(NotAllowed):
        TRIAL.do(district, district.reach("rectifying"))


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="office", names="县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "ruling")


def test_who_declines_says_why(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, ruling="decline") == {"opinion"}
    l.decide(district, number, "decline")
    assert (l.row_of(district, number).state, district.find(number).listing) == ("declined", "")
    assert not SideTask.objects.filter(process__machine="supervision", finished=None).exists()
    l.propose(district, number)


@pytest.mark.parametrize("domain", ["02", "09"])
def test_what_must_be_listed_is_not_declined(domain: str, district: District) -> None:
    number = l.pending_major(district, domain)
    with pytest.raises(Invalid) as caught:
        l.decide(district, number, "decline")
    assert set(caught.value.fields) == {"ruling"}
    l.decide(district, number)


def test_any_other_major_may_be_declined(district: District) -> None:
    number = district.filed_major()
    assert l.row_of(district, number).trigger == "L-3"
    l.decide(district, number, "decline")


def test_the_term_lies_ahead_and_within_a_year(district: District) -> None:
    number = TRIAL.reach(district)
    for day in ("2026-11-23", "2027-11-25"):
        assert TRIAL.fields_refused(district, number, term_on=day) == {"term_on"}
    TRIAL.do(district, number, term_on="2027-11-24")


def test_the_term_is_not_shorter_than_the_limit_that_was_given(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("request_extension", district.safety, number, **FACTS)
    district.do("rule_extension", district.director, number, ruling="grant", opinion="同意")
    lead = district.find(number).lead_assignment
    assert lead is not None and str(lead.limit_on) == "2026-12-12"
    assert TRIAL.fields_refused(district, number, term_on="2026-12-11") == {"term_on"}
    TRIAL.do(district, number, term_on="2026-12-12")


def test_a_limit_that_passed_gives_the_term_of_the_rules(district: District, clock: Any) -> None:
    number = TRIAL.reach(district)
    clock.set(moment("2027-03-01 10:00"))
    TRIAL.do(district, number)
    assert str(l.row_of(district, number).term_on) == "2027-03-31"


def test_a_supervising_unit_has_people(district: District) -> None:
    number = TRIAL.reach(district)
    transport = district.units["transport"].pk
    assert TRIAL.fields_refused(district, number, supervisor_unit=transport) == {"supervisor_unit"}
    TRIAL.do(district, number, supervisor_unit=district.units["section"].pk)
    task = SideTask.objects.get(process__machine="supervision", finished=None)
    assert str(task.post) == "基建科科室经办"


def test_a_paper_that_exists_keeps_its_number(district: District) -> None:
    number = l.listed(district, number="教安〔2026〕77号")
    assert l.row_of(district, number).notice_number == "教安〔2026〕77号"
    assert not Document.objects.filter(kind="listing_notice").exists()


def test_work_that_is_done_is_accepted_next(district: District) -> None:
    number = l.listed(district, "submitted")
    row = l.row_of(district, number)
    assert (row.state, row.plan_due_on) == ("acceptance_requested", None)
    district.pass_by_two(number)


def test_work_that_is_good_is_not_listed(district: District) -> None:
    number = l.proposed(district, "submitted")
    district.do("pass_verification", district.office, number, opinion="合格")
    with pytest.raises(Invalid, match="不予挂牌"):
        l.decide(district, number)
    with pytest.raises(Invalid, match="拟挂牌"):
        district.do("close", district.director, number, closure_type="rectified")
    l.decide(district, number, "decline")
    district.do("close", district.director, number, closure_type="rectified")


def test_the_county_lists_a_department(district: District) -> None:
    number = o.signed(district)
    l.propose(district, number)
    with pytest.raises((NotAllowed, NotFound)):
        l.decide(district, number)
    district.do("decide_listing", district.coordinator, number, ruling="list")
    row = l.row_of(district, number)
    assert (row.state, row.notice_number, row.supervisor_unit) == ("listed", "安办挂〔2026〕1号", district.units["gov"])
    assert row.plan_due_on is None, "a department is asked for its result, not for a plan"
    assert district.find(number).verifying_unit != district.units["gov"]


def test_a_school_verifies_and_closes_nothing_that_is_listed(district: District) -> None:
    number = district.reach_own("rectifying")
    l.propose(district, number)
    l.decide(district, number)
    hazard = district.find(number)
    assert (hazard.closes_in_one_act, hazard.verifying_unit) == (False, district.units["edu"])
    assert str(ACTIONS["decide_listing"].label) == "挂牌审批"
