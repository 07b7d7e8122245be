from tests.support.district import District
from tests.support.trials import Trial

TRIAL = Trial(action="void", by="director", reach=lambda d: d.reach("filed"), data=lambda d: {"reason": "重复录入"})


def test_works(district: District) -> None:
    TRIAL.works(district, to="voided")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("voided"), did="作废")
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    for who in ("office", "safety", "leader", "central_head"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办主任")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "reason")


def test_what_the_school_handles_its_principal_voids(district: District) -> None:
    for state in ("reported", "returned"):
        assert TRIAL.do(district, district.reach(state), who="principal").state == "voided"


def test_from_assignment_on_a_second_person_agrees(district: District) -> None:
    for state in ("assigned", "rectifying", "submitted", "verified"):
        number = district.reach(state)
        assert TRIAL.do(district, number).event == "hazard.countersign_requested"
        assert district.find(number).state == state
        assert district.do("confirm_countersign", district.leader, number).state == "voided"
