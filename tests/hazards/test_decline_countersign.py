"""The second person does not agree, or who proposed takes it back."""

from hazards.models import Countersign, HazardEvent
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask


def proposed(d: District) -> str:
    number = d.reach("assigned")
    d.do("void", d.director, number, reason="重复录入")
    return number


TRIAL = Trial(action="decline_countersign", by="leader", reach=proposed, data=lambda d: {"note": "不是重复"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="assigned", owed_by="第一小学安全员")
    row = Countersign.objects.get(hazard=hazard)
    assert (row.state, row.note) == ("declined", "不是重复")
    assert not SideTask.objects.filter(hazard=hazard, finished__isnull=True).exists()
    assert SideTask.objects.get(hazard=hazard, flow_task_type="HUMAN").status == "DONE"
    assert HazardEvent.objects.get(hazard=hazard, seq=hazard.last_seq).data["proposed"] == "作废"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "safety", "central_head"):
        TRIAL.wrong_post(district, who=who, names="县教育局分管领导")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "note")


def test_who_proposed_takes_it_back_and_may_ask_again(district: District) -> None:
    number = proposed(district)
    TRIAL.do(district, number, who="director")
    district.do("void", district.director, number, reason="确系重复")
    assert district.do("confirm_countersign", district.leader, number).state == "voided"


def test_after_a_refusal_it_can_be_asked_of_another(district: District) -> None:
    number = proposed(district)
    TRIAL.do(district, number)
    district.do("void", district.director, number, reason="确系重复")
    assert district.do("confirm_countersign", district.chief, number).state == "voided"
