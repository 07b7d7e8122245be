import pytest

from core.errors import Invalid
from hazards.models import Assignment
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(
    action="sign_part",
    by="sibling_safety",
    reach=lambda d: d.reach_with("sibling"),
    data=lambda d: {"handler": d.sibling_principal.pk},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    part = Assignment.objects.get(hazard=hazard, unit=district.units["sibling"])
    assert (part.state, part.handler) == ("signed", district.sibling_principal)
    assert district.sibling_principal.pk in hazard.rectifiers
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("第二小学安全员", part.due_at)


def test_wrong_state(district: District) -> None:
    number = district.reach_with("sibling")
    district.settle_part(number)
    district.submit(number)
    TRIAL.wrong_state(district, number, did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "safety", "principal"):
        TRIAL.wrong_post(district, who=who, names="第二小学安全员、第二小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "handler")


def test_a_school_with_accounts_names_an_account(district: District) -> None:
    assert TRIAL.fields_refused(district, TRIAL.reach(district), handler=None, handler_name="张老师") == {"handler"}


def test_a_handler_of_another_co_unit_is_refused(district: District) -> None:
    number = district.reach_with("sibling", "central")
    assert TRIAL.fields_refused(district, number, handler=district.central.pk) == {"handler"}


def test_it_may_be_signed_before_the_lead_signs(district: District) -> None:
    number = district.reach("filed")
    facts = {"lead": district.units["school"].pk, "requirements": "加固", "co_units": [district.units["sibling"].pk]}
    with pytest.raises(Invalid):
        district.do("assign", district.office, number, **facts)
    district.do("assign", district.office, number, **facts, co_task="借用场地")
    assert TRIAL.do(district, number).state == "assigned"


def test_a_signed_part_is_not_signed_again(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    with pytest.raises(Exception, match="没有岗位"):
        TRIAL.do(district, number)


def test_a_department_names_people_without_accounts(district: District) -> None:
    number = district.reach_with("fire")
    district.do("sign_part", district.fire, number, handler_name="李参谋 0793-0000000")
    part = Assignment.objects.get(unit=district.units["fire"])
    assert (part.state, part.kind, part.handler_name) == ("signed", "request", "李参谋 0793-0000000")
