"""The one message that opens a case must read what the ORM reads, and lists walk by what visible_to says."""

import pytest
from django.db import connection

from hazards.case import Case
from hazards.listing import Filters, count_capped, find_hazards, page_of
from hazards.models import AudienceKey
from hazards.selectors import in_scope
from hazards.services.opening import open_case
from organizations.models import Unit
from organizations.posts import list_open_posts
from tests.support.district import District

STATES = ("reported", "returned", "filed", "assigned", "rectifying", "submitted", "closed")


@pytest.mark.parametrize("state", STATES)
def test_an_opened_case_is_the_case_as_the_orm_reads_it(district: District, state: str) -> None:
    hazard = district.find(district.reach(state))
    for person in district.people.values():
        opened = open_case(hazard.number, actor=person, at=district.at)
        assert opened is not None
        read = Case(hazard=hazard, actor=person, at=district.at)
        assert opened.held == read.held, person.username
        assert opened.keys == read.keys
        assert opened.bureau == read.bureau
        assert opened.reporter_unit == hazard.reporter_post.unit
        assert (opened.lead and opened.lead.pk) == hazard.lead_assignment_id
        for field in hazard._meta.concrete_fields:
            if field.name != "search":
                assert getattr(opened.hazard, field.attname) == getattr(hazard, field.attname), field.name
    for unit in Unit.objects.filter(pk__in=hazard.unit.path):
        assert opened.unit(unit.pk).path == unit.path
        assert opened.directory.posts_in([unit.pk]) == list_open_posts([unit.pk], opened.directory.on)


def test_a_number_nobody_has_opens_nothing(district: District) -> None:
    assert open_case("361102-2031-00001", actor=district.office, at=district.at) is None


def test_the_rows_that_lists_walk_are_those_of_visible_to(district: District) -> None:
    for state in STATES:
        district.reach(state)
    withdrawn = district.reach("assigned")
    district.do("withdraw", district.office, withdrawn, reason="交办有误")
    with connection.cursor() as cursor:
        cursor.execute("SELECT unnest(visible_to), id FROM hazards_hazard ORDER BY 1, 2")
        expected = cursor.fetchall()
    assert list(AudienceKey.objects.order_by("key", "hazard_id").values_list("key", "hazard_id")) == expected


def test_a_list_shows_each_person_what_he_may_read(district: District) -> None:
    for state in STATES:
        district.reach(state)
    for person in district.people.values():
        found = find_hazards(person, Filters(), at=district.at)
        expected = list(in_scope(person, district.at).order_by("-pk"))
        assert page_of(found).rows == expected, person.username
        assert count_capped(found).n == len(expected)
