from hazards.models import Evidence, Instruction
from tests.support.district import District
from tests.support.trials import Trial
from workflows.models import SideTask


def instructed(d: District) -> str:
    number = d.reach("rectifying")
    d.do("instruct", d.leader, number, to=d.units["school"].pk, instruction="请报进展")
    return number


TRIAL = Trial(action="reply_instruction", by="safety", reach=instructed, data=lambda d: {"reply": "已完成一半"})


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员")
    row = Instruction.objects.get(hazard=hazard)
    assert (row.state, row.reply) == ("replied", "已完成一半")
    assert not SideTask.objects.filter(finished__isnull=True).exists()
    assert SideTask.objects.get(hazard=hazard, flow_task_type="HUMAN").status == "DONE"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "leader", "central"):
        TRIAL.wrong_post(district, who=who, names="第一小学安全员")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reply")


def test_with_several_one_says_which(district: District) -> None:
    number = instructed(district)
    district.do("instruct", district.chief, number, to=district.units["school"].pk, instruction="请校长到局里说明")
    assert TRIAL.fields_refused(district, number) == {"instruction"}
    second = Instruction.objects.latest("pk")
    TRIAL.do(
        district, number, who="principal", instruction=second.pk, photos=[str(district.photo(district.principal).pk)]
    )
    assert Evidence.objects.latest("pk").stage == "document"
    assert Instruction.objects.get(state="open") != second
    TRIAL.do(district, number)
    assert not Instruction.objects.filter(state="open").exists()


def test_not_that_of_another_unit(district: District) -> None:
    number = instructed(district)
    district.do("instruct", district.chief, number, to=district.units["edu"].pk, instruction="请安全办盯办")
    other = Instruction.objects.latest("pk")
    assert TRIAL.fields_refused(district, number, instruction=other.pk) == {"instruction"}
