"""A rectification plan from its first line to its end, at each level."""

from typing import Any

import pytest

from core.cached_rows import clear_all
from core.errors import Invalid, NotAllowed
from hazards.models import BureauRules, Hazard, RectificationPlan
from hazards.selectors import access_hazard, list_possible_actions
from hazards.states import PlanState
from organizations.kinds import PostKind
from organizations.models import Post
from tests.support.district import District, give_post
from tests.support.trials import moment
from workflows.models import SideTask


def offered(d: District, who: str, number: str) -> set[str]:
    return {one.action.name for one in list_possible_actions(access_hazard(d.people[who], number, d.at))}


def owed(d: District, number: str) -> list[tuple[str, Any]]:
    tasks = SideTask.objects.filter(hazard=d.find(number), finished=None).order_by("id")
    return [(str(task.post), task.due_at) for task in tasks]


def test_writing_is_owed_from_signing_on(district: District, clock) -> None:
    number = district.reach_significant()
    assert owed(district, number) == [("第一小学安全员", moment("2026-11-30 17:30"))]
    clock.set(moment("2026-11-26 09:00"))
    district.do("save_plan", district.safety, number, **district.plan_facts())
    assert owed(district, number) == [("第一小学安全员", moment("2026-11-30 17:30"))], "saving wins no time"
    district.do("submit_plan", district.safety, number)
    assert owed(district, number) == [("县教育局安全办主任", moment("2026-11-30 17:30"))]
    district.do("return_plan", district.director, number, comment="补预案")
    assert owed(district, number) == [("第一小学安全员", moment("2026-12-03 17:30"))]


def test_a_general_one_owes_no_plan(district: District) -> None:
    assert owed(district, district.reach("rectifying")) == []


def test_a_significant_one_goes_the_whole_way(district: District) -> None:
    number = district.reach_plan("approved")
    district.do("report_progress", district.safety, number, percent=100, progress="已更换", milestone="1")
    district.submit(number)
    assert district.find(number).commitments["measures"] == "更换", "the submission says it last"


def test_what_is_offered_follows_the_plan(district: District) -> None:
    number = district.reach_plan("draft")
    assert offered(district, "safety", number) >= {"save_plan", "submit_plan"}
    assert not offered(district, "safety", number) & {"submit", "report_progress", "approve_plan"}
    district.do("submit_plan", district.safety, number)
    assert not offered(district, "safety", number) & {"save_plan", "submit_plan"}
    assert offered(district, "director", number) >= {"approve_plan", "return_plan"}
    district.do("approve_plan", district.director, number)
    assert offered(district, "safety", number) >= {"save_plan", "submit", "report_progress"}
    assert "submit_plan" not in offered(district, "safety", number)


def test_the_form_is_filled_in_for_a_general_one(district: District) -> None:
    number = district.reach("rectifying")
    case = access_hazard(district.safety, number, district.at)
    form = next(one for one in list_possible_actions(case) if one.action.name == "save_plan")
    assert form.initial["goal"] == "消除隐患：栏杆松动"
    assert all(form.initial[name] for name in ("responsibility", "measures", "funding", "deadline", "contingency"))
    # As it stands on the page, sent back.
    facts = {name: value for name, value in form.initial.items() if value not in ("", None)}
    district.do("save_plan", district.safety, number, **facts)
    assert RectificationPlan.objects.get().state == "approved"


def test_a_plan_comes_back_in_the_words_it_was_written_in(district: District) -> None:
    number = district.reach_plan("draft")
    case = access_hazard(district.safety, number, district.at)
    form = next(one for one in list_possible_actions(case) if one.action.name == "save_plan")
    assert form.initial["milestones"] == "2026-12-10 完成采购\n2026-12-20 完成施工"
    assert form.initial["amount"] == 8000


def test_transfer_ends_the_plan_and_the_next_lead_writes_its_own(district: District) -> None:
    number = district.reach_plan("approved")
    facts = {"lead": district.units["central"].pk, "reason": "学校无力", "requirements": "由中心校实施"}
    district.do("transfer", district.office, number, **facts)
    assert RectificationPlan.objects.get().state == PlanState.ENDED
    people = {"leader": district.central_head.pk, "handler": district.central.pk, "interim_control": "警戒"}
    district.do("sign", district.central, number, **people)
    assert [post for post, _due in owed(district, number)] == ["城关中心校安全负责人"]
    with pytest.raises(Invalid, match="经批准的整改方案"):
        district.do("report_progress", district.central, number, percent=1, progress="开工")


def test_what_a_higher_level_asks_is_reviewed_again(district: District) -> None:
    """A 一般 plan was in force without review; as 较大 it is not."""
    number = district.reach("rectifying")
    district.do("save_plan", district.safety, number, **district.plan_facts(milestones="2026-12-01 完工"))
    district.do("regrade", district.office, number, level="significant", reason="范围扩大")
    assert RectificationPlan.objects.get().state == "draft"
    with pytest.raises(Invalid, match="经批准的整改方案"):
        district.submit(number)
    district.do("submit_plan", district.safety, number)
    district.do("approve_plan", district.director, number)
    district.submit(number)


def test_a_level_raised_under_review_asks_what_it_asks(district: District) -> None:
    BureauRules.objects.create(bureau=district.units["edu"], plan_review_above=100)
    number = district.reach("rectifying")
    district.do("save_plan", district.safety, number, **{**district.plan_facts(), "milestones": ""})
    district.do("submit_plan", district.safety, number)
    district.do("regrade", district.office, number, level="significant", reason="范围扩大")
    with pytest.raises(Invalid, match="内容不全"):
        district.do("approve_plan", district.director, number)
    district.do("return_plan", district.director, number, comment="补时间节点")


def test_without_approval_nothing_closes_even_where_the_work_was_told_of_before(district: District) -> None:
    number = district.reach("submitted")
    district.do("regrade", district.office, number, level="significant", reason="现场比上报严重")
    hazard = district.find(number)
    assert hazard.level == "significant"
    with pytest.raises(Invalid, match="经批准的整改方案"):
        Hazard.objects.get(pk=hazard.pk)
        _pass_by_two(district, number)
        district.do("close", district.director, number, closure_type="rectified")


def _pass_by_two(d: District, number: str) -> None:
    photo = {"photos": [str(d.photo(d.office).pk)]}
    d.do(
        "pass_verification", d.office, number, opinion="合格", second_name="李督学", second_phone="0793-0000000",
        signed_sheet=[str(d.photo(d.office).pk)], **photo,
    )  # fmt: skip


def test_an_outside_lead_may_write_a_plan_and_need_not(district: District) -> None:
    number = district.report(domain="02")
    district.do("escalate", district.safety, number, reason="消防设施归消防")
    district.do("file", district.office, number, level="significant", domain="02", competence="department")
    district.do(
        "notify",
        district.office,
        number,
        lead=district.units["fire"].pk,
        requirements="请督促",
        letter="函1号",
        control="看护",
    )
    district.do("sign", district.fire, number, interim_control="已警示", handler_name="李参谋 0793-0000000")
    assert owed(district, number) == []
    district.do("save_plan", district.fire, number, measures="督促业主维修")
    plan = RectificationPlan.objects.get()
    assert (plan.state, plan.goal) == ("approved", "")
    district.do("report_progress", district.fire, number, percent=50, progress="已约谈业主")


def test_the_deputy_of_the_author_does_not_approve(district: District) -> None:
    number = district.reach_plan("draft")
    district.do("submit_plan", district.principal, number)
    # A head who only sends what others wrote stays free of it.
    assert district.principal.pk not in district.find(number).rectifiers
    with pytest.raises(NotAllowed):
        district.do("approve_plan", district.principal, number)


def test_a_reviewer_who_lends_a_hand_reviews_no_more(district: District) -> None:
    number = district.reach_plan("in_review")
    assert owed(district, number)[0][0] == "县教育局安全办主任"
    facts = {"reason": "请局里协调", "add": [district.units["edu"].pk], "co_task": "协调施工"}
    district.do("change_parties", district.office, number, **facts)
    district.do("sign_part", district.office, number, handler=district.director.pk)
    posts = {post for post, _due in owed(district, number)}
    assert "县教育局分管领导" in posts and "县教育局安全办主任" not in posts
    with pytest.raises(NotAllowed):
        district.do("approve_plan", district.director, number)
    district.do("approve_plan", district.leader, number)


def test_a_village_school_whose_head_writes_everything_is_reviewed_above(district: District) -> None:
    BureauRules.objects.create(bureau=district.units["edu"], plan_review_above=100)
    clear_all()
    give_post(district.principal, district.units["school"], PostKind.SAFETY)
    number = district.report()
    post = Post.objects.get(unit=district.units["school"], kind=PostKind.SAFETY).pk
    facts = {
        "leader": district.principal.pk,
        "handler": district.principal.pk,
        "measures": "换",
        "interim_control": "警戒",
    }
    district.do("self_handle", district.principal, number, **facts, _acting_post=post)
    plan = district.plan_facts(milestones="2026-12-01 完工")
    district.do("save_plan", district.principal, number, **plan, _acting_post=post)
    district.do("submit_plan", district.principal, number, _acting_post=post)
    assert owed(district, number)[0][0] == "城关中心校校长"
    district.do("approve_plan", district.central_head, number)


def test_milestones_not_yet_told_of_are_reached_by_the_submission(district: District) -> None:
    number = district.reach_plan("approved")
    district.do("report_progress", district.safety, number, percent=50, progress="已采购", milestone="0", spent=5000)
    district.submit(number)
    assert all(one["done_on"] for one in RectificationPlan.objects.get().milestones)
    district.do("withdraw", district.principal, number, reason="还没完工")
    assert [one["done_on"] for one in RectificationPlan.objects.get().milestones] == ["2026-11-23", ""]
    assert district.find(number).cost == 5000
