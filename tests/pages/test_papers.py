"""文书 on the hazard file, and a paper as it is read and printed: by whom, in which state."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from documents.models import Document
from documents.services import Draft, draft_document, draft_documents, issue_document, void_document


def paper(d, number, *, kind="bulletin", by="edu", to="school", **fields):
    facts = {"unit": "第一小学", "facts": "栏杆松动逾期未整改。", **fields} if kind == "bulletin" else fields
    return draft_document(
        kind=kind, subject_id=d.find(number).pk, issuer_unit=d.units[by], addressee=d.units[to], fields=facts,
        at=d.at, drafted_by=d.office,
    )  # fmt: skip


def issue(d, document):
    return issue_document(document, by=d.director, at=d.at)


@pytest.fixture
def number(d):
    return d.find(d.reach("rectifying")).number


def test_a_file_without_papers_has_no_such_section(d, number, signed_in):
    assert 'id="papers"' not in signed_in(d.office).get(f"/hazards/{number}/").content.decode()


def test_the_file_lists_papers_with_number_state_who_and_when(d, number, signed_in):
    issue(d, paper(d, number))
    paper(d, number, kind="interview", invitees="校长", form="remind", facts="逾期。")
    page = signed_in(d.office).get(f"/hazards/{number}/").content.decode()
    assert "文书 2" in page and "教安通〔2026〕1号" in page and "关于对第一小学予以通报批评的通报" in page
    assert "已签发" in page and "草稿" in page and d.director.name in page and "发第一小学" in page


def test_a_draft_is_read_by_its_unit_only(d, number, signed_in):
    drafted = paper(d, number)
    for name, status in (("office", 200), ("leader", 200), ("section", 200), ("safety", 404), ("central", 404)):
        assert signed_in(d.people[name]).get(f"/hazards/{number}/papers/{drafted.pk}/").status_code == status, name
    assert "通报批评" not in signed_in(d.principal).get(f"/hazards/{number}/").content.decode()
    issue(d, drafted)
    for name, status in (
        ("principal", 200),
        ("central", 200),
        ("teacher", 200),
        ("outsider", 404),
        ("sibling_safety", 404),
    ):
        assert signed_in(d.people[name]).get(f"/hazards/{number}/papers/{drafted.pk}/").status_code == status, name


def test_what_the_school_drafts_is_not_the_bureaus_to_read_yet(d, number, signed_in):
    facts = {
        "matter": "栏杆松动", "due_on": date(2026, 12, 4), "progress": "已备料", "reasons": "材料迟到",
        "controls": "已封闭走廊", "until_on": date(2026, 12, 20),
    }  # fmt: skip
    asked = paper(d, number, kind="extension_request", by="school", to="edu", **facts)
    assert signed_in(d.safety).get(f"/hazards/{number}/papers/{asked.pk}/").status_code == 200
    assert signed_in(d.office).get(f"/hazards/{number}/papers/{asked.pk}/").status_code == 404


def test_a_proposal_to_hold_somebody_to_account_never_reaches_the_school(d, number, signed_in):
    facts = {"unit": "第一小学", "facts": "逾期。", "proposal": "诫勉谈话。"}
    grave = issue(d, paper(d, number, kind="accountability", to="gov", **facts))
    assert signed_in(d.leader).get(f"/hazards/{number}/papers/{grave.pk}/").status_code == 200
    assert signed_in(d.principal).get(f"/hazards/{number}/papers/{grave.pk}/").status_code == 404
    assert "问责" not in signed_in(d.principal).get(f"/hazards/{number}/").content.decode()


def test_restricted_papers_are_for_those_who_see_the_hazard(d, signed_in):
    number = d.find(d.report(d.confidant, domain="08")).number
    issued = issue(
        d, paper(d, number, kind="urge_letter", hazard=number, matter="一事", step="核查", due_on=date(2026, 12, 1))
    )
    address = f"/hazards/{number}/papers/{issued.pk}/"
    assert [signed_in(d.people[name]).get(address).status_code for name in ("confidant", "bureau_confidant")] == [
        200,
        200,
    ]
    assert [signed_in(d.people[name]).get(address).status_code for name in ("office", "chief", "principal")] == [
        404
    ] * 3


def test_a_paper_is_found_under_its_own_hazard_only(d, number, signed_in):
    other = d.find(d.reach("rectifying")).number
    issued = issue(d, paper(d, number))
    client = signed_in(d.office)
    assert client.get(f"/hazards/{number}/papers/{issued.pk}/").status_code == 200
    for address in (f"/hazards/{other}/papers/{issued.pk}/", f"/hazards/{number}/papers/{issued.pk + 99}/"):
        assert client.get(address).status_code == 404
    for odd in ("x", "0", "-1", "9" * 30, "１", "1.5"):
        assert client.get(f"/hazards/{number}/papers/{odd}/").status_code == 404
    assert client.post(f"/hazards/{number}/papers/{issued.pk}/").status_code == 405


def test_a_printed_paper_says_issuer_number_addressee_text_signer_and_day(d, number, signed_in):
    page = signed_in(d.principal).get(f"/hazards/{number}/papers/{issue(d, paper(d, number)).pk}/").content.decode()
    for words in (
        "县教育局", "教安通〔2026〕1号", f"签发人：{d.director.name}", "第一小学：", "现对第一小学予以通报批评", "2026年11月23日",
    ):  # fmt: skip
        assert words in page, words
    assert "草稿" not in page and "作废" not in page


def test_drafts_and_void_papers_cannot_be_mistaken_for_valid_ones(d, number, signed_in):
    drafted = paper(d, number)
    address = f"/hazards/{number}/papers/{drafted.pk}/"
    page = signed_in(d.office).get(address).content.decode()
    assert "这是草稿" in page and "（未签发）" in page
    void_document(issue(d, drafted), by=d.director, reason="发错单位", at=d.at)
    page = signed_in(d.principal).get(address).content.decode()
    assert "已作废" in page and "发错单位" in page and "教安通〔2026〕1号" in page
    file = signed_in(d.principal).get(f"/hazards/{number}/").content.decode()
    assert "已作废" in file and "发错单位" in file


def test_what_was_typed_is_never_markup(d, number, signed_in):
    issued = issue(d, paper(d, number, facts="<script>alert(1)</script>逾期。", unit="<b>一小</b>"))
    for address in (f"/hazards/{number}/papers/{issued.pk}/", f"/hazards/{number}/"):
        page = signed_in(d.office).get(address).content.decode()
        assert "<script>alert(1)" not in page and "<b>一小" not in page and "&lt;b&gt;一小" in page


def test_papers_cost_a_file_one_statement_however_many(d, number, signed_in, django_assert_num_queries):
    from hazards.papers import MOST_SHOWN, list_papers
    from hazards.selectors import access_hazard

    subject = d.find(number)
    drafts = [
        Draft(
            kind="reminder", subject_id=subject.pk, issuer_unit=d.units["edu"], addressee=d.units["school"],
            at=d.at + timedelta(days=n),
            fields={"hazard": number, "matter": f"第{n}次", "step": "整改", "due_on": date(2026, 12, 1)},
        )
        for n in range(60)
    ]  # fmt: skip
    draft_documents(drafts)
    assert Document.objects.count() == 60
    case = access_hazard(d.office, number, d.at)
    with django_assert_num_queries(1):
        rows = list_papers(case)
        assert [row.who for row in rows] == ["系统"] * MOST_SHOWN
    page = signed_in(d.office).get(f"/hazards/{number}/").content.decode()
    assert (
        "更早的文书" in page and page.count("bh-paper-link") == MOST_SHOWN and page.count("<ul") == page.count("</ul>")
    )
