"""What filing, grading, work and judgement do to a listing, and what a listing asks of them."""

from datetime import timedelta
from typing import Any

import pytest

from core.clock import today
from core.errors import Invalid
from deadlines.models import Deadline
from documents.models import Document
from hazards.case import Case
from hazards.models import Measure
from hazards.services.plan_gate import needs_plan
from tests.support import listed as l
from tests.support import outside as o
from tests.support.district import District
from tests.support.trials import moment


def state_of(d: District, number: str) -> str:
    row, listing = l.row_of(d, number), d.find(number).listing
    assert listing == (row.state if row.state not in ("delisted", "declined", "ended") else "")
    return str(row.state)


# --- with filing and grading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("domain", "trigger"), [("02", "L-1"), ("09", "L-2")])
def test_major_fire_and_chemicals_are_listed_at_filing(domain: str, trigger: str, district: District) -> None:
    number = l.filed_major(district, domain)
    row = l.row_of(district, number)
    assert (state_of(district, number), row.trigger, row.is_standing) == ("listed", trigger, True)
    assert (row.supervisor, row.notice_number, str(row.term_on)) == ("测试leader", "教安挂〔2026〕1号", "2027-05-22")
    assert district.find(number).rank == 5
    notice = Document.objects.get(kind="listing_notice")
    assert (notice.row_id, notice.addressee) == (row.pk, district.units["school"])


def test_any_other_major_is_proposed(district: District) -> None:
    number = district.filed_major()
    assert (state_of(district, number), l.row_of(district, number).trigger) == ("proposed", "L-3")


@pytest.mark.parametrize("level", ["general", "significant"])
def test_below_major_nothing_is_proposed(level: str, district: District) -> None:
    number = district.report(district.office, domain="02", description="安全出口锁闭")
    district.do("file", district.office, number, level=level, domain="02", competence="school")
    assert district.find(number).listing == ""


def test_what_a_department_must_solve_is_proposed_to_the_county(district: District) -> None:
    number = l.filed_major(district, "02", competence="department")
    row = l.row_of(district, number)
    assert (row.state, row.authority, row.lister_unit) == ("proposed", "county", district.units["gov"])


def test_while_the_level_is_to_be_judged_it_is_proposed(district: District) -> None:
    number = l.pending_major(district, "02")
    assert district.find(number).level_is_pending
    assert (state_of(district, number), l.row_of(district, number).trigger) == ("proposed", "L-1")
    district.do("regrade", district.office, number, level="major", reason="确认重大")
    district.do("confirm_countersign", district.leader, number)
    assert (state_of(district, number), l.row_of(district, number).is_standing) == ("listed", True)


def test_what_is_no_major_any_more_is_not_proposed_any_more(district: District) -> None:
    number = district.filed_major()
    district.do("regrade", district.office, number, level="significant", reason="已消除主要危险")
    district.do("confirm_countersign", district.leader, number)
    assert state_of(district, number) == "ended"


def test_what_becomes_major_is_listed_with_it(district: District) -> None:
    number = district.report(district.office, domain="02", description="安全出口锁闭")
    district.do("file", district.office, number, level="significant", domain="02", competence="school")
    district.do("regrade", district.office, number, level="major", reason="出口全部锁闭", clause=district.clause)
    if district.find(number).level != "major":
        district.do("confirm_countersign", district.leader, number)
    assert state_of(district, number) == "listed"


def test_what_was_proposed_for_something_else_must_be_listed_now(district: District) -> None:
    number = district.report(district.office, domain="02", description="安全出口锁闭")
    district.do("file", district.office, number, level="significant", domain="02", competence="school")
    l.propose(district, number)
    district.do("regrade", district.office, number, level="major", reason="出口全部锁闭", clause=district.clause)
    row = l.row_of(district, number)
    assert (row.state, row.trigger, row.is_standing) == ("listed", "L-1", True)


def test_another_clause_does_not_bring_back_what_was_declined(district: District) -> None:
    from hazards.models import JudgingClause

    number = district.filed_major()
    l.decide(district, number, "decline")
    other = JudgingClause.objects.exclude(pk=district.clause).order_by("pk").values_list("pk", flat=True)[0]
    district.do("regrade", district.office, number, level="major", reason="另一条", clause=other)
    district.do("confirm_countersign", district.leader, number)
    assert state_of(district, number) == "declined"


# --- with the work ------------------------------------------------------------------------------------------------


def test_a_plan_comes_before_progress(district: District) -> None:
    number = l.listed(district)
    assert needs_plan(Case(hazard=district.find(number), actor=district.office, at=district.at))
    with pytest.raises(Invalid, match="整改方案"):
        district.do("report_progress", district.safety, number, percent=30, progress="已拆除")


def test_a_report_moves_the_next_one(district: District, clock: Any) -> None:
    number = l.listed(district)
    first = l.row_of(district, number).report_due_on
    district.plan(number, district.director)
    clock.advance(timedelta(days=20))
    district.do("report_progress", district.safety, number, percent=30, progress="已拆除")
    row = l.row_of(district, number)
    assert first and row.report_due_on
    limits = {one.kind: one for one in Deadline.objects.filter(subject_id=row.hazard_id, row_id=row.pk)}
    assert limits["report"].due_at == moment(f"{row.report_due_on} 00:00") + timedelta(days=1)
    assert (limits["report"].state, limits["term"].state) == ("armed", "armed")


def test_acceptance_is_verification(district: District) -> None:
    number = l.asked(district)
    assert state_of(district, number) == "acceptance_requested"
    assert not Deadline.objects.filter(kind__in=["report", "term"], state="armed").exists()
    with pytest.raises(Invalid) as caught:
        district.do("pass_verification", district.office, number, opinion="合格")
    assert "photos" in caught.value.fields, "two people, with photos"
    district.pass_by_two(number)
    assert state_of(district, number) == "passed"
    opinion = Document.objects.get(kind="acceptance_opinion")
    assert "合格" in opinion.text and "局外专家王某" in opinion.text


def test_work_that_fails_is_listed_on(district: District, clock: Any) -> None:
    number = l.asked(district)
    clock.advance(timedelta(days=3))
    photos = [str(district.photo(district.office).pk)]
    district.do("fail_verification", district.office, number, failed_points="仍松动", photos=photos)
    row = l.row_of(district, number)
    assert (state_of(district, number), str(row.visit_due_on)) == ("listed", "2026-12-28")
    assert Document.objects.filter(kind="acceptance_opinion").count() == 1


def test_papers_that_come_back_change_no_opinion(district: District) -> None:
    number = l.asked(district)
    district.do("return_submission", district.office, number, defects="照片不清")
    assert state_of(district, number) == "listed"
    assert not Document.objects.filter(kind="acceptance_opinion").exists()


def test_a_submission_taken_back_takes_back_the_asking(district: District) -> None:
    number = l.asked(district)
    district.do("withdraw", district.principal, number, reason="还差一处")
    assert state_of(district, number) == "listed"


def test_a_judgement_taken_back_voids_its_opinion(district: District) -> None:
    number = l.accepted(district)
    district.do("withdraw", district.office, number, reason="看错了一处")
    assert state_of(district, number) == "acceptance_requested"
    assert Document.objects.get(kind="acceptance_opinion").state == "void"


@pytest.mark.parametrize(("days", "is_missed"), [(0, False), (1, True)])
def test_a_term_that_passes_while_it_is_judged_is_missed_when_it_fails(
    days: int, is_missed: bool, district: District, clock: Any
) -> None:
    number = l.listed(district, term_on="2026-12-08")
    district.plan(number, district.director)
    district.submit(number)
    clock.set(moment("2026-12-08 23:00") + timedelta(days=days))
    photos = [str(district.photo(district.office).pk)]
    district.do("fail_verification", district.office, number, failed_points="仍松动", photos=photos)
    row = l.row_of(district, number)
    assert row.is_missed == is_missed
    assert str(row.ban_until_on) == ("2027-12-08" if is_missed else "2027-05-23")
    assert Measure.objects.filter(kind="accountability").exists() == is_missed


def test_a_leader_who_finds_it_gone_settles_the_listing(district: District) -> None:
    gone = {"closure_type": "demolished", "decision": "纪要9号", "arrangement": "分流"}
    number, other = l.listed(district), l.proposed(district)
    for one in (number, other):
        photos = [str(district.photo(district.leader).pk)]
        district.do("eliminate", district.leader, one, **gone, photos=photos)
    assert (state_of(district, number), state_of(district, other)) == ("passed", "declined")
    l.delist(district, number)


# --- what it forbids ----------------------------------------------------------------------------------------------


def test_what_is_listed_is_neither_merged_nor_voided(district: District) -> None:
    number = district.reach("assigned")
    l.propose(district, number)
    l.decide(district, number)
    with pytest.raises(Invalid, match="须先摘牌"):
        district.do("void", district.director, number, reason="重复")
    master = district.reach("assigned")
    with pytest.raises(Invalid, match="须先摘牌"):
        district.do("merge", district.office, number, master=master, reason="同一处")


def test_what_is_only_proposed_ends_with_the_case(district: District) -> None:
    number = district.reach("filed")
    l.propose(district, number)
    district.do("void", district.director, number, reason="重复")
    assert state_of(district, number) == "ended"


def test_a_transfer_leaves_the_lister_its_verdict(district: District) -> None:
    number = l.listed(district)
    district.do(
        "transfer", district.office, number, lead=district.units["sibling"].pk, reason="场地归二小", requirements="加固"
    )
    hazard = district.find(number)
    assert (hazard.verifying_unit, hazard.closing_unit) == (district.units["edu"], district.units["edu"])
    assert state_of(district, number) == "listed"


def test_a_departments_result_is_confirmed_as_ever(district: District) -> None:
    number = o.signed(district)
    verifying = district.find(number).verifying_unit
    l.propose(district, number)
    district.do("decide_listing", district.coordinator, number, ruling="list")
    assert district.find(number).verifying_unit == verifying


def test_what_the_office_was_late_with_is_not_the_schools(district: District, clock: Any) -> None:
    """Listed at filing, assigned two months later: the school has its own time for plan and report."""
    number = l.filed_major(district, "02")
    clock.set(district.at + timedelta(days=60))
    district.do("assign", district.office, number, lead=district.units["school"].pk, requirements="打开安全出口")
    row = l.row_of(district, number)
    assert row.plan_due_on > today(district.at) and row.report_due_on > row.plan_due_on
    report = Deadline.objects.get(subject_id=row.hazard_id, kind="report", state="armed")
    assert report.owner_unit == district.units["school"] and report.due_at > district.at
