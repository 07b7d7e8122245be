"""我的上报: what became of each report, in plain words, with its reason and what can be done."""

from datetime import timedelta

import pytest

from core.clock import StillClock
from hazards.models import Hazard
from workflows import my_reports

AS_TOLD = {
    "reported": "第一小学已收到，应在 11月24日 周二 前核实。",
    "returned": "第一小学请您补充情况，请在 11月24日 周二 前补充。",
    "filed": "已登记为一般隐患，县教育局正在安排办理单位。",
    "assigned": "县教育局已交给第一小学，12月8日 周二前办完，等对方签收。",
    "rectifying": "县教育局已交给第一小学，12月8日 周二前办完。",
    "submitted": "整改单位说已经改好，等县教育局复查。",
    "verified": "复查合格，等县教育局销号。",
    "closed": "已办结，11月23日 周一销号。",
    "rejected": "没有登记为隐患。",
    "voided": "已作废，不再办理。",
}


def fates(answer):
    return [fate for fate, _steps in answer.context["rows"]]


@pytest.mark.parametrize("state", AS_TOLD)
def test_each_stage_is_told_in_a_sentence(d, signed_in, state):
    d.reach(state)
    answer = signed_in(d.teacher).get("/my-reports/")
    assert [fate.text for fate in fates(answer)] == [AS_TOLD[state]]
    assert AS_TOLD[state] in answer.content.decode()


def test_the_schools_own_work_names_no_orderer(d, signed_in):
    d.reach_own("rectifying")
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text == "第一小学正在整改，应在 12月8日 周二 前办完。"
    d.reach_own("submitted")
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text == "已经改好，等第一小学负责人核实。"


def test_what_is_late_says_so_at_the_first_late_moment(d, signed_in):
    number = d.report()
    due = d.find(number).due_at
    StillClock.set(due - timedelta(seconds=1))
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text.endswith("前核实。")
    StillClock.set(due)
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text.endswith("前核实，已经超过期限。")


def test_a_rejection_tells_reason_and_basis(d, signed_in):
    d.reach("rejected")
    page = signed_in(d.teacher).get("/my-reports/").content.decode()
    assert "不属于隐患；已核实" in page


def test_what_to_add_is_told_and_a_button_leads_to_it(d, signed_in):
    number = d.reach("returned")
    page = signed_in(d.teacher).get("/my-reports/").content.decode()
    assert "请补照片" in page and "去补充" in page and f"/hazards/{number}/" in page


def test_a_reason_goes_when_the_report_has_gone_on(d, signed_in):
    number = d.reach("returned")
    d.do("supplement", d.teacher, number, supplement="照片已补")
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].reason == ""


def test_it_shows_the_photos_of_the_last_round(d, signed_in):
    number = d.reach("submitted")
    assert len(fates(signed_in(d.teacher).get("/my-reports/"))[0].photos) == 1
    d.do("fail_verification", d.office, number, failed_points="仍松动")
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].photos == []


def test_only_ones_own_are_listed_the_newest_first(d, signed_in):
    first, second = d.report(), d.report(place="操场")
    d.report(d.safety)
    told = [fate.hazard.receipt_number for fate in fates(signed_in(d.teacher).get("/my-reports/"))]
    assert told == [second, first]
    assert fates(signed_in(d.outsider).get("/my-reports/")) == []


def test_a_direct_report_is_told_to_who_made_it(d, signed_in):
    d.report(channel="direct")
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text.startswith("县教育局已收到")


def test_pages_meet(d, signed_in, monkeypatch):
    monkeypatch.setattr(my_reports, "PAGE_SIZE", 2)
    every = [d.report(place=f"教室{i}") for i in range(5)]
    client, seen, address = signed_in(d.teacher), [], "/my-reports/"
    while address:
        answer = client.get(address)
        seen += [fate.hazard.receipt_number for fate in fates(answer)]
        older = answer.context["older"]
        address = older and f"/my-reports/?cursor={older}"
    assert seen == every[::-1]
    assert client.get("/my-reports/?cursor=%00x").status_code == 200


def test_the_number_of_statements_does_not_grow(d, signed_in, django_assert_max_num_queries):
    for state in ("closed", "rejected", "returned", "submitted"):
        d.reach(state)
    client = signed_in(d.teacher)
    with django_assert_max_num_queries(7):
        assert len(fates(client.get("/my-reports/"))) == 4


def test_who_never_reported_is_told_how(d, signed_in):
    assert "还没有上报过" in signed_in(d.leader).get("/my-reports/").content.decode()


def test_desk_and_receipt_lead_to_it(d, signed_in):
    number = d.report()
    client = signed_in(d.teacher)
    assert all(
        'href="/my-reports/"' in client.get(path).content.decode() for path in ("/", f"/hazards/{number}/receipt/")
    )


def test_every_state_has_words(d):
    hazard = Hazard.objects.select_related(*my_reports._RELATED).get(receipt_number=d.report())
    for state in Hazard._meta.get_field("state").choices:
        hazard.__dict__["state"] = state[0]
        assert my_reports.tell(hazard, d.at)


def test_a_report_that_goes_to_a_department_says_so(d, signed_in):
    number = d.report(domain="02", place="校门外", description="消防车通道被占用")
    d.do("escalate", d.safety, number, reason="属消防部门职责")
    d.do("file", d.office, number, level="general", domain="02", competence="department")
    d.do(
        "refer",
        d.office,
        number,
        to=d.units["gov"].pk,
        lead=d.units["fire"].pk,
        reason="须消防执法",
        control="派人疏导",
    )
    d.do("confirm_countersign", d.leader, number)
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text == "县教育局已提请县安委办确定办理单位。"
    d.do("assign_referred", d.coordinator, number, lead=d.units["fire"].pk, requirements="依法清障")
    told = fates(signed_in(d.teacher).get("/my-reports/"))[0].text
    assert told.startswith("县安委办已交给消防救援大队，") and told.endswith("前办完，等对方签收。")


def test_a_letter_asks_and_does_not_order(d, signed_in):
    number = d.report(domain="02", place="校门外", description="消防车通道被占用")
    d.do("escalate", d.safety, number, reason="属消防部门职责")
    d.do("file", d.office, number, level="general", domain="02", competence="department")
    d.do(
        "notify", d.office, number, lead=d.units["fire"].pk, requirements="请清理通道", letter="函〔2026〕12 号", control="派人疏导"
    )  # fmt: skip
    assert fates(signed_in(d.teacher).get("/my-reports/"))[0].text.startswith("县教育局已发函请消防救援大队办理，")


def test_a_rejection_may_be_appealed_until_a_moment_and_once(d, signed_in):
    number = d.reach("rejected")
    page = signed_in(d.teacher).get("/my-reports/")
    until = fates(page)[0].appeal_until
    assert "不同意可以申诉一次，最晚 11月30日 周一 17:30，由上一级重新审核" in page.content.decode()
    StillClock.set(until)
    assert "申诉一次" not in signed_in(d.teacher).get("/my-reports/").content.decode()
    StillClock.set(until - timedelta(seconds=1))
    d.do("appeal", d.teacher, number, reason="栏杆仍在晃动，有视频")
    (fate,) = fates(signed_in(d.teacher).get("/my-reports/"))
    assert fate.text.startswith("您的申诉已收到，由县教育局重新审核，应在 ") and fate.reason == ""
    d.do("reject", d.director, number, reason="no_hazard", basis="现场复核无晃动")
    (fate,) = fates(signed_in(d.teacher).get("/my-reports/"))
    assert (fate.text, fate.reason, fate.appeal_until) == (
        "申诉已审核，仍没有登记为隐患。",
        "不属于隐患；现场复核无晃动",
        None,
    )


def test_what_was_merged_names_its_master_to_who_may_read_it(d, signed_in):
    master, number = d.report(d.safety, place="教学楼二楼东"), d.report()
    d.do("merge", d.safety, number, master=master, reason="同一处栏杆")
    page = signed_in(d.teacher).get("/my-reports/")
    (fate,) = [fate for fate in fates(page) if fate.hazard.receipt_number == number]
    assert fate.text == "与另一条是同一个隐患，已合并在一起办理。"
    assert fate.master.receipt_number == master and f'href="/hazards/{master}/"' in page.content.decode()
    type(fate.hazard).objects.filter(receipt_number=master).update(visible_to=[])
    page = signed_in(d.teacher).get("/my-reports/")
    assert fates(page)[0].master is None and master not in page.content.decode()
