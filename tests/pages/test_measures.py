"""督办措施 on the file, 待签发, 单位预警, and measures about units."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hazards.models import Measure, UnitMeasure
from hazards.services.unit_measures import draft_for_last_quarter
from tests.hazards.test_units_ladder import keep
from tests.support import measured as m


def text(client, path):
    return client.get(path).content.decode()


def test_a_draft_is_shown_to_the_bureau_alone(d, signed_in):
    number = d.find(m.drafted(d)).number
    page = text(signed_in(d.office), f"/hazards/{number}/")
    assert 'id="measures"' in page and "待签发" in page and "看文书草稿" in page
    assert 'id="measures"' not in text(signed_in(d.principal), f"/hazards/{number}/")


def test_an_issued_one_is_shown_to_all_with_its_number_and_answer(d, signed_in):
    number = d.find(m.unanswered(d)).number
    page = text(signed_in(d.principal), f"/hazards/{number}/")
    assert "教安通〔2026〕1号" in page and "前书面回复" in page and "书面回复" in page
    d.do("reply_measure", d.principal, number, reply="已整改")
    assert "已整改" in text(signed_in(d.office), f"/hazards/{number}/")


@pytest.mark.parametrize("kind", ["accountability", "transfer"])
def test_what_goes_to_another_body_is_not_shown_to_whom_it_is_about(d, kind, signed_in):
    number = d.find(m.issued(d, kind)).number
    assert 'id="measures"' in text(signed_in(d.office), f"/hazards/{number}/")
    assert 'id="measures"' not in text(signed_in(d.principal), f"/hazards/{number}/")
    label = str(Measure.objects.get().get_kind_display())
    for path in (f"/hazards/{number}/", f"/api/v1/hazards/{number}/events/", "/units/warnings/"):
        assert label in text(signed_in(d.leader), path)
        assert label not in text(signed_in(d.principal), path), path


def test_a_withdrawn_one_says_so(d, signed_in):
    number = d.find(m.issued(d)).number
    d.do("withdraw_measure", d.leader, number, reason="误发")
    page = text(signed_in(d.principal), f"/hazards/{number}/")
    assert "已撤销，不再计入" in page and "误发" in page


def test_reminders_are_counted(d, signed_in):
    number = d.find(d.reach("rectifying")).number
    for _ in range(2):
        d.do("remind", d.office, number, to=d.units["school"].pk, message="请抓紧")
    assert "已催办 2 次（人工 2 次）" in text(signed_in(d.safety), f"/hazards/{number}/")


def test_the_leader_signs_with_one_click(d, signed_in):
    number = m.drafted(d)
    draft = Measure.objects.get()
    client = signed_in(d.leader)
    page = text(client, "/measures/")
    assert "隐患督办 1 件" in page and 'name="only"' in page
    sent = {"only": draft.pk, f"version_{draft.pk}": d.find(number).version}
    answer = client.post("/measures/sign/", sent, follow=True)
    assert "已签发 1 件" in answer.content.decode()
    assert Measure.objects.get().state == "settled"


def test_the_button_of_one_signs_that_one_alone(d, signed_in):
    number = m.drafted(d)
    m.draft(d, number, "interview")
    first, second = Measure.objects.order_by("pk")
    version = d.find(number).version
    sent = {
        "only": second.pk,
        "measure": [first.pk, second.pk],
        **{f"version_{one.pk}": version for one in (first, second)},
    }
    signed_in(d.leader).post("/measures/sign/", sent)
    assert [one.state for one in Measure.objects.order_by("pk")] == ["draft", "issued"]


def test_several_at_once_each_with_its_answer(d, signed_in):
    number, other = m.drafted(d), m.drafted(d)
    m.draft(d, number, "interview")
    drafts = list(Measure.objects.order_by("pk"))
    versions = {f"version_{one.pk}": d.find(one.hazard.number).version for one in drafts}
    versions[f"version_{drafts[1].pk}"] -= 1
    answer = signed_in(d.leader).post(
        "/measures/sign/", {"measure": [one.pk for one in drafts], **versions}, follow=True
    )
    page = answer.content.decode()
    assert "已签发 2 件" in page and d.find(other).number in page
    assert [one.state for one in Measure.objects.order_by("pk")] == ["settled", "draft", "issued"]


def test_the_office_reads_and_does_not_sign(d, signed_in):
    m.drafted(d)
    draft = Measure.objects.get()
    client = signed_in(d.office)
    page = text(client, "/measures/")
    assert "通报批评：第一小学" in page and "签发所选" not in page
    assert client.post("/measures/sign/", {"measure": draft.pk}).status_code == 403
    for name in ("principal", "central", "coordinator", "section"):
        assert signed_in(d.people[name]).get("/measures/").status_code == 403, name


def test_nothing_to_sign_says_so(d, signed_in):
    assert "没有待签发的" in text(signed_in(d.leader), "/measures/")


def test_units_are_told_by_colour_and_open_their_rows(d, signed_in, clock):
    numbers = [d.reach("rectifying") for _ in range(3)]
    clock.set(d.find(numbers[-1]).due_at + timedelta(days=1))
    page = text(signed_in(d.office), "/units/warnings/")
    assert "红色 0 个单位，橙色 1 个单位" in page and "逾期 3 件" in page and "橙" in page
    assert f"?unit={d.units['school'].pk}&amp;overdue=1" in page
    assert "逾期 3 件" in text(signed_in(d.principal), "/units/warnings/")
    assert "overdue=1" not in text(signed_in(d.outsider), "/units/warnings/")
    assert signed_in(d.fire).get("/units/warnings/").status_code == 403


@pytest.fixture
def unit_measure(d, clock):
    keep(d, clock, on_time=0, late=2)
    draft_for_last_quarter(d.at)
    return UnitMeasure.objects.get()


def test_a_unit_is_talked_to_and_answers(d, signed_in, unit_measure):
    path = f"/units/measures/{unit_measure.pk}/"
    leader, head = signed_in(d.leader), signed_in(d.principal)
    assert head.get(path).status_code == 404 and signed_in(d.outsider).get(path).status_code == 404
    assert "约谈：第一小学" in text(leader, "/measures/")
    answer = leader.post(path, {"act": "decide", "ruling": "decline"})
    assert answer.status_code == 422 and "请写明不予签发的理由" in answer.content.decode()
    leader.post("/measures/sign/", {"unit_measure": unit_measure.pk})
    assert UnitMeasure.objects.get().state == "issued"
    assert "提交书面回复" in text(head, path) and "约谈：第一小学" in text(head, "/units/warnings/")
    assert head.post(path, {"act": "reply", "reply": "已部署"}).status_code == 302
    assert "已部署" in text(leader, path)
    assert head.post(path, {"act": "withdraw", "reason": "x"}).status_code == 403
    assert leader.post(path, {"act": "withdraw", "reason": "误算"}).status_code == 302
    assert "已撤销，不再计入" in text(leader, path)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"act": "decide", "ruling": "maybe"},
        {"act": "decide", "ruling": "issue", "reply_on": "明天"},
        {"act": "decide", "ruling": "issue", "reply_on": "2020-01-01"},
    ],
)
def test_odd_input_changes_nothing(d, signed_in, unit_measure, sent):
    answer = signed_in(d.leader).post(f"/units/measures/{unit_measure.pk}/", sent)
    assert answer.status_code == 422 and UnitMeasure.objects.get().state == "draft"
