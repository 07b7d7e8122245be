from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from core.errors import DomainError, Invalid, NotAllowed, NotFound, WrongState
from core.models import AuditEntry
from documents.models import Document
from hazards.models import UnitSupervision
from hazards.services import unit_supervisions as s
from hazards.services.unit_supervisions import Notice, Proposal
from organizations.models import User
from tests.support.district import District
from tests.support.trials import moment


def propose(d: District, who: User | None = None, *, unit: str = "school", **more: Any) -> UnitSupervision:
    notice = more.pop("notice", None)
    facts = {"conduct": "bullying", "reason": "一学期三起欺凌", "goals": "本学期无新增", **more}
    proposal = Proposal(unit=d.units[unit], **facts)
    return s.propose_unit_listing(actor=who or d.office, proposal=proposal, notice=notice, at=d.at)


def listed(d: District, **more: Any) -> UnitSupervision:
    row = propose(d)
    return s.decide_unit_listing(actor=d.leader, supervision_id=row.pk, ruling="list", at=d.at, **more)


def refused(kind: type[DomainError], call: Any, **given: Any) -> DomainError:
    with pytest.raises(kind) as caught, transaction.atomic():
        call(**given)
    return caught.value


def test_from_proposal_to_delisting(district: District, clock: Any) -> None:
    d, row = district, listed(district)
    assert (row.state, row.notice_number, row.supervisor) == ("listed", "教安挂〔2026〕1号", "测试leader")
    assert (str(row.term_on), str(row.report_due_on), str(row.ban_until_on)) == (
        "2027-01-22", "2026-12-23", "2027-05-23",
    )  # fmt: skip
    clock.set(moment("2026-12-20 10:00"))
    s.report_on_unit_listing(actor=d.principal, supervision_id=row.pk, text="已开展专题教育", at=d.at)
    s.visit_listed_unit(actor=d.office, supervision_id=row.pk, text="查看台账", at=d.at)
    row = UnitSupervision.objects.get(pk=row.pk)
    assert (str(row.report_due_on), str(row.visit_due_on)) == ("2027-01-19", "2027-01-19")
    s.check_listed_unit(actor=d.office, supervision_id=row.pk, text="仍有一起", is_passed=False, at=d.at)
    s.check_listed_unit(actor=d.office, supervision_id=row.pk, text="无新增", is_passed=True, at=d.at)
    s.delist_unit(actor=d.leader, supervision_id=row.pk, opinion="同意摘牌", at=d.at)
    row = UnitSupervision.objects.get(pk=row.pk)
    assert (row.state, row.delisting_number, row.is_missed) == ("delisted", "教安摘〔2026〕1号", False)
    told = AuditEntry.objects.filter(action__startswith="unit_supervision.").order_by("id")
    assert [entry.action.split(".")[1] for entry in told] == [
        "proposed", "listed", "reported", "visited", "checked", "checked", "delisted",
    ]  # fmt: skip
    assert set(Document.objects.values_list("kind", "subject_id")) == {
        ("listing_notice", None), ("delisting_notice", None),
    }  # fmt: skip


def test_who_declines_says_why(district: District) -> None:
    row = propose(district)
    decline = {"actor": district.leader, "supervision_id": row.pk, "ruling": "decline", "at": district.at}
    assert set(refused(Invalid, s.decide_unit_listing, **decline).fields) == {"opinion"}
    assert s.decide_unit_listing(**decline, opinion="先约谈").state == "declined"
    propose(district)


def test_the_same_is_listed_once(district: District) -> None:
    propose(district)
    refused(WrongState, propose, d=district)
    propose(district, conduct="accidents")
    propose(district, area="河东片区")


def test_a_bureau_lists_its_own_only(district: District) -> None:
    assert set(refused(Invalid, propose, d=district, unit="town").fields) == {"unit"}
    notice = Notice(
        authority="county", lister_name="县政府", number="政〔2026〕1号", term_on=moment("2027-05-01 00:00").date()
    )
    row = propose(district, unit="town", notice=notice)
    assert (row.state, row.is_external, row.bureau) == ("listed", True, district.units["edu"])


def test_another_bodys_notice_says_who_until_when(district: District) -> None:
    notice = Notice(authority="sector", lister_name="", number="", term_on=None)
    assert set(refused(Invalid, propose, d=district, notice=notice).fields) == {"authority"}


def test_another_body_takes_it_off_with_its_number(district: District) -> None:
    d = district
    notice = Notice(
        authority="city", lister_name="市政府", number="政〔2026〕1号", term_on=moment("2027-05-01 00:00").date()
    )
    row = propose(d, notice=notice)
    s.check_listed_unit(actor=d.office, supervision_id=row.pk, text="达标", is_passed=True, at=d.at)
    off = {"actor": d.leader, "supervision_id": row.pk, "opinion": "上级已摘牌", "at": d.at}
    assert set(refused(Invalid, s.delist_unit, **off).fields) == {"number"}
    assert s.delist_unit(**off, number="政〔2027〕2号").delisting_number == "政〔2027〕2号"


@pytest.mark.parametrize("who", ["safety", "principal", "central", "coordinator", "section"])
def test_only_the_office_proposes(who: str, district: District) -> None:
    refused(NotAllowed, propose, d=district, who=district.people[who])


def test_only_the_leader_decides(district: District) -> None:
    row = propose(district)
    for who, kind in (("office", NotAllowed), ("principal", NotFound), ("outsider", NotFound)):
        given = {"actor": district.people[who], "supervision_id": row.pk, "ruling": "list", "at": district.at}
        refused(kind, s.decide_unit_listing, **given)


def test_the_unit_learns_of_it_when_it_is_listed(district: District) -> None:
    row = propose(district)
    refused(NotFound, s.access_unit_supervision, user=district.principal, supervision_id=row.pk, at=district.at)
    s.decide_unit_listing(actor=district.leader, supervision_id=row.pk, ruling="list", at=district.at)
    assert s.access_unit_supervision(district.principal, row.pk, district.at) == row
    assert s.access_unit_supervision(district.central_head, row.pk, district.at) == row
    for who in ("outsider", "teacher", "coordinator"):
        refused(NotFound, s.access_unit_supervision, user=district.people[who], supervision_id=row.pk, at=district.at)


def test_a_term_that_passed_is_missed_on_the_day_after(district: District, clock: Any) -> None:
    row = listed(district, term_on=moment("2026-12-01 00:00").date())
    check = {"actor": district.office, "supervision_id": row.pk, "text": "未达标", "is_passed": False}
    clock.set(moment("2026-12-02 00:00") - timedelta(microseconds=1))
    assert not s.check_listed_unit(**check, at=district.at).is_missed
    clock.set(moment("2026-12-02 00:00"))
    found = s.check_listed_unit(**check, at=district.at)
    assert (found.is_missed, str(found.ban_until_on)) == (True, "2027-12-01")


def test_a_term_lies_ahead(district: District) -> None:
    row = propose(district)
    for day in ("2026-11-23", "2027-11-25"):
        given = {"actor": district.leader, "supervision_id": row.pk, "ruling": "list", "at": district.at}
        term_on = moment(f"{day} 00:00").date()
        assert set(refused(Invalid, s.decide_unit_listing, **given, term_on=term_on).fields) == {"term_on"}


def test_a_doubted_check_goes_on(district: District) -> None:
    d, row = district, listed(district)
    s.check_listed_unit(actor=d.office, supervision_id=row.pk, text="达标", is_passed=True, at=d.at)
    s.doubt_unit_check(actor=d.leader, supervision_id=row.pk, reason="再看一学期", at=d.at)
    row = UnitSupervision.objects.get(pk=row.pk)
    assert row.state == "listed"
    refused(WrongState, s.delist_unit, actor=d.leader, supervision_id=row.pk, opinion="摘牌", at=d.at)
