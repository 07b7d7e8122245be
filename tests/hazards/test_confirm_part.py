from hazards.models import Assignment
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideProcess


def reach_done(d: District) -> str:
    number = d.reach_with("sibling")
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
    d.do("finish_part", d.sibling_safety, number, result="已腾出场地")
    return number


TRIAL = Trial(action="confirm_part", by="safety", reach=reach_done, data=lambda d: {"opinion": "属实"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    assert Assignment.objects.get(hazard=hazard, unit=district.units["sibling"]).state == "confirmed"
    assert not SideProcess.objects.filter(hazard=hazard, finished=None).exists()


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("office", "sibling_safety"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("confirm_part", district.safety, number)
    assert Assignment.objects.get(unit=district.units["sibling"]).state == "confirmed"


def test_which_one_is_asked_where_several_wait(district: District) -> None:
    number = district.reach_with("sibling", "central")
    for who in ("sibling_safety", "central"):
        district.do("sign_part", district.people[who], number, handler=district.people[who].pk)
        district.do("finish_part", district.people[who], number, result="已办")
    assert TRIAL.fields_refused(district, number) == {"part"}
    part = Assignment.objects.get(unit=district.units["central"])
    TRIAL.do(district, number, part=part.pk)
    assert Assignment.objects.get(pk=part.pk).state == "confirmed"
    TRIAL.do(district, number)
