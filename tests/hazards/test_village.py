"""A teaching point where one person is principal, safety officer and fixer: every path still ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from core.errors import NotAllowed
from hazards.services import Outcome
from organizations.kinds import PostKind
from organizations.models import Holding, User
from tests.support.district import District, make_person
from tests.support.listed import decide
from tests.support.trials import assert_owed


class Village:
    """The point, its one man, and the district above it."""

    def __init__(self, d: District) -> None:
        self.d = d
        self.unit = d.units["point"]
        self.man: User = make_person("lone", self.unit, PostKind.PRINCIPAL, PostKind.SAFETY, PostKind.TEACHER)
        self.posts = {holding.post.kind: holding.post_id for holding in Holding.objects.filter(user=self.man)}

    def do(self, action: str, number: str | None = None, *, kind: str = "safety", **more: Any) -> Outcome:
        return self.d.do(action, self.man, number, _acting_post=self.posts[kind], **more)

    def photo(self) -> list[str]:
        return [str(self.d.photo(self.man).pk)]

    def report(self, **more: Any) -> str:
        facts = {"unit": self.unit.pk, "place": "教室", "domain": "04", "description": "窗户松动", **more}
        return self.do("report", **facts).receipt_number

    @property
    def people(self) -> dict[str, Any]:
        return {"leader": self.man.pk, "handler": self.man.pk, "interim_control": "已停用"}

    def sign(self, number: str) -> None:
        self.do("sign", number, **self.people)

    def submit(self, number: str) -> None:
        self.do(
            "submit", number, report="已修好", photos=self.photo(), cost=0, responsibility="本人", measures="更换",
            funding="公用经费", deadline="本周", contingency="停用",
        )  # fmt: skip

    def plan(self, number: str) -> None:
        self.do(
            "save_plan", number, goal="消除", responsibility="本人", measures="更换", funding="公用经费", amount=100,
            funding_source="公用经费", deadline="本月", contingency="停用", milestones="2026-12-01 完成",
        )  # fmt: skip
        self.do("submit_plan", number)


@pytest.fixture
def village(district: District) -> Village:
    return Village(district)


def self_handled(v: Village) -> str:
    number = v.report()
    v.do("self_handle", number, measures="更换", **v.people)
    v.submit(number)
    return number


def test_what_he_found_and_fixed_his_central_school_confirms(village: Village) -> None:
    number = self_handled(village)
    assert_owed(village.d.find(number), "城关中心校校长")
    for kind in ("principal", "safety"):
        with pytest.raises(NotAllowed), transaction.atomic():
            village.do("confirm_and_close", number, kind=kind)
    assert village.d.do("confirm_and_close", village.d.central, number).state == "closed"


def test_without_a_central_school_the_bureau_does(village: Village) -> None:
    number = self_handled(village)
    for who in (village.d.central, village.d.central_head):
        village.d.leave(who)
    assert_owed(village.d.find(number), "县教育局安全办经办")
    assert village.d.do("confirm_and_close", village.d.office, number).state == "closed"


def test_fixed_on_the_spot(village: Village) -> None:
    number = village.do(
        "fix_on_spot", unit=village.unit.pk, place="教室", domain="02", description="灭火器被挡", acted_first=True,
        after_photos=village.photo(),
    ).number  # fmt: skip
    assert_owed(village.d.find(number), "城关中心校校长")
    assert village.d.do("confirm_and_close", village.d.central_head, number).state == "closed"


def test_sent_back_and_failed_it_still_ends(village: Village) -> None:
    d, number = village.d, self_handled(village)
    d.do("return_submission", d.central, number, defects="照片不清")
    village.submit(number)
    d.do("fail_verification", d.central, number, failed_points="仍松动")
    village.submit(number)
    # What needed a second round is verified first; who verified a 一般 may close it.
    hazard = d.find(number)
    if hazard.closes_in_one_act:
        d.do("confirm_and_close", d.central, number)
    assert d.find(number).state == "closed"


def test_ordered_by_the_bureau(village: Village) -> None:
    d, number = village.d, village.report()
    village.do("escalate", number, reason="无力整改")
    d.do("file", d.office, number, level="general", domain="04", competence="school")
    d.do("assign", d.office, number, lead=village.unit.pk, requirements="更换")
    village.sign(number)
    village.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    assert d.do("close", d.office, number, closure_type="rectified").state == "closed"


@pytest.mark.parametrize("level", ["significant", "major"])
def test_graded_with_a_plan_two_verifiers_and_a_closer(village: Village, level: str) -> None:
    d = village.d
    number = village.report(suspected_major=level == "major")
    if level != "major":
        village.do("escalate", number, reason="达到较大")
    clause = {"clause": d.clause} if level == "major" else {}
    d.do("file", d.office, number, level=level, domain="04", competence="school", **clause)
    if level == "major":
        d.do("confirm_countersign", d.leader, number)
        decide(d, number, "decline")
    d.do("assign", d.office, number, lead=village.unit.pk, requirements="更换")
    village.sign(number)
    village.plan(number)
    d.do("approve_plan", d.leader if level == "major" else d.director, number)
    if level == "major":
        for to in ("department", "staff"):
            village.do(
                "record_double_report", number, to=to, receiver="乡镇", reported_on="2026-11-23", photos=village.photo()
            )
    village.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格", photos=[str(d.photo(d.office).pk)], second=d.central.pk)
    d.do("confirm_countersign", d.central, number)
    closer = d.leader if level == "major" else d.director
    assert d.do("close", closer, number, closure_type="rectified").state == "closed"


def test_a_plan_that_the_point_would_review_goes_up(village: Village) -> None:
    """His own assignment, raised to 较大: he wrote the plan, the bureau reviews it."""
    d, number = village.d, village.report()
    village.do("self_handle", number, measures="更换", **village.people)
    d.do("regrade", d.central, number, level="significant", reason="范围扩大")
    village.plan(number)
    with pytest.raises(NotAllowed), transaction.atomic():
        village.do("approve_plan", number, kind="principal")
    d.do("approve_plan", d.director, number)
    village.submit(number)
    d.pass_by_two(number)
    assert d.do("close", d.director, number, closure_type="rectified").state == "closed"


def test_a_department_works_and_he_confirms(village: Village) -> None:
    d, number = village.d, village.report(domain="02")
    village.do("escalate", number, reason="不属学校")
    d.do("file", d.office, number, level="general", domain="02", competence="department")
    d.do("notify", d.office, number, lead=d.units["fire"].pk, requirements="请处理", letter="函1号", control="值守")
    d.do("sign", d.fire, number, handler=d.fire.pk, interim_control="值守")
    d.do("submit", d.fire, number, report="已处理", contact="联络员 0000-0000002")
    assert_owed(d.find(number), "山口教学点安全员")
    village.do("pass_verification", number, opinion="有效")
    assert d.do("close", d.office, number, closure_type="handed_over").state == "closed"


def test_reopened_it_is_his_again_and_the_bureaus_to_judge(village: Village) -> None:
    d, number = village.d, self_handled(village)
    d.do("confirm_and_close", d.central, number)
    photos = [str(d.photo(d.office).pk)]
    d.do("reopen", d.office, number, cause="rebound", findings="又松了", photos=photos)
    village.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    assert d.do("close", d.office, number, closure_type="rectified").state == "closed"


def test_rejected_and_appealed(village: Village) -> None:
    """He rejects his own report and thinks again: another decides."""
    d, number = village.d, village.report()
    village.do("reject", number, reason="no_hazard", basis="误看")
    village.do("appeal", number, kind="safety", reason="确有松动")
    assert_owed(d.find(number), "县教育局安全办经办")
    d.do("file", d.office, number, level="general", domain="04", competence="school")
    assert d.find(number).state == "filed"


def test_a_confidential_matter_stays_with_the_bureaus_confidant(village: Village) -> None:
    d = village.d
    number = village.report(domain="08")
    d.do("file", d.bureau_confidant, number, level="general", domain="08", competence="school")
    d.do("assign", d.bureau_confidant, number, lead=village.unit.pk, requirements="加强巡查")
    # Nobody at the point is its confidant.
    assert_owed(d.find(number), "县教育局敏感事项专办员")
