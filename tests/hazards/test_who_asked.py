"""Who asks for more time or to use again does not answer himself, by whatever post, delegate or entry (ADR 12, 14)."""

from typing import Any

import pytest
from django.db import transaction

from core.errors import Invalid, NotAllowed
from hazards.models import Extension, Suspension
from organizations.kinds import PostKind
from tests.hazards.test_prove_guard import suspended
from tests.hazards.test_request_extension import FACTS
from tests.hazards.test_second_person import on_behalf, stand_in
from tests.hazards.test_suspend import facts
from tests.support.district import District, give_post
from workflows.models import SideTask

ANSWER = {"ruling": "grant", "opinion": "已现场核查"}


def ready(d: District) -> str:
    """Stopped by the school itself, repaired, found good."""
    number = suspended(d)
    d.submit(number)
    d.do("pass_verification", d.office, number, opinion="合格")
    return number


def is_refused(d: District, who: str, action: str, number: str, **more: Any) -> str:
    with pytest.raises(NotAllowed) as caught, transaction.atomic():
        d.do(action, d.people[who], number, **{**ANSWER, **more})
    return caught.value.message


def owed_by() -> str:
    return str(SideTask.objects.get(process__machine__in=["suspension", "extension"], finished=None).post)


def test_who_asked_to_use_it_again_does_not_rule(district: District) -> None:
    number = ready(district)
    district.do("request_resume", district.principal, number, basis="复查合格")
    row = Suspension.objects.get()
    assert (row.asked_by, row.asked_through) == (district.principal, None)
    assert owed_by() == "城关中心校校长"
    assert "城关中心校校长" in is_refused(district, "principal", "rule_resume", number)
    district.do("rule_resume", district.central_head, number, **ANSWER)
    assert Suspension.objects.get().state == "lifted"


def test_he_may_again_once_he_was_answered(district: District) -> None:
    """What the issuer does unasked is his own."""
    number = ready(district)
    district.do("request_resume", district.principal, number, basis="复查合格")
    district.do("rule_resume", district.central_head, number, ruling="refuse", opinion="再看")
    district.do("rule_resume", district.principal, number, **ANSWER)
    assert Suspension.objects.get().state == "lifted"


def test_his_delegate_does_not_rule_either(district: District) -> None:
    number = ready(district)
    district.do("request_resume", district.principal, number, basis="复查合格")
    stand_in(district, "principal", "teacher")
    assert "城关中心校校长" in is_refused(district, "teacher", "rule_resume", number)


def test_nor_does_he_who_asked_in_another_name(district: District) -> None:
    """The delegate of the safety officer asks; by the principal's post he may not answer."""
    number = ready(district)
    stand_in(district, "safety", "teacher")
    district.do("request_resume", district.teacher, number, basis="复查合格")
    row = Suspension.objects.get()
    assert (row.asked_by, row.asked_through) == (district.safety, district.teacher)
    give_post(district.teacher, district.units["school"], PostKind.PRINCIPAL)
    assert "第一小学校长" in is_refused(district, "teacher", "rule_resume", number)
    district.do("rule_resume", district.principal, number, **ANSWER)


def test_a_delegate_does_not_grant_the_time_he_asked_for(district: District) -> None:
    number = district.reach_own("rectifying")
    stand_in(district, "safety", "teacher")
    district.do("request_extension", district.teacher, number, **FACTS)
    row = Extension.objects.get()
    assert (row.asked_by, row.asked_through) == (district.safety, district.teacher)
    give_post(district.teacher, district.units["school"], PostKind.PRINCIPAL)
    assert "第一小学校长" in is_refused(district, "teacher", "rule_extension", number)
    district.do("rule_extension", district.principal, number, **ANSWER)


def test_of_two_requests_he_answers_the_one_that_is_not_his(district: District) -> None:
    number = district.reach("rectifying")
    for who, scope in (("safety", "一楼走廊"), ("principal", "二楼走廊")):
        district.do("suspend", district.people[who], number, **facts(district, who, scope=scope))
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    hers, his = (Suspension.objects.get(scope=scope) for scope in ("一楼走廊", "二楼走廊"))
    district.do("request_resume", district.safety, number, basis="复查合格", suspension=hers.pk)
    district.do("request_resume", district.principal, number, basis="复查合格", suspension=his.pk)
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("rule_resume", district.principal, number, **ANSWER, suspension=his.pk)
    assert set(caught.value.fields) == {"suspension"}
    # Of the two only hers is his to answer, so it needs no choice.
    district.do("rule_resume", district.principal, number, **ANSWER)
    assert (Suspension.objects.get(pk=hers.pk).state, Suspension.objects.get(pk=his.pk).state) == (
        "lifted",
        "resume_requested",
    )


def test_who_asked_does_not_type_the_answer(district: District) -> None:
    number = district.reach("rectifying")
    district.do("suspend", district.office, number, **facts(district, "office"))
    district.submit(number)
    district.do("pass_verification", district.office, number, opinion="合格")
    give_post(district.office, district.units["school"], PostKind.SAFETY)
    safety = next(one for one in district.units["school"].posts.all() if one.kind == PostKind.SAFETY)
    district.do("request_resume", district.office, number, basis="复查合格", _acting_post=safety.pk)
    behalf = on_behalf(district, "director", by="office")
    with pytest.raises(NotAllowed), transaction.atomic():
        district.do("rule_resume", district.office, number, **ANSWER, _on_behalf=behalf)
    district.do("rule_resume", district.director, number, **ANSWER)


def test_his_answer_is_entered_under_no_name_either(district: District) -> None:
    number = ready(district)
    district.do("request_resume", district.principal, number, basis="复查合格")
    told = {"name": f"校长{district.principal.name}", "how": "call", "note": "电话", "scans": []}
    with pytest.raises(Invalid) as caught, transaction.atomic():
        district.do("rule_resume", district.central, number, **ANSWER, _on_behalf=told)
    assert "不能审批自己的申请" in str(caught.value.fields["on_behalf.name"])
