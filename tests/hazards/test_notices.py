"""Who hears of what in a hazard's life, and who must not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.clock import today
from deadlines.calendar_duty import set_duty
from hazards.actions import ACTIONS
from hazards.live import unit_paths
from hazards.notice_kinds import list_kinds, say_audience
from hazards.notices import NOTICES, Who
from notifications.kinds import KINDS
from notifications.models import OutboxMessage
from notifications.texts import say_messages
from organizations.models import Holding
from organizations.services import delegate_post, end_holding
from tests.support import listed
from tests.support.district import District
from tests.support.told import told_of
from tests.support.trials import moment


def test_every_event_has_a_notice_or_says_why_nobody_hears_of_it() -> None:
    assert NOTICES.keys() == ACTIONS.keys()
    for name, notice in NOTICES.items():
        assert bool(notice.who) != bool(notice.nobody), name
        assert say_audience(notice)
        assert ACTIONS[name].event in KINDS


def test_every_kind_of_the_layer_is_known_with_its_words() -> None:
    kinds = list_kinds()
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(KINDS[kind.name] == kind and str(kind.label) and str(kind.audience) for kind in kinds)


def told_in(d: District, number: str) -> list[tuple[str, set[str]]]:
    """(action, who was told), in the order of the log; * marks those whose turn began."""
    hazard = d.find(number)
    lines = []
    for event in hazard.events.order_by("seq"):
        told = told_of(d, hazard, event.seq)
        lines.append((event.action, {f"{name}*" if row.payload.get("awaited") else name for name, row in told.items()}))
    return lines


def test_a_full_life_by_the_office(district: District) -> None:
    number = district.reach("closed")
    assert told_in(district, number) == [
        ("report", {"safety*"}),
        ("escalate", {"office*", "teacher"}),
        ("file", {"teacher"}),
        ("assign", {"safety*", "teacher"}),
        ("sign", {"office", "principal", "teacher"}),
        ("submit", {"office*", "safety"}),
        ("pass_verification", {"safety", "principal", "teacher"}),
        ("close", {"teacher", "safety", "principal"}),
    ]


def test_a_full_life_by_the_school_itself(district: District) -> None:
    number = district.reach_own("closed")
    told = told_in(district, number)
    assert [action for action, _who in told] == ["report", "self_handle", "submit", "confirm_and_close"]
    # What the school settles itself troubles nobody above it.
    assert set().union(*(who for _action, who in told)) <= {"safety*", "safety", "teacher", "principal", "principal*"}


def test_what_is_returned_and_fails_goes_back_to_who_works_on_it(district: District) -> None:
    d, number = district, district.reach("submitted")
    d.do("fail_verification", d.office, number, failed_points="焊点开裂")
    hazard = d.find(number)
    told = told_of(d, hazard, hazard.last_seq)
    assert {"safety", "principal"} <= told.keys() and "office" not in told
    assert {row.urgency for row in told.values()} >= {2}


def test_a_major_one_reaches_leaders_and_the_watch_at_once(district: District, clock) -> None:
    d = district
    number = d.report(suspected_major=True, interim_control="已停用")
    told = told_of(d, d.find(number), 1)
    assert {"office", "leader"} <= told.keys()
    assert {row.urgency for row in told.values()} == {3}


@pytest.mark.parametrize(
    ("at", "is_told"),
    [("2026-11-23 08:30", False), ("2026-11-23 17:30", True), ("2026-11-28 10:00", True)],
)
def test_the_watch_is_told_whenever_nobody_works(district: District, clock: Any, at: str, is_told: bool) -> None:
    """Also on a Saturday morning."""
    d = district
    clock.set(moment(at))
    day = today(d.at)
    set_duty(
        actor=d.office, unit=d.units["edu"], first=day, last=day, leader_name=d.chief.name, phone="13800000001", at=d.at
    )
    number = d.report(suspected_major=True, interim_control="已停用")
    assert ("chief" in told_of(d, d.find(number), 1)) == is_told


def test_the_head_hears_of_a_listing_beside_who_works_there(district: District) -> None:
    d = district
    number = listed.listed(d, "assigned")
    hazard = d.find(number)
    assert {"safety", "principal"} <= told_of(d, hazard, hazard.last_seq).keys()


def test_co_units_hear_when_their_case_goes_into_another(district: District) -> None:
    d = district
    master, number = d.reach("assigned"), d.reach("filed")
    d.do(
        "assign", d.office, number, lead=d.units["school"].pk, requirements="加固",
        co_units=[d.units["sibling"].pk], co_task="配合",
    )  # fmt: skip
    d.do("merge", d.office, number, master=master, reason="同一处")
    hazard = d.find(number)
    row = told_of(d, hazard, hazard.last_seq)["sibling_safety"]
    assert row.payload == {"number": hazard.number, "gone": True}
    assert say_messages([row])[row.pk].title == f"{hazard.number} 已合并登记，您单位不再办理"


def test_who_loses_a_task_and_the_file_with_it_hears_that(district: District) -> None:
    d, number = district, district.reach("assigned")
    d.do("transfer", d.office, number, lead=d.units["far"].pk, reason="由河东小学负责", requirements="加固")
    hazard = d.find(number)
    told = told_of(d, hazard, hazard.last_seq)
    assert told["outsider"].payload["awaited"] == "sign" and "safety" in told


def test_a_group_is_told_where_it_is_as_far_as_units_may_see_it(district: District) -> None:
    d = district
    plain, direct, hidden = (d.find(d.report(**more)) for more in ({}, {"channel": "direct"}, {"domain": "08"}))
    paths = unit_paths([plain.pk, direct.pk, hidden.pk])
    assert d.units["school"].pk in paths[plain.pk] and d.units["edu"].pk in paths[direct.pk]
    assert not {d.units["school"].pk, d.units["central"].pk} & {*paths[direct.pk]}
    assert hidden.pk not in paths


def test_people_who_change_posts_are_written_to_once_at_the_end(district: District) -> None:
    """Else two of them could wait for each other's inboxes and hazards crosswise."""
    d = district
    d.report()
    with CaptureQueriesContext(connection) as sent, transaction.atomic():
        end_holding(actor=None, holding=Holding.objects.get(user=d.safety), until_on=today(d.at), at=d.at)
    told = [
        n
        for n, one in enumerate(sent.captured_queries)
        if "notifications_inbox" in one["sql"] or "EXECUTE" in one["sql"]
    ]
    locks = [n for n, one in enumerate(sent.captured_queries) if "FOR UPDATE" in one["sql"]]
    assert OutboxMessage.objects.filter(kind="work.moved").exists() and max(locks) < max(told)


def test_a_confidential_one_tells_the_named_its_number_and_nothing_else(district: District) -> None:
    d = district
    number = d.report(domain="08")
    hazard = d.find(number)
    assert hazard.is_restricted
    told = told_of(d, hazard, 1)
    assert told and told.keys() <= {"confidant", "bureau_confidant"}
    for row in told.values():
        assert row.payload.keys() == {"number", "awaits"}
    for said in say_messages(told.values()).values():
        assert "第一小学" not in f"{said}" and "栏杆" not in f"{said}" and number in said.title and said.about == ""


def test_what_went_past_the_school_is_not_told_to_it(district: District) -> None:
    d = district
    number = d.report(channel="direct")
    told = told_of(d, d.find(number), 1)
    assert told.keys() == {"office"}


def test_a_vacant_post_is_told_upward(district: District) -> None:
    d = district
    d.leave(d.safety)
    number = d.report()
    assert told_of(d, d.find(number), 1).keys() == {"principal"}


def test_who_stands_in_is_told_too(district: District) -> None:
    d = district
    own = Holding.objects.get(user=d.safety)
    delegate_post(
        actor=d.safety, holding=own, to=d.principal, reason="外出", at=d.at, from_on=today(d.at),
        until_on=today(d.at) + timedelta(days=3),
    )  # fmt: skip
    number = d.report()
    assert told_of(d, d.find(number), 1).keys() == {"safety", "principal"}


def test_an_act_entered_for_another_is_told_to_him(district: District) -> None:
    d = district
    number = d.reach("assigned")
    d.do(
        "sign", d.office, number, leader=d.principal.pk, handler=d.safety.pk, interim_control="已警戒",
        _on_behalf={"name": "安全员", "person": d.safety.pk, "how": "call", "note": "电话告知"},
    )  # fmt: skip
    hazard = d.find(number)
    told = told_of(d, hazard, hazard.last_seq)
    assert "safety" in told and "office" not in told
    assert told["principal"].payload["recorder"] == d.office.name


def test_the_first_of_two_hears_that_the_second_agreed(district: District) -> None:
    d = district
    number = d.report(suspected_major=True, interim_control="已停用")
    facts = {"level": "major", "domain": "04", "competence": "school", "clause": d.clause}
    d.do("file", d.office, number, **facts)
    hazard = d.find(number)
    asked = told_of(d, hazard, hazard.last_seq)
    assert asked["leader"].payload["awaited"] == "confirm_countersign" and "office" not in asked
    d.do("confirm_countersign", d.leader, number)
    hazard = d.find(number)
    told = told_of(d, hazard, hazard.last_seq)
    assert "office" in told and "leader" not in told
    assert told["office"].kind == "hazard.filed" and told["office"].payload["second"] == d.leader.name


def test_an_act_that_is_only_tried_tells_nobody(district: District) -> None:
    d = district
    number = d.report(suspected_major=True, interim_control="已停用")
    d.do("file", d.office, number, level="major", domain="04", competence="school", clause=d.clause)
    assert not OutboxMessage.objects.filter(kind="hazard.filed").exists()
    assert OutboxMessage.objects.filter(kind="hazard.countersign_requested").exists()


@pytest.mark.parametrize("word", list(Who))
def test_every_word_is_used(word: Who) -> None:
    assert any(word in (*notice.who, *notice.of_major) for notice in NOTICES.values())


def test_the_words_say_what_to_do_who_did_it_and_until_when(district: District) -> None:
    d, number = district, district.reach("assigned")
    row = OutboxMessage.objects.get(kind="hazard.assigned", recipient=d.safety)
    said = say_messages([row])[row.pk]
    assert said.title == "请签收：第一小学：教学楼二楼栏杆松动"
    assert said.sentence == "县教育局安全办经办 测试office 已交办，11月24日 17:30 前办理。"
    assert said.link == f"/hazards/{d.find(number).number}/" and said.about == "第一小学（校舍安全）"
