"""我的逾期: what is late of one's own unit and of those below, by who owes it."""

from datetime import timedelta

import pytest

from core.clock import StillClock
from hazards.models import Hazard
from tests.support.district import District
from workflows import overdue
from workflows.overdue import Overdue


def late(d: District, n: int = 1) -> list[str]:
    """So many whose limit the first school let pass, and one report of the far school that nobody looked at."""
    numbers = [d.reach("rectifying") for _ in range(n)]
    d.report(d.outsider, unit=d.units["far"].pk)
    due = max(hazard.due_at for hazard in Hazard.objects.all() if hazard.due_at)
    StillClock.set(due + timedelta(days=2))
    return numbers


def told(answer) -> dict[str, int]:
    return {owner.name: owner.n for owner in answer.context["page"].owners}


def numbers(answer) -> list[str]:
    return [row.hazard.receipt_number for owner in answer.context["page"].owners for row in owner.rows]


def test_on_the_last_minute_nothing_is_late(d, signed_in):
    number = d.reach("rectifying")
    due = d.find(number).due_at
    StillClock.set(due - timedelta(minutes=1))
    assert "没有逾期的事项" in signed_in(d.safety).get("/overdue/").content.decode()
    StillClock.set(due)
    assert told(signed_in(d.safety).get("/overdue/")) == {"第一小学": 1}


SEEN = {
    "safety": {"第一小学": 2},
    "principal": {"第一小学": 2},
    "central": {"第一小学": 2},
    "office": {"第一小学": 2, "河东小学": 1},
    "leader": {"第一小学": 2, "河东小学": 1},
    "far_principal": {"河东小学": 1},
    "teacher": {},
    "fire": {},
}


@pytest.mark.parametrize("who", SEEN)
def test_everybody_sees_what_he_looks_after(d, signed_in, who):
    late(d, 2)
    names = {d.units["far"].name: "河东小学"}
    found = told(signed_in(d.people[who]).get("/overdue/"))
    assert {names.get(name, name): n for name, n in found.items()} == SEEN[who]


def test_the_unit_whose_time_it_is_owes_it(d, signed_in):
    """What the office does not verify in time is the office's, not the school's."""
    number = d.reach("submitted")
    StillClock.set(d.find(number).due_at + timedelta(days=1))
    assert told(signed_in(d.office).get("/overdue/")) == {"县教育局": 1}
    assert told(signed_in(d.principal).get("/overdue/")) == {}


def test_a_decision_that_is_late_stands_beside_the_work(d, signed_in):
    number = d.reach_plan("in_review")
    StillClock.advance(timedelta(days=40))
    rows = [row for owner in signed_in(d.office).get("/overdue/").context["page"].owners for row in owner.rows]
    assert ("整改方案", "plan", number) in {(row.what, row.deadline.kind, row.hazard.receipt_number) for row in rows}


def test_a_figure_opens_its_rows(d, signed_in):
    here = late(d, 5)
    client = signed_in(d.office)
    page = client.get("/overdue/")
    school = next(owner for owner in page.context["page"].owners if owner.name == "第一小学")
    assert (school.n, len(school.rows), school.n_more) == (5, 3, 2)
    assert f"?owner={school.unit_id}" in page.content.decode()
    opened = client.get(f"/overdue/?owner={school.unit_id}")
    assert sorted(numbers(opened)) == sorted(here)


def test_the_longest_late_comes_first(d, signed_in):
    first = d.reach("rectifying")
    StillClock.advance(timedelta(days=3))
    second = d.reach("rectifying")
    StillClock.set(d.find(second).due_at)
    assert numbers(signed_in(d.office).get("/overdue/")) == [first, second]


def test_pages_meet_without_gap_or_overlap(d, signed_in, monkeypatch):
    here = late(d, 5)
    monkeypatch.setattr(overdue, "PAGE_SIZE", 2)
    client, seen, query = signed_in(d.office), [], f"?owner={d.units['school'].pk}"
    while query:
        answer = client.get(f"/overdue/{query}")
        seen.append(numbers(answer))
        query = answer.context["later_url"]
    assert [len(page) for page in seen] == [2, 2, 1] and sorted(sum(seen, [])) == sorted(here)


def test_owners_are_paged_too(d, signed_in, monkeypatch):
    late(d)
    monkeypatch.setattr(overdue, "N_OWNERS", 1)
    client, names, query = signed_in(d.office), [], "?"
    while query:
        answer = client.get(f"/overdue/{query}")
        names += list(told(answer))
        query = answer.context["later_url"]
    assert sorted(names) == sorted(["第一小学", d.units["far"].name])


@pytest.mark.parametrize("query", ["owner=x", "owner=99999999999999999999", "cursor=x", "cursor=1-", "cursor=9" * 9])
def test_nonsense_breaks_nothing(d, signed_in, query):
    late(d)
    assert signed_in(d.office).get(f"/overdue/?{query}").status_code == 200


def test_another_units_figure_opens_nothing(d, signed_in):
    late(d)
    answer = signed_in(d.far_principal).get(f"/overdue/?owner={d.units['school'].pk}")
    assert numbers(answer) == [] and answer.status_code == 200


def test_what_one_may_not_read_is_not_counted(d):
    number = d.report(domain="08", place="操场", description="保密内容")
    StillClock.set(d.find(number).due_at + timedelta(days=1))
    seen = {
        who: Overdue(d.people[who], d.at, held(d, who)).count()
        for who in ("safety", "principal", "office", "bureau_confidant")
    }
    assert seen == {"safety": 0, "principal": 0, "office": 0, "bureau_confidant": 1}


def held(d, who):
    from organizations.posts import list_held_posts

    return list_held_posts(d.people[who], d.at)


def test_the_number_of_statements_does_not_grow(d, signed_in, django_assert_max_num_queries):
    late(d, 6)
    client = signed_in(d.office)
    client.get("/overdue/")
    for query in ("", f"?owner={d.units['school'].pk}"):
        with django_assert_max_num_queries(9):
            client.get(f"/overdue/{query}")


def test_the_desk_leads_to_it(d, signed_in):
    assert '/overdue/">' not in signed_in(d.office).get("/").content.decode().split("<main")[1]
    late(d, 2)
    page = signed_in(d.office).get("/").content.decode()
    assert "本单位和下级单位逾期 3 项" in page
