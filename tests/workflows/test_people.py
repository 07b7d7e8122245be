"""People come and go; their to-dos go to whoever the rules name then, and back."""

from datetime import timedelta

import pytest

from core.clock import today
from core.errors import Invalid
from organizations.daily import run_daily
from organizations.kinds import PostKind
from organizations.models import Holding
from organizations.services import appoint, end_holding, set_person_active
from tests.support.district import District, make_person, make_unit
from tests.support.trials import assert_owed
from workflows.models import HazardTask
from workflows.selectors import Urgency, list_to_dos, to_dos


def test_the_to_dos_of_a_safety_officer_who_leaves_go_to_the_principal_and_back(district: District) -> None:
    numbers = [district.report(), district.reach("assigned"), district.reach("rectifying")]
    post = Holding.objects.get(user=district.safety).post
    due = {number: district.find(number).due_at for number in numbers}
    district.leave(district.safety)
    for number in numbers:
        assert_owed(district.find(number), "第一小学校长")
        assert district.find(number).due_at == due[number]
    assert to_dos(district.principal, district.at).count() == 3
    successor = make_person("successor", district.units["school"])
    appoint(actor=district.principal, post=post, user=successor, from_on=today(district.at), at=district.at)
    for number in numbers:
        assert_owed(district.find(number), "第一小学安全员")
    assert to_dos(successor, district.at).count() == 3 and to_dos(district.principal, district.at).count() == 0


def test_what_another_unit_owes_stays(district: District) -> None:
    number = district.reach("submitted")
    before = list(HazardTask.objects.values_list("pk", flat=True))
    district.leave(district.safety)
    assert_owed(district.find(number), "县教育局安全办经办")
    assert list(HazardTask.objects.values_list("pk", flat=True)) == before


def test_a_whole_school_that_leaves_hands_over_to_its_central_school(district: District) -> None:
    number = district.report()
    for who, owed_by in (
        ("safety", "第一小学校长"),
        ("principal", "城关中心校安全负责人"),
        ("central", "城关中心校校长"),
        ("central_head", "县教育局安全办经办"),
        ("office", "县教育局安全办主任"),
        ("director", "县教育局分管领导"),
    ):
        district.leave(district.people[who])
        assert_owed(district.find(number), owed_by, "2026-11-24 17:30")


def test_the_last_one_may_not_leave_while_work_waits_for_him(district: District) -> None:
    number = district.report()
    for who in ("safety", "principal", "central", "central_head", "office", "director", "chief"):
        district.leave(district.people[who])
    with pytest.raises(Invalid, match=f"隐患 {number} 将无人办理"):
        district.leave(district.leader)
    Holding.objects.filter(user=district.leader).update(until_on=None)


def test_a_closed_account_holds_nothing(district: District) -> None:
    number = district.report()
    set_person_active(actor=None, user=district.safety, is_active=False, at=district.at)
    assert_owed(district.find(number), "第一小学校长")
    set_person_active(actor=None, user=district.safety, is_active=True, at=district.at)
    assert_owed(district.find(number), "第一小学安全员")


def test_a_date_that_comes_by_time_is_followed_by_the_daily_run(district: District, clock) -> None:
    number = district.report()
    holding = Holding.objects.get(user=district.safety)
    tomorrow = today(district.at) + timedelta(days=1)
    run_daily(district.at)
    end_holding(actor=None, holding=holding, until_on=tomorrow, at=district.at)
    assert_owed(district.find(number), "第一小学安全员")
    clock.advance(timedelta(days=1))
    assert run_daily(district.at) == []
    assert_owed(district.find(number), "第一小学校长", "2026-11-24 17:30")


def test_a_new_verifier_is_found_when_the_only_one_did_the_work(district: District) -> None:
    """The principal fixed it himself, so the central school confirms; a second principal takes it back."""
    number = district.fix_on_spot(district.principal).number
    assert_owed(district.find(number), "城关中心校校长")
    deputy = make_person("deputy", district.units["school"])
    post = Holding.objects.get(user=district.principal).post
    appoint(actor=None, post=post, user=deputy, from_on=today(district.at), at=district.at)
    assert_owed(district.find(number), "第一小学校长")
    assert to_dos(deputy, district.at).count() == 1
    assert to_dos(district.principal, district.at).count() == 0, "he did the work"


def test_an_appointment_reads_only_what_it_may_move(district: District, django_assert_max_num_queries: object) -> None:
    """A teacher who comes to one school does not hold up the bureau's whole desk."""
    for _ in range(12):
        district.report(district.office)
    for _ in range(3):
        district.report()
    school = make_unit("SCH", "第三小学", district.units["central"])
    teacher = make_person("newcomer", school)
    post = school.posts.get(kind=PostKind.TEACHER)
    with django_assert_max_num_queries(20):
        appoint(actor=None, post=post, user=teacher, from_on=today(district.at), at=district.at)


def test_to_dos_are_grouped_by_urgency_and_sorted(district: District, clock) -> None:
    late = district.report()
    clock.advance(timedelta(days=2))
    today_ = district.report()
    week, later = district.reach("assigned"), district.reach("rectifying")
    district.do("withdraw", district.safety, later, reason="重签")
    district.sign(later)
    clock.advance(timedelta(days=1))
    groups = list_to_dos(district.safety, district.at)
    assert [task.hazard.number for task in groups[Urgency.OVERDUE]] == [late]
    assert {task.hazard.number for task in groups[Urgency.TODAY]} == {today_, district.find(week).number}
    assert [task.hazard.number for task in groups[Urgency.LATER]] == [district.find(later).number]
    assert groups[Urgency.WEEK] == []


def test_nobody_finds_work_that_he_may_not_do(district: District) -> None:
    number = district.reach_own("rectifying")
    district.submit(number, district.safety)
    assert to_dos(district.safety, district.at).count() == 0
    assert to_dos(district.principal, district.at).count() == 1
