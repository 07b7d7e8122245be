"""首次查阅: who first opened a file when; told to who handles or ordered it, and to nobody else."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from core.clock import StillClock
from hazards import openings
from hazards.models import FirstOpening
from hazards.selectors import access_hazard


def noted(d, number):
    rows = FirstOpening.objects.filter(hazard=d.find(number)).order_by("pk")
    return [(row.user.username, row.post_label, row.opened_at) for row in rows]


def test_only_the_first_opening_is_kept(d, signed_in):
    number, client = d.report(), signed_in(d.safety)
    client.get(f"/hazards/{number}/")
    StillClock.advance(timedelta(hours=1))
    client.get(f"/hazards/{number}/")
    assert noted(d, number) == [("safety", "第一小学安全员", StillClock.START)]


def test_each_person_and_each_file_is_noted_apart(d, signed_in):
    one, other = d.report(), d.report(place="操场")
    for who, number in ((d.safety, one), (d.central, one), (d.safety, other)):
        signed_in(who).get(f"/hazards/{number}/")
    assert [row[:2] for row in noted(d, one)] == [("safety", "第一小学安全员"), ("central", "城关中心校安全负责人")]
    assert [row[0] for row in noted(d, other)] == ["safety"]


def test_the_api_notes_it_too(d, signed_in):
    number = d.report()
    assert signed_in(d.safety).get(f"/api/v1/hazards/{number}/").status_code == 200
    assert [row[0] for row in noted(d, number)] == ["safety"]


def test_who_may_not_read_it_and_who_only_asks_for_its_head_leave_no_trace(d, signed_in):
    number = d.report()
    assert signed_in(d.outsider).get(f"/hazards/{number}/").status_code == 404
    assert signed_in(d.safety).head(f"/hazards/{number}/").status_code == 200
    assert noted(d, number) == []


def test_one_who_is_named_himself_is_noted_by_the_post_he_holds(d, signed_in):
    number = d.reach("rectifying")
    signed_in(d.teacher).get(f"/hazards/{number}/")
    assert noted(d, number)[0][:2] == ("teacher", "第一小学教职工")


def test_who_ordered_it_sees_who_knows(d, signed_in):
    number = d.reach("assigned")
    signed_in(d.safety).get(f"/hazards/{number}/")
    StillClock.advance(timedelta(minutes=5))
    page = signed_in(d.office).get(f"/hazards/{number}/")
    assert [(one.user.username, one.post_label) for one in page.context["openings"]] == [
        ("safety", "第一小学安全员"), ("office", "县教育局安全办经办"),
    ]  # fmt: skip
    assert "首次查阅" in page.content.decode() and "11月23日 周一 09:00" in page.content.decode()


@pytest.mark.parametrize("who", ["safety", "principal", "central"])
def test_the_lead_unit_and_those_over_it_are_not_told(d, signed_in, who):
    number = d.reach("assigned")
    signed_in(d.office).get(f"/hazards/{number}/")
    page = signed_in(d.people[who]).get(f"/hazards/{number}/")
    assert page.context["openings"] == [] and "首次查阅" not in page.content.decode()


def test_the_reporter_is_not_among_them(d, signed_in):
    number = d.report(channel="direct")
    for who in (d.teacher, d.office):
        page = signed_in(who).get(f"/hazards/{number}/")
    assert len(noted(d, number)) == 2
    assert [one.user.username for one in page.context["openings"]] == ["office"]


def test_of_a_restricted_hazard_nobody_is_told(d, signed_in):
    number = d.report(domain="08")
    page = signed_in(d.bureau_confidant).get(f"/hazards/{number}/")
    assert len(noted(d, number)) == 1 and page.context["openings"] == []


def test_it_takes_one_statement_and_never_fails_the_page(d, signed_in, monkeypatch, django_assert_num_queries):
    case = access_hazard(d.safety, d.report(), d.at)
    with django_assert_num_queries(1):
        openings.record_opening(case)

    def broken():
        raise DatabaseError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", broken)
        openings.record_opening(case)


def test_who_inquires_is_noted_and_not_betrayed(d, signed_in):
    number = d.reach("assigned")
    d.do("grant_reading", d.leader, number, reader=d.investigator.pk, until_on="2026-12-31", reason="信访核查")
    assert signed_in(d.investigator).get(f"/hazards/{number}/").status_code == 200
    page = signed_in(d.office).get(f"/hazards/{number}/")
    assert [row[0] for row in noted(d, number)] == ["investigator", "office"]
    assert [one.user.username for one in page.context["openings"]] == ["office"]
