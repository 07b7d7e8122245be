from hazards.models import Assignment
from tests.hazards.test_confirm_part import reach_done
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask

TRIAL = Trial(action="return_part", by="safety", reach=reach_done, data=lambda d: {"defects": "还有一半没腾"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    part = Assignment.objects.get(hazard=hazard, unit=district.units["sibling"])
    assert (part.state, part.submitted_at) == ("signed", None)
    task = SideTask.objects.get(hazard=hazard, finished=None)
    assert (str(task.post), task.due_at) == ("第二小学安全员", part.due_at)


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("submitted"), did="提请复查", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="sibling_safety", names="第一小学安全员、第一小学校长")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "defects")


def test_one_confirmed_before_can_be_asked_for_more(district: District) -> None:
    number = TRIAL.reach(district)
    district.do("confirm_part", district.safety, number)
    TRIAL.do(district, number)
    assert Assignment.objects.get(unit=district.units["sibling"]).state == "signed"
    district.do("finish_part", district.sibling_safety, number, result="已全部腾出")
    assert SideTask.objects.get(finished=None).flow_task.name == "done"
