from hazards.models import Assignment, Evidence
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask


def _reach(d: District) -> str:
    number = d.reach_with("sibling")
    d.do("sign_part", d.sibling_safety, number, handler=d.sibling_safety.pk)
    return number


TRIAL = Trial(action="finish_part", by="sibling_safety", reach=_reach, data=lambda d: {"result": "已腾出场地"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    part = Assignment.objects.get(hazard=hazard, unit=district.units["sibling"])
    assert (part.state, part.result, part.submitted_at) == ("done", "已腾出场地", district.at)
    assert str(SideTask.objects.get(hazard=hazard, finished=None).post) == "第一小学安全员"


def test_wrong_state(district: District) -> None:
    number = district.reach_with("sibling")
    district.settle_part(number)
    district.submit(number)
    TRIAL.wrong_state(district, number, did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="safety", names="第二小学安全员、第二小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "result")


def test_its_photos_are_of_the_part(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number, photos=[str(district.photo(district.sibling_safety).pk)])
    evidence = Evidence.objects.get()
    assert (evidence.stage, evidence.part.unit) == ("after", district.units["sibling"])


def test_the_named_handler_may_say_so(district: District) -> None:
    number = district.reach_with("sibling")
    district.do("sign_part", district.sibling_safety, number, handler=district.sibling_principal.pk)
    assert TRIAL.do(district, number, who="sibling_principal").state == "rectifying"


def test_who_did_a_part_verifies_nothing(district: District) -> None:
    number = TRIAL.reach(district)
    TRIAL.do(district, number)
    assert district.sibling_safety.pk in district.find(number).rectifiers
