"""流程: where everything stands, who owes it, filters in the address, pages by due moment, a constant number of statements."""

from datetime import timedelta
from functools import partial

import pytest

from core.clock import StillClock
from hazards.states import OPEN
from organizations.models import Unit
from workflows import where
from workflows.views import process_list

MANAGERS = ("principal", "central", "central_head", "section", "office", "director", "leader", "coordinator")


@pytest.fixture
def county(d):
    """Two of the bureau's path, one of the school's own and one of another township, at different steps."""
    Unit.objects.filter(pk=d.units["central"].pk).update(township="城关镇")
    Unit.objects.filter(pk=d.units["far"].pk).update(township="河东镇")
    found = {"reported": d.report(), "assigned": d.reach("assigned"), "rectifying": d.reach("rectifying")}
    return {**found, "far": d.report(d.outsider, unit=d.units["far"].pk)}


def rows(answer):
    return [turn.hazard.number for turn in answer.context["page"].rows]


def number(d, receipt):
    return d.find(receipt).number


def test_each_row_says_step_post_since_due_and_age(d, county, signed_in):
    StillClock.advance(timedelta(days=3))
    page = signed_in(d.office).get("/process/")
    turn = next(turn for turn in page.context["page"].rows if turn.hazard.receipt_number == county["assigned"])
    assert (turn.step, str(turn.hazard.responsible_post), turn.n_days) == ("待签收", "第一小学安全员", 3)
    assert turn.since == StillClock.START
    text = page.content.decode()
    assert "待签收" in text and "11月23日 周一 起" in text and "已逾期 2 天" in text and "3 天" in text


def test_what_is_closed_is_not_in_it(d, signed_in):
    d.reach("closed"), d.reach("rejected")
    assert rows(signed_in(d.office).get("/process/")) == []


def test_everybody_sees_his_own_scope(d, county, signed_in):
    seen = {
        who: len(rows(signed_in(d.people[who]).get("/process/")))
        for who in ("principal", "central", "office", "far_principal")
    }
    assert seen == {"principal": 3, "central": 3, "office": 4, "far_principal": 1}


@pytest.mark.parametrize("who", ["teacher", "safety", "confidant", "fire"])
def test_who_directs_nobody_is_sent_to_his_desk(d, signed_in, who):
    answer = signed_in(d.people[who]).get("/process/")
    assert answer.status_code == 403 and "工作台" in answer.content.decode()
    assert "/process/" not in signed_in(d.people[who]).get("/").content.decode()


@pytest.mark.parametrize("who", MANAGERS)
def test_who_directs_finds_it_in_the_frame(d, signed_in, who):
    assert 'href="/process/"' in signed_in(d.people[who]).get("/").content.decode()


def test_filters_narrow_and_stay_in_the_address(d, county, signed_in):
    StillClock.advance(timedelta(days=1, hours=12))
    client, school, bureau = signed_in(d.office), d.units["school"].pk, d.units["edu"].pk
    found = {
        query: len(rows(client.get(f"/process/?{query}")))
        for query in (
            "step=assigned", "step=closed", "post=safety", f"owner={school}", f"owner={bureau}", f"unit={d.units['central'].pk}",
            "township=城关镇", "township=河东镇", "township=无", "level=general", "overdue=1", f"step=assigned&owner={school}",
        )
    }  # fmt: skip
    assert found == {
        "step=assigned": 1, "step=closed": 4, "post=safety": 4, f"owner={school}": 3, f"owner={bureau}": 0,
        f"unit={d.units['central'].pk}": 3, "township=城关镇": 3, "township=河东镇": 1, "township=无": 0, "level=general": 2,
        "overdue=1": 3, f"step=assigned&owner={school}": 1,
    }  # fmt: skip
    page = client.get("/process/?step=assigned&township=城关镇")
    assert ("待签收", "?township=%E5%9F%8E%E5%85%B3%E9%95%87") in page.context["active"]


def test_a_figure_opens_exactly_the_rows_behind_it(d, county, signed_in):
    StillClock.advance(timedelta(days=2))
    client = signed_in(d.office)
    page = client.get("/process/")
    links = [*page.context["steps"], *page.context["owners"]]
    assert sum(link.stuck.n for link in page.context["steps"]) == len(rows(page)) == page.context["counts"].n == 4
    for link in links:
        behind = client.get("/process/" + link.url)
        assert len(rows(behind)) == link.stuck.n == behind.context["counts"].n
        late = [turn for turn in behind.context["page"].rows if turn.hazard.due_at <= StillClock.now()]
        assert len(late) == link.stuck.n_overdue == behind.context["counts"].n_overdue


def test_a_chosen_figure_lets_go_of_its_filter(d, county, signed_in):
    page = signed_in(d.office).get("/process/?step=assigned")
    chosen = next(link for link in page.context["steps"] if link.is_chosen)
    assert (chosen.stuck.key, chosen.url) == ("assigned", "?")


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_meet_without_gap_or_overlap(d, county, signed_in, monkeypatch, size):
    d.report(place="同时到期")
    monkeypatch.setattr(process_list, "page_of", partial(where.page_of, size=size))
    client = signed_in(d.office)
    pages, address = [], "/process/"
    while address:
        answer = client.get(address)
        pages.append(rows(answer))
        address = answer.context["later_url"] and "/process/" + answer.context["later_url"]
    every = sum(pages, [])
    assert len(every) == len(set(every)) == 5
    dues = [d.find(one).due_at for one in every]
    assert dues == sorted(dues)
    back = [pages.pop()]
    while answer.context["sooner_url"]:
        answer = client.get("/process/" + answer.context["sooner_url"])
        back.append(rows(answer))
        assert back[-1] == pages.pop()
    assert pages == []


NONSENSE = [
    "cursor=x", "cursor=-1", "cursor=1-1", "cursor=999999999999999999-1", "cursor=-&dir=sooner", "unit=x", "owner=99999999999999999999",
    "step=explode", "post=%00", "township=%00%ff", "level='", "state__in=x", "cursor=%E2%91%A0-1",
]  # fmt: skip


def test_nonsense_breaks_nothing(d, county, signed_in):
    client = signed_in(d.office)
    assert [query for query in NONSENSE if client.get(f"/process/?{query}").status_code != 200] == []


@pytest.mark.parametrize("who", MANAGERS)
def test_the_number_of_statements_does_not_grow(d, county, signed_in, django_assert_max_num_queries, who):
    client = signed_in(d.people[who])
    client.get("/process/")
    for query in ("", "?step=assigned&post=safety&overdue=1", "?township=城关镇&unit=1&owner=1"):
        with django_assert_max_num_queries(13):
            assert client.get(f"/process/{query}").status_code == 200


def test_an_empty_list_says_what_it_is_for(d, signed_in):
    assert "没有正在办理的隐患" in signed_in(d.principal).get("/process/").content.decode()


def test_a_restricted_hazard_is_in_nobodys_list_but_his_who_may_read_it(d, signed_in):
    d.report(domain="08", place="暗号处")
    for who in MANAGERS:
        answer = signed_in(d.people[who]).get("/process/")
        assert answer.status_code == 200 and "暗号处" not in answer.content.decode()
        assert answer.context["counts"].n == 0


def test_every_open_state_has_a_figure(d):
    assert {where.Filters.read({"step": state}).step for state in OPEN} == set(OPEN)


@pytest.fixture
def countersigned(d):
    """The director wants an assigned hazard voided; the leader has to agree."""
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复录入")
    return number


def test_what_waits_beside_the_step_is_told_and_counted(d, county, countersigned, signed_in):
    page = signed_in(d.office).get("/process/")
    text = page.content.decode()
    turn = next(turn for turn in page.context["page"].rows if turn.hazard.receipt_number == countersigned)
    assert [str(side.flow_task.task_title) for side in turn.sides] == ["待会签"]
    assert "待会签 · 县教育局分管领导" in text
    (link,) = page.context["sides"]
    assert (link.stuck.label, link.stuck.n, link.stuck.n_overdue) == ("会签", 1, 0)
    behind = signed_in(d.office).get("/process/" + link.url)
    assert rows(behind) == [number(d, countersigned)]
    assert ("会签", "?") in behind.context["active"]
    assert rows(signed_in(d.office).get("/process/?side=plan")) == []
    assert rows(signed_in(d.office).get("/process/?side=nonsense")) == rows(page)


def test_a_turn_of_a_small_machine_is_a_to_do_of_the_second_person_alone(d, countersigned, signed_in):
    def asked(who):
        groups = signed_in(who).get("/").context["groups"]
        return [(line.what, line.task.hazard.receipt_number) for group in groups for line in group.to_dos]

    assert asked(d.leader) == [("会签", countersigned)]
    for who in (d.director, d.office):
        assert "会签" not in [what for what, _number in asked(who)]
