from tests.support.district import District
from tests.support.trials import Trial, moment

TRIAL = Trial(
    action="return_submission",
    by="office",
    reach=lambda d: d.reach("submitted"),
    data=lambda d: {"defects": "照片不清"},
)


def test_works(district: District) -> None:
    hazard = TRIAL.works(district, to="rectifying", owed_by="第一小学安全员", due="2026-12-09 00:00")
    assert (hazard.round, hazard.lead_assignment.state) == (1, "signed")


def test_wrong_state(district: District) -> None:
    TRIAL.wrong_state(district, district.reach("rectifying"), did="签收", owed_by="第一小学安全员")
    TRIAL.wrong_state(district, district.reach("verified"), did="复查合格", owed_by="县教育局安全办经办")


def test_wrong_post(district: District) -> None:
    for who in ("safety", "principal", "central"):
        TRIAL.wrong_post(district, who=who, names="县教育局安全办经办")


def test_outsider(district: District) -> None:
    TRIAL.outsider(district)


def test_stale(district: District) -> None:
    TRIAL.stale(district)


def test_missing(district: District) -> None:
    TRIAL.missing(district, "defects")


def test_a_section_does_so_in_its_field(district: District) -> None:
    assert TRIAL.do(district, TRIAL.reach(district), who="section").state == "rectifying"


def test_the_limit_goes_on_with_the_time_already_used(district: District, clock) -> None:
    """Ten of fifteen days were used at submission; five are left from the return."""
    number = district.reach("rectifying")
    clock.set(moment("2026-12-03 09:00"))
    district.submit(number)
    clock.set(moment("2026-12-06 09:00"))
    TRIAL.do(district, number)
    hazard = district.find(number)
    assert hazard.due_at == hazard.lead_assignment.due_at == moment("2026-12-12 00:00")


def test_what_was_late_stays_late(district: District, clock) -> None:
    number = district.reach("rectifying")
    clock.set(moment("2026-12-10 09:00"))
    district.submit(number)
    clock.set(moment("2026-12-20 09:00"))
    TRIAL.do(district, number)
    assert district.find(number).due_at <= district.at
