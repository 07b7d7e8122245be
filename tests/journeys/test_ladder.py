"""Left alone it climbs: the leader signs what the clock drafted on his phone, the principal answers in writing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from hazards.models import HazardEvent, Measure, Supervision
from tests.journeys.person import Person
from tests.support.district import District
from tests.support.time_passes import sweep_until

PLACE = "教学楼二楼"


@pytest.fixture
def left_alone(d: District) -> str:
    """A 一般 that the bureau ordered; its limit passed two months ago and nobody did anything but the clock."""
    number = d.reach("rectifying")
    due_at = d.find(number).due_at
    assert due_at is not None
    sweep_until(due_at + timedelta(days=60, hours=9))
    return number


def test_the_leader_lists_it_with_one_click(d, arrive, left_alone):
    leader = arrive("leader").log_in()
    leader.to_do(PLACE).filter(has_text="挂牌").get_by_role("link").first.click()
    leader.act("decide_listing", says="挂牌审批", ruling="挂牌督办")
    row = Supervision.objects.get(hazard=d.find(left_alone))
    assert (row.state, d.find(left_alone).listing) == ("listed", "listed")
    ladder = leader.page.locator("#ladder")
    for words in ("橙色预警", "红色预警", "拟通报批评", "拟约谈"):
        expect(ladder.get_by_text(words).first).to_be_attached()


def test_he_signs_the_bulletin_from_the_list_of_drafts(d, arrive, left_alone):
    leader = arrive("leader").log_in()
    leader.page.goto("/measures/")
    row = leader.page.get_by_role("listitem").filter(has_text="通报批评")
    row.get_by_role("button", name="签发", exact=True).click()
    expect(leader.page.get_by_text("已签发 1 件")).to_be_visible()
    bulletin = Measure.objects.get(kind="bulletin")
    assert bulletin.document is not None and bulletin.document.number


def test_the_principal_sees_the_countdown_and_answers(d, arrive, left_alone):
    measure = Measure.objects.get(kind="bulletin")
    d.do(
        "decide_measure",
        d.leader,
        left_alone,
        measure=measure.pk,
        ruling="issue",
        reply_on=str((d.at + timedelta(days=10)).date()),
    )
    principal: Person = arrive("principal").log_in()
    principal.to_do(PLACE).filter(has_text="回复").get_by_role("link").first.click()
    expect(principal.page.locator(".bh-due")).to_contain_text("已逾期 6")
    expect(principal.page.locator("#ladder")).to_contain_text("下一级")
    principal.act("reply_measure", says="书面回复", reply="已责成总务处本周完成，专人盯办。")
    assert Measure.objects.get(pk=measure.pk).state == "settled"
    assert HazardEvent.objects.filter(hazard=d.find(left_alone), action="reply_measure").count() == 1
