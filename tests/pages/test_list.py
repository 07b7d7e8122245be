"""The list: filters in the address, pages by cursor, a bounded number of statements."""

from functools import partial

import pytest

from hazards import listing
from hazards.models import Hazard
from hazards.views import hazard_list


@pytest.fixture
def many(d):
    return [d.report(place=f"教室{i:02d}", description=f"第{i}处插座松动") for i in range(7)]


def numbers(answer):
    return [row.receipt_number for row in answer.context["page"].rows]


def test_pages_meet_without_gap_or_overlap(d, many, signed_in, monkeypatch):
    monkeypatch.setattr(hazard_list, "page_of", partial(listing.page_of, size=3))
    client = signed_in(d.safety)
    seen, address = [], "/hazards/"
    while address:
        answer = client.get(address)
        seen += [numbers(answer)]
        address = answer.context["older_url"] and "/hazards/" + answer.context["older_url"]
    assert sum(seen, []) == many[::-1]
    back = client.get("/hazards/" + answer.context["newer_url"])
    assert numbers(back) == seen[-2]


NARROWED = {
    "state=reported": 7, "state=closed": 0, "state=open": 7, "domain=04": 7, "domain=02": 0, "q=插座": 7, "q=第3处": 1,
    "q=没有这个": 0, "level=general": 0, "mine=1": 0, "found_after=2030-01-01": 0, "found_before=2030-01-01": 7,
}  # fmt: skip


def test_filters_narrow(d, many, signed_in):
    client = signed_in(d.safety)
    assert {query: len(numbers(client.get(f"/hazards/?{query}"))) for query in NARROWED} == NARROWED


def test_the_clock_narrows_too(d, many, signed_in):
    """By the colour of the last firing, by listing, by what was taken over."""
    Hazard.objects.filter(receipt_number=many[0]).update(colour="orange", listing="listed", taken_over_at=d.at)
    client = signed_in(d.safety)
    for query in ("colour=orange", "listed=1", "taken_over=1"):
        assert numbers(client.get(f"/hazards/?{query}")) == [many[0]], query
    assert "橙色预警" in client.get("/hazards/?colour=orange").content.decode()
    assert numbers(client.get("/hazards/?colour=red")) == []


def test_a_unit_takes_in_what_hangs_below_it(d, many, signed_in):
    client = signed_in(d.office)
    assert len(numbers(client.get(f"/hazards/?unit={d.units['central'].pk}"))) == 7
    assert len(numbers(client.get(f"/hazards/?unit={d.units['central2'].pk}"))) == 0


NONSENSE = [
    "state=explode", "colour=pink", "unit=x", "unit=99999999999999999999", "cursor=x", "cursor=-1", "domain='", "found_after=x",
    "q=%00", "q=%27%5C%26", "state__in=x", "dir=newer&cursor=0", "due_after=0001-01-01", "due_before=9999-12-31", "closed_after=x&reported_before=0000-00-00",
]  # fmt: skip


def test_nonsense_filters_nothing_and_breaks_nothing(d, many, signed_in):
    client = signed_in(d.safety)
    assert [query for query in NONSENSE if client.get(f"/hazards/?{query}").status_code != 200] == []


@pytest.mark.parametrize("who", ["teacher", "safety", "central", "office", "leader", "coordinator", "section"])
def test_a_page_takes_at_most_eight_statements(d, many, signed_in, django_assert_max_num_queries, who):
    client = signed_in(d.people[who])
    client.get("/hazards/?q=插座")  # small reference tables, and what is known of signs, are kept for a minute
    for query in ("", "?state=reported", "?q=插座", "?unit=1&overdue=1&mine=1"):
        with django_assert_max_num_queries(8):
            assert client.get(f"/hazards/{query}").status_code == 200


def test_an_empty_list_says_what_to_do(d, signed_in):
    assert "还没有隐患" in signed_in(d.outsider).get("/hazards/").content.decode()
    assert "没有符合条件的隐患" in signed_in(d.outsider).get("/hazards/?q=插座").content.decode()


def test_the_capped_count_says_more(monkeypatch):
    assert str(listing.Count(10_001, listing.COUNT_CAP)) == "10,000+"
    assert str(listing.Count(10_000, listing.COUNT_CAP)) == "10,000"
