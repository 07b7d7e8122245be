"""Papers: drafted with what is known, issued under a number of their series, and then as they are for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from core.clock import SHANGHAI
from core.errors import Invalid, WrongState
from documents.fields import Sort
from documents.kinds import KINDS
from documents.models import Document
from documents.selectors import list_of_subject, list_of_units
from documents.services import (
    Draft,
    draft_document,
    draft_documents,
    edit_draft,
    issue_document,
    issue_new_document,
    void_document,
)
from documents.wordings import PARAGRAPHS, TITLES

REMINDER = {
    "hazard": "361102-2026-00001",
    "matter": "教学楼二楼栏杆松动",
    "step": "整改",
    "due_on": date(2026, 12, 4),
    "days_left": 3,
}
BULLETIN = {"unit": "第一小学", "facts": "栏杆松动逾期未整改。"}


def draft(d, kind="reminder", fields=None, **more):
    facts = {
        "subject_id": 7, "issuer_unit": d.units["edu"], "addressee": d.units["school"], "at": d.at,
        "drafted_by": None, **more,
    }  # fmt: skip
    return draft_document(kind=kind, fields=REMINDER if fields is None else fields, **facts)


def issued(d, **more):
    return issue_document(draft(d, **more), by=d.director, at=d.at)


def every_field(kind):
    samples = {
        Sort.SHORT: "校舍", Sort.LONG: "情况属实。", Sort.DAY: date(2026, 11, 3), Sort.NUMBER: 5,
        Sort.MOMENT: datetime(2026, 11, 3, 7, 30, tzinfo=UTC),
    }  # fmt: skip
    return {one.name: samples.get(one.sort) or next(iter(one.options)) for one in kind.asked}


def test_a_draft_says_what_is_known_in_the_words_of_an_official_paper(district):
    paper = draft(district)
    assert (paper.state, paper.number, paper.serial) == ("draft", "", None)
    assert (paper.issuer_name, paper.addressee_name, paper.region_code) == (
        "县教育局", "第一小学", district.units["edu"].prefecture_code,
    )  # fmt: skip
    assert paper.title == "关于教学楼二楼栏杆松动的催办单"
    assert paper.text.splitlines() == [
        "你单位承办的教学楼二楼栏杆松动（隐患编号361102-2026-00001），整改的期限为2026年12月4日。",
        "距期限还有3天，请按期完成。",
        "办理情况请及时登记。",
    ]


def test_what_is_missing_is_a_blank_in_the_draft_and_stops_the_issuing(district):
    paper = draft(
        district, kind="interview", fields={"invitees": "第一小学校长", "form": "admonish", "facts": "逾期。"}
    )
    assert "进行告诫约谈" in paper.text and "时间：＿＿＿＿" in paper.text and "主持人" not in paper.text
    with pytest.raises(Invalid) as refused:
        issue_document(paper, by=district.director, at=district.at)
    assert set(refused.value.fields) == {"held_at", "place"}
    assert "约谈时间" in refused.value.fields["held_at"][0]

    whole = {**paper.fields, "held_at": datetime(2026, 11, 25, 7, 5, tzinfo=UTC), "place": "局三楼会议室"}
    paper = edit_draft(paper, fields=whole, at=district.at)
    assert "时间：2026年11月25日15时05分" in paper.text
    assert issue_document(paper, by=district.director, at=district.at).number == "教安约〔2026〕1号"


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_can_be_filled_in_and_issued(district, name):
    kind = KINDS[name]
    given = every_field(kind)
    paper = draft(district, kind=name, fields=given)
    assert "＿" not in paper.title + paper.text and "%" not in paper.title + paper.text
    bare = draft(district, kind=name, fields={one.name: given[one.name] for one in kind.asked if one.is_required})
    assert bare.text and "＿" not in bare.text
    assert issue_document(bare, by=district.director, at=district.at).number.startswith(f"教安{kind.mark}〔2026〕")


def test_every_field_of_a_kind_is_said_in_its_paper_and_no_two_kinds_share_a_series():
    for kind in KINDS.values():
        words = "".join(map(str, [TITLES[kind.name], *PARAGRAPHS[kind.name]]))
        assert [one.name for one in kind.asked if f"%({one.name})s" not in words] == []
    marks = [kind.mark for kind in KINDS.values()]
    assert len(set(marks)) == len(marks)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"colour": "red"}, "colour"),
        ({"days_left": "三"}, "days_left"),
        ({"days_left": True}, "days_left"),
        ({"due_on": "明天"}, "due_on"),
        ({"matter": "长" * 201}, "matter"),
    ],
)
def test_fields_of_another_kind_or_type_are_refused_by_name(district, fields, name):
    with pytest.raises(Invalid) as refused:
        draft(district, fields={**REMINDER, **fields})
    assert list(refused.value.fields) == [name] and not Document.objects.exists()


def test_a_choice_and_a_moment_are_checked(district):
    for wrong in ({"form": "torture"}, {"held_at": "2026-11-25"}, {"held_at": datetime(2026, 11, 25)}):  # noqa: DTZ001
        with pytest.raises(Invalid) as refused:
            draft(district, kind="interview", fields=wrong)
        assert list(refused.value.fields) == list(wrong)


@pytest.mark.parametrize("number", ["13900000000", "0793-8000000", "361102201001011234"])
def test_what_goes_to_the_public_names_nobody_by_number(district, number):
    fields = {"unit": "第一小学", "matter": "栏杆", "notice": "教安挂〔2026〕1号", "result": f"已修复，联系{number}"}
    with pytest.raises(Invalid) as refused:
        draft(district, kind="announcement", fields=fields)
    assert list(refused.value.fields) == ["result"]
    assert draft(district, kind="bulletin", fields={**BULLETIN, "facts": number}).pk
    assert draft(district, kind="announcement", fields={**fields, "result": "工期20260101至20261231，已修复"}).pk


def test_numbers_rise_without_a_gap_per_issuer_kind_and_year(district):
    assert [issued(district).number for _ in range(2)] == ["教安催〔2026〕1号", "教安催〔2026〕2号"]
    assert issued(district, kind="bulletin", fields=BULLETIN).number == "教安通〔2026〕1号"
    assert issued(district, issuer_unit=district.units["school"]).number == "校安催〔2026〕1号"
    # Another school has a series of its own, of the same words.
    assert issued(district, issuer_unit=district.units["far"]).number == "校安催〔2026〕1号"
    lost = draft(district)
    with pytest.raises(RuntimeError), transaction.atomic():
        issue_document(lost, by=district.director, at=district.at)
        raise RuntimeError
    lost.refresh_from_db()
    assert lost.state == "draft" and issued(district).serial == 3


def test_the_year_of_a_number_is_that_of_the_local_day(district, clock):
    paper = draft(district)
    clock.set(datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI))
    assert issued(district).number == "教安催〔2026〕1号"
    clock.advance(timedelta(minutes=1))
    assert issue_document(paper, by=district.director, at=district.at).number == "教安催〔2027〕1号"


def test_an_issued_paper_stands_whoever_asks(district):
    paper = issued(district)
    assert (paper.issued_by, paper.issued_at) == (district.director, district.at)
    with pytest.raises(WrongState, match="教安催〔2026〕1号"):
        edit_draft(paper, fields=REMINDER, at=district.at)
    with pytest.raises(WrongState):
        issue_document(paper, by=district.director, at=district.at)
    rows = Document.objects.filter(pk=paper.pk)
    for change in (
        {"text": "别的"},
        {"title": "别的"},
        {"number": "教安催〔2026〕9号"},
        {"state": "draft"},
        {"fields": {}},
    ):
        with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        rows.delete()
    paper.refresh_from_db()
    assert paper.state == "issued" and paper.title == "关于教学楼二楼栏杆松动的催办单"


def test_a_paper_is_made_void_once_with_a_reason_and_keeps_text_and_number(district):
    paper = issued(district)
    for reason in ("", "  ", "长" * 201):
        with pytest.raises(Invalid) as refused:
            void_document(paper, by=district.director, reason=reason, at=district.at)
        assert list(refused.value.fields) == ["reason"]
    gone = void_document(paper, by=district.director, reason="发错单位", at=district.at)
    assert (gone.state, gone.void_reason, gone.void_by) == ("void", "发错单位", district.director)
    assert (gone.number, gone.text) == (paper.number, paper.text)
    with pytest.raises(WrongState):
        void_document(paper, by=district.director, reason="再次", at=district.at)
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic():
        Document.objects.filter(pk=paper.pk).update(void_reason="改口")
    assert issued(district).serial == 2


def test_a_draft_given_up_uses_no_number(district):
    gone = void_document(draft(district), by=district.director, reason="不发了", at=district.at)
    assert gone.number == "" and issued(district).serial == 1


def test_own_words_stand_instead_of_the_filled_in_ones(district):
    paper = edit_draft(draft(district), fields=REMINDER, title="催办", text="请速办。", at=district.at)
    assert (paper.title, paper.text) == ("催办", "请速办。")
    assert issue_document(paper, by=None, at=district.at).text == "请速办。"
    with pytest.raises(Invalid) as refused:
        edit_draft(draft(district), fields=REMINDER, text="长" * 10_001, at=district.at)
    assert list(refused.value.fields) == ["text"]


def test_thousands_are_drafted_in_one_statement(district, django_assert_num_queries):
    unit = district.units["school"]
    drafts = [
        Draft(
            kind="reminder", subject_id=n, issuer_unit=district.units["edu"], addressee=unit, at=district.at,
            fields={**REMINDER, "days_left": n},
        )
        for n in range(2000)
    ]  # fmt: skip
    with django_assert_num_queries(1):
        papers = draft_documents(drafts)
    assert [paper.subject_id for paper in papers] == list(range(2000))
    assert len({paper.pk for paper in papers}) == 2000 == Document.objects.count()
    assert "距期限还有1999天" in Document.objects.get(subject_id=1999).text


def test_one_that_is_issued_at_once_costs_two_statements_and_equals_the_other(district, django_assert_num_queries):
    facts = {"subject_id": 7, "issuer_unit": district.units["edu"], "addressee": district.units["school"]}
    with django_assert_num_queries(2):
        paper = issue_new_document(
            Draft(kind="reminder", fields=REMINDER, at=district.at, **facts), by=district.director
        )
    other = issued(district)
    differ = {"id", "serial", "number"}
    values = [dict(Document.objects.filter(pk=one.pk).values().get()) for one in (paper, other)]
    assert {name for name in values[0] if values[0][name] != values[1][name]} == differ
    with pytest.raises(Invalid):
        issue_new_document(Draft(kind="bulletin", fields={}, at=district.at, **facts), by=None)


def test_names_are_those_of_the_day_of_issue(district):
    paper = draft(district)
    district.units["school"].name = "第一实验小学"
    district.units["school"].save()
    paper = issue_document(paper, by=district.director, at=district.at)
    assert paper.addressee_name == "第一实验小学"
    district.units["school"].name = "实验小学"
    district.units["school"].save()
    paper.refresh_from_db()
    assert paper.addressee_name == "第一实验小学"


def test_drafts_are_the_issuers_and_grave_papers_the_parties(district):
    edu, school, far = (district.units[name].pk for name in ("edu", "school", "far"))
    drafted = draft(district, kind="bulletin", fields=BULLETIN)
    plain = issued(district)
    facts = {"unit": "第一小学", "facts": "逾期。", "proposal": "诫勉。"}
    grave = issued(district, kind="accountability", fields=facts, addressee=district.units["gov"])
    given_up = void_document(draft(district), by=district.director, reason="不发", at=district.at)

    def seen(*units):
        return {paper.pk for paper in list_of_subject(7, units)}

    assert seen(edu) == {drafted.pk, plain.pk, grave.pk, given_up.pk}
    assert seen(school) == seen(far) == seen() == {plain.pk}
    assert seen(district.units["gov"].pk) == {plain.pk, grave.pk}
    void_document(plain, by=district.director, reason="发错", at=district.at)
    assert seen(school) == {plain.pk}, "what was issued stays to be read, marked void"
    assert list_of_subject(8, [edu]).count() == 0


def test_papers_about_a_unit_are_read_by_issuer_and_addressee(district):
    paper = issued(district, kind="bulletin", fields=BULLETIN, subject_id=None)
    draft(district, kind="bulletin", fields=BULLETIN, subject_id=None)
    edu, school, far = (district.units[name].pk for name in ("edu", "school", "far"))
    assert [list_of_units([unit]).count() for unit in (edu, school, far)] == [2, 1, 0]
    assert list_of_units([school]).get().pk == paper.pk


@pytest.mark.django_db(transaction=True)
def test_papers_change_in_the_callers_transaction_only(cloned_db):
    with pytest.raises(TransactionManagementError):
        issue_document(Document(pk=1, kind="reminder"), by=None, at=datetime(2026, 11, 23, tzinfo=UTC))
