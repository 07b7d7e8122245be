from tests.support.district import District
from tests.support.trials import Trial, assert_owed

TRIAL = Trial(
    action="record_control",
    by="safety",
    reach=lambda d: d.reach("filed"),
    data=lambda d: {"interim_control": "已停用该教室"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="filed", owed_by="县教育局安全办经办", due="2026-11-24 17:30")
    assert hazard.interim_control == "已停用该教室"


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("closed"), did="销号")


def test_wrong_post(district: District) -> None:
    TRIAL.wrong_post(district, who="teacher", names="第一小学安全员、第一小学校长")
    TRIAL.wrong_post(district, who="central", names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "interim_control")


def test_the_campus_may_in_every_open_state_and_so_may_who_handles(district: District) -> None:
    for state in ("reported", "returned", "filed", "assigned", "rectifying", "submitted", "verified"):
        number = district.reach(state)
        owed_by = str(district.find(number).responsible_post)
        TRIAL.do(district, number, who="principal")
        if state not in ("reported", "returned"):
            TRIAL.do(district, number, who="office")
        assert_owed(district.find(number), owed_by)


def test_the_handler_may_while_he_works(district: District) -> None:
    TRIAL.do(district, district.reach("rectifying"), who="teacher")
