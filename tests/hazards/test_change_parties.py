import pytest

from core.errors import Invalid
from hazards.models import Assignment
from tests.support.district import District
from tests.support.trials import Trial, assert_owed
from workflows.models import SideTask

TRIAL = Trial(
    action="change_parties",
    by="office",
    reach=lambda d: d.reach_with("sibling"),
    data=lambda d: {"reason": "需要中心校协助", "add": [d.units["central"].pk], "co_task": "现场看护"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    part = Assignment.objects.get(hazard=hazard, unit=district.units["central"])
    assert (part.state, part.requirements, part.issuer_unit) == ("sent", "现场看护", district.units["edu"])
    assert part.limit_on == hazard.lead_assignment.limit_on
    owed = SideTask.objects.filter(hazard=hazard, finished=None).order_by("id")
    assert [str(task.post) for task in owed] == ["第二小学安全员", "城关中心校安全负责人"]


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("filed"), did="建档", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="sibling_safety", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")
    with pytest.raises(Invalid, match="至少调整一项"):
        district.do("change_parties", district.office, TRIAL.reach(district), reason="看看")


def test_a_part_that_is_taken_away_awaits_nobody(district: District) -> None:
    number = TRIAL.reach(district)
    part = Assignment.objects.get(unit=district.units["sibling"])
    district.do("change_parties", district.office, number, reason="不再需要", remove=part.pk)
    assert Assignment.objects.get(pk=part.pk).state == "canceled"
    assert not SideTask.objects.filter(finished=None).exists()
    with pytest.raises(Exception, match="没有找到"):
        district.do("sign_part", district.sibling_safety, number, handler=district.sibling_safety.pk)
    district.submit(number)


def test_a_unit_takes_part_once(district: District) -> None:
    number = TRIAL.reach(district)
    for unit in ("sibling", "school"):
        assert TRIAL.fields_refused(district, number, add=[district.units[unit].pk]) == {"add"}
    assert TRIAL.fields_refused(district, number, co_task="") == {"co_task"}


def test_each_changes_only_what_is_his(district: District) -> None:
    number = TRIAL.reach(district)
    assert TRIAL.fields_refused(district, number, who="safety") == {"add"}
    people = {"reason": "换人", "handler": district.principal.pk, "leader": district.principal.pk}
    with pytest.raises(Invalid) as caught:
        district.do("change_parties", district.office, number, **people)
    assert set(caught.value.fields) == {"leader", "handler"}
    district.do("change_parties", district.safety, number, **people)
    hazard = district.find(number)
    assert (hazard.lead_assignment.leader, hazard.lead_assignment.handler) == (district.principal, district.principal)


def test_the_old_handler_stays_a_rectifier(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("change_parties", district.safety, number, reason="调岗", handler=district.safety.pk)
    assert {district.teacher.pk, district.safety.pk} <= set(district.find(number).rectifiers)
    district.do("report_progress", district.safety, number, percent=5, progress="接手")


def test_people_are_named_first_when_signing(district: District) -> None:
    number = district.reach("assigned")
    with pytest.raises(Invalid, match="签收"):
        district.do("change_parties", district.safety, number, reason="换人", handler=district.teacher.pk)


def test_another_unit_verifies(district: District) -> None:
    number = district.reach("submitted")
    assert_owed(district.find(number), "县教育局安全办经办")
    due = district.find(number).due_at
    facts = {"reason": "就近复查", "verifier": district.units["central"].pk}
    district.do("change_parties", district.office, number, **facts)
    assert_owed(district.find(number), "城关中心校安全负责人")
    assert district.find(number).due_at == due
    with pytest.raises(Invalid):
        district.do("change_parties", district.office, number, **facts)
    district.do("pass_verification", district.central, number, opinion="合格")


def test_who_works_on_it_does_not_verify_it(district: District) -> None:
    number = TRIAL.reach(district)
    district.do(
        "change_parties", district.office, number, reason="加", add=[district.units["central"].pk], co_task="看护"
    )
    for unit in ("school", "central"):
        with pytest.raises(Invalid) as caught:
            district.do("change_parties", district.office, number, reason="换", verifier=district.units[unit].pk)
        assert set(caught.value.fields) == {"verifier"}


def test_no_co_unit_joins_after_the_work_was_told_of(district: District) -> None:
    number = district.reach("submitted")
    assert TRIAL.fields_refused(district, number) == {"add"}


def test_the_leader_may_change_to_the_end(district: District) -> None:
    number = district.reach("verified")
    district.do("change_parties", district.safety, number, reason="换届", leader=district.safety.pk)
    assert district.find(number).lead_assignment.leader == district.safety


def test_a_school_that_orders_itself_changes_both(district: District) -> None:
    number = district.report()
    district.self_handle(number)
    facts = {"reason": "请中心校帮忙", "add": [district.units["central"].pk], "co_task": "提供脚手架"}
    district.do("change_parties", district.safety, number, **facts, handler=district.safety.pk)
    assert Assignment.objects.filter(unit=district.units["central"], state="sent").exists()
