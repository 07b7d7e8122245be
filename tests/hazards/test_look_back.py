from hazards.models import Evidence, HazardEvent
from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(
    action="look_back", by="office", reach=lambda d: d.reach("closed"),
    data=lambda d: {"result": "holds", "findings": "栏杆牢固"},
)  # fmt: skip


def test_works(district: District) -> None:
    TRIAL.works(district, to="closed", photos=[])
    number = TRIAL.reach(district)
    TRIAL.do(district, number, photos=[str(district.photo(district.office).pk)], result="rebound")
    hazard = district.find(number)
    assert Evidence.objects.filter(hazard=hazard).latest("pk").stage == "verification"
    assert HazardEvent.objects.filter(hazard=hazard).latest("seq").data["result"] == "rebound"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("verified"), did="复查合格", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "central", "principal"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    number = TRIAL.reach(district)
    seen = district.find(number).version
    district.do("look_back", district.leader, number, result="doubt", findings="待看")
    assert TRIAL.do(district, number, _version=seen).version == seen, "a look changes nothing that others must see"


def test_missing(district: District) -> None:
    TRIAL.missing(district, "result", "findings")
