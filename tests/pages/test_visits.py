"""复查任务: what waits to be looked at again, by township and school, to take along on paper."""

import pytest

from organizations.models import Unit
from workflows import visits


@pytest.fixture
def waiting(d):
    """Two of the bureau's at the first school, one confirmed by its own head, one at a teaching point."""
    Unit.objects.filter(pk__in=[d.units["central"].pk, d.units["school"].pk]).update(township="城关镇")
    return {"first": d.reach("submitted"), "second": d.reach("submitted"), "own": d.reach_own("submitted")}


def told(answer):
    """{township: {school: [numbers]}}"""
    return {
        group.name: {
            school.unit.name: [visit.hazard.receipt_number for visit in school.visits] for school in group.schools
        }
        for group in answer.context["groups"]
    }


def test_it_is_grouped_by_township_and_school(d, waiting, signed_in):
    assert told(signed_in(d.office).get("/visits/")) == {"城关镇": {"第一小学": [waiting["first"], waiting["second"]]}}


def test_each_verifier_sees_what_waits_for_his_unit_and_on_asking_the_rest(d, waiting, signed_in):
    assert told(signed_in(d.principal).get("/visits/")) == {"城关镇": {"第一小学": [waiting["own"]]}}
    for who in (d.principal, d.office, d.central):
        (schools,) = told(signed_in(who).get("/visits/?all=1")).values()
        assert sorted(schools["第一小学"]) == sorted(waiting.values())
    assert told(signed_in(d.outsider).get("/visits/?all=1")) == {}


def test_a_task_says_what_was_done_until_when_and_what_was_wrong_before(d, signed_in):
    number = d.reach("submitted")
    d.do("fail_verification", d.office, number, failed_points="底座螺栓仍松动")
    d.submit(number)
    page = signed_in(d.office).get("/visits/").content.decode()
    for words in (
        "栏杆松动",
        "教学楼二楼",
        "已更换栏杆",
        "上次不合格：</span>底座螺栓仍松动",
        "整改期限",
        "第 2 轮整改",
        "照片 1 张",
    ):
        assert words in page, words


def test_what_was_fixed_on_the_spot_says_so(d, signed_in):
    d.fix_on_spot()
    assert "当场整改" in signed_in(d.principal).get("/visits/").content.decode()


def test_the_paper_has_lines_for_result_and_signatures(d, waiting, signed_in):
    page = signed_in(d.office).get("/visits/").content.decode()
    for words in ("□ 合格", "□ 不合格", "复查意见", "复查人（签名）", "学校陪同人员（签名）", "复查最晚 "):
        assert words in page, words


def test_a_township_narrows_and_a_school_without_one_lies_where_its_superior_does(d, waiting, signed_in):
    Unit.objects.filter(pk=d.units["school"].pk).update(township="")
    client = signed_in(d.office)
    assert list(told(client.get("/visits/?township=城关镇"))) == ["城关镇"]
    assert told(client.get("/visits/?township=河东镇")) == {}
    assert client.get("/visits/?township=%00%ff&all=x").status_code == 200


def test_no_township_at_all_reads_as_the_central_school(d, signed_in):
    d.reach("submitted")
    assert list(told(signed_in(d.office).get("/visits/"))) == ["城关中心校"]


def test_a_restricted_hazard_is_never_printed_with_the_rest(d, signed_in, monkeypatch):
    number = d.reach("submitted")
    type(d.find(number)).objects.filter(receipt_number=number).update(is_restricted=True)
    assert told(signed_in(d.office).get("/visits/?all=1")) == {}


def test_more_than_a_round_says_what_to_do(d, waiting, signed_in, monkeypatch):
    monkeypatch.setattr(visits, "LIMIT", 1)
    monkeypatch.setattr("workflows.views.visits.LIMIT", 1)
    answer = signed_in(d.office).get("/visits/")
    assert answer.context["n"] == 1 and "请选乡镇再看" in answer.content.decode()


def test_the_number_of_statements_does_not_grow(d, waiting, signed_in, django_assert_max_num_queries):
    client = signed_in(d.office)
    with django_assert_max_num_queries(7):
        assert client.get("/visits/?all=1").status_code == 200


def test_an_empty_page_says_what_it_is_for(d, signed_in):
    assert "没有要复查的隐患" in signed_in(d.teacher).get("/visits/").content.decode()


def test_the_desk_leads_to_it(d, waiting, signed_in):
    assert "复查任务 1 条" in signed_in(d.principal).get("/").content.decode()
    assert "复查任务" not in signed_in(d.teacher).get("/").content.decode()
